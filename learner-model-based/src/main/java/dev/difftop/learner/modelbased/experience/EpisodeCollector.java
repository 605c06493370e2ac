package dev.difftop.learner.modelbased.experience;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.learner.modelbased.acting.ModelBasedActor;
import dev.difftop.learner.modelbased.acting.PlanStatistics;
import dev.difftop.learner.modelbased.acting.RandomActor;
import dev.difftop.learner.modelbased.gradient.EpisodeGradient;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.rollout.Rollout;
import dev.difftop.learning.run.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Collects an episode in each of its environments, with one policy for all of them. An episode
 * draws from the stream of its number, so that threads change nothing.
 */
public final class EpisodeCollector implements AutoCloseable {
  private final List<Environment> environments;
  private final PolicySignature signature;
  private final Supplier<Explorer> newExplorer;
  private final int threads;
  private final List<Explorer> explorers = new ArrayList<>();

  /**
   * An episode.
   *
   * @param sum of its rewards
   * @param recorder what happened
   * @param planned planned return of every step; empty if actions were random
   * @param plans figures of its solves
   * @param gradient policy gradient along it; empty if there is none
   */
  public record Collected(
      double sum,
      EpisodeRecorder recorder,
      double[] planned,
      Metrics plans,
      Optional<EpisodeGradient> gradient) {}

  /**
   * What acts in one environment.
   *
   * @param gradient listens to the actor where a policy gradient follows episodes
   */
  public record Explorer(ModelBasedActor actor, Optional<EpisodeGradient> gradient)
      implements AutoCloseable {
    @Override
    public void close() {
      gradient.ifPresent(EpisodeGradient::close);
      actor.close();
    }
  }

  /**
   * A collector.
   *
   * @param environments closed with it
   * @param newExplorer makes what acts, for one thread at a time
   * @param threads episodes that run at once
   */
  public EpisodeCollector(
      List<Environment> environments,
      PolicySignature signature,
      Supplier<Explorer> newExplorer,
      int threads) {
    this.environments = environments;
    this.signature = signature;
    this.newExplorer = newExplorer;
    this.threads = Math.min(threads, environments.size());
  }

  /** What an environment is like. */
  public EnvironmentSpec spec() {
    return environments.get(0).spec();
  }

  /** Episodes that are collected at once. */
  public int size() {
    return environments.size();
  }

  /**
   * Collects.
   *
   * @param explores whether the policy acts; actions are random otherwise
   * @param episodes streams by episode number
   * @param first number of the first episode
   */
  public List<Collected> collect(boolean explores, RandomStream episodes, long first) {
    while (explores && explorers.size() < size()) {
      explorers.add(newExplorer.get());
    }
    List<Supplier<Collected>> work = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      int own = i;
      RandomStream random = episodes.child(first + i);
      work.add(() -> explores ? explore(own, random) : wander(own, random));
    }
    return threads == 1 ? work.stream().map(Supplier::get).toList() : atOnce(work);
  }

  private Collected explore(int i, RandomStream random) {
    ModelBasedActor actor = explorers.get(i).actor();
    EpisodeRecorder recorder = new EpisodeRecorder(signature);
    double sum = run(i, actor, random, recorder);
    PlanStatistics plans = actor.episodeStatistics();
    return new Collected(
        sum, recorder, plans.planned(), plans.ofEpisode(), explorers.get(i).gradient());
  }

  private Collected wander(int i, RandomStream random) {
    EpisodeRecorder recorder = new EpisodeRecorder(signature);
    double sum = run(i, new RandomActor(signature.actionSize()), random, recorder);
    return new Collected(sum, recorder, new double[0], Metrics.NONE, Optional.empty());
  }

  private double run(int i, Policy.Actor actor, RandomStream random, EpisodeRecorder recorder) {
    return new Rollout(environments.get(i), actor, StopSignal.NEVER).run(random, recorder).sum();
  }

  private List<Collected> atOnce(List<Supplier<Collected>> work) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Collected>> running = new ArrayList<>();
      work.forEach(one -> running.add(pool.submit(one::get)));
      List<Collected> out = new ArrayList<>();
      for (Future<Collected> one : running) {
        out.add(one.get());
      }
      return out;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("collecting episodes was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  @Override
  public void close() {
    explorers.forEach(Explorer::close);
    environments.forEach(Environment::close);
  }
}
