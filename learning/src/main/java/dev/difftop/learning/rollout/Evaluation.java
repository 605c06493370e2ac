package dev.difftop.learning.rollout;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.run.StopSignal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A policy measured over whole episodes.
 *
 * @param task name of the task
 * @param actionRepeat control steps per agent step
 * @param possibleOutcomes names of the outcomes that an episode can have; none if the task
 *     distinguishes none
 * @param episodes in order of their number
 * @param actionMillis time of every action in milliseconds
 * @param statistics what the actors report, such as the share of solves that converged; means over
 *     actors
 */
public record Evaluation(
    String task,
    int actionRepeat,
    List<String> possibleOutcomes,
    List<Rollout.Episode> episodes,
    double[] actionMillis,
    Map<String, Double> statistics) {

  /**
   * How to evaluate.
   *
   * @param environments makes an environment; one for each thread, closed at the end
   * @param episodes how many
   * @param threads episodes that run at once; the result does not depend on it
   * @param random episode i draws from the child i, so that policies meet the same first states
   * @param stop ends the evaluation early
   */
  public record Protocol(
      Supplier<Environment> environments,
      int episodes,
      int threads,
      RandomStream random,
      StopSignal stop) {}

  /** Runs the episodes. */
  public static Evaluation run(Policy policy, Protocol protocol) {
    return run(policy, protocol, environment -> {});
  }

  /**
   * Runs the episodes.
   *
   * @param camera called after every step of the first episode, for a video
   * @throws IllegalArgumentException if the policy observes what the environment does not give
   */
  public static Evaluation run(Policy policy, Protocol protocol, Consumer<Environment> camera) {
    int threads = Math.max(1, Math.min(protocol.threads(), protocol.episodes()));
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      shares.add(new Share(policy, protocol, camera, i, threads));
    }
    if (threads == 1) {
      shares.get(0).run();
    } else {
      runAtOnce(shares);
    }
    return joined(shares, protocol.episodes());
  }

  private static void runAtOnce(List<Share> shares) {
    ExecutorService pool = Executors.newFixedThreadPool(shares.size());
    try {
      List<Future<?>> running = new ArrayList<>();
      shares.forEach(share -> running.add(pool.submit(share)));
      for (Future<?> one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the evaluation was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static Evaluation joined(List<Share> shares, int count) {
    Share first = shares.get(0);
    List<Rollout.Episode> episodes = new ArrayList<>();
    List<Double> millis = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      Share share = shares.get(e % shares.size());
      int own = e / shares.size();
      if (own < share.episodes.size()) {
        episodes.add(share.episodes.get(own));
        millis.addAll(share.millis.get(own));
      }
    }
    Map<String, Double> statistics = new LinkedHashMap<>();
    for (Share share : shares) {
      share
          .statistics
          .values()
          .forEach((name, value) -> statistics.merge(name, value / shares.size(), Double::sum));
    }
    return new Evaluation(
        first.task,
        first.actionRepeat,
        first.possibleOutcomes,
        List.copyOf(episodes),
        millis.stream().mapToDouble(Double::doubleValue).toArray(),
        statistics);
  }

  /** Every n-th episode, in an environment and with an actor of its own. */
  private static final class Share implements Runnable {
    private final Policy policy;
    private final Protocol protocol;
    private final Consumer<Environment> camera;
    private final int first;
    private final int every;
    private final List<Rollout.Episode> episodes = new ArrayList<>();
    private final List<List<Double>> millis = new ArrayList<>();
    private Metrics statistics = Metrics.NONE;
    private String task = "";
    private int actionRepeat;
    private List<String> possibleOutcomes = List.of();

    Share(Policy policy, Protocol protocol, Consumer<Environment> camera, int first, int every) {
      this.policy = policy;
      this.protocol = protocol;
      this.camera = camera;
      this.first = first;
      this.every = every;
    }

    @Override
    public void run() {
      try (Environment environment = protocol.environments().get();
          Policy.Actor actor = policy.actor()) {
        policy.signature().check(environment.spec());
        task = environment.spec().task();
        actionRepeat = environment.spec().actionRepeat();
        if (environment instanceof Environment.Outcomes named) {
          possibleOutcomes = List.copyOf(named.outcomes());
        }
        Rollout rollout = new Rollout(environment, actor, protocol.stop());
        for (int e = first; e < protocol.episodes(); e += every) {
          List<Double> times = new ArrayList<>();
          boolean recorded = e == 0;
          Rollout.Episode episode =
              rollout.run(
                  protocol.random().child(e),
                  step -> {
                    times.add(step.actionMillis());
                    if (recorded) {
                      camera.accept(environment);
                    }
                    return false;
                  });
          if (episode.stopped()) {
            break;
          }
          episodes.add(episode);
          millis.add(times);
        }
        statistics = actor.statistics();
      }
    }
  }

  // ------------------------------------------------------------------ figures

  /** Sum of rewards of every episode. */
  public double[] returns() {
    return episodes.stream().mapToDouble(Rollout.Episode::sum).toArray();
  }

  /** Mean return; NaN without episodes. */
  public double mean() {
    return Arrays.stream(returns()).average().orElse(Double.NaN);
  }

  /** Standard deviation of the returns over the population. */
  public double std() {
    double mean = mean();
    return Math.sqrt(
        Arrays.stream(returns()).map(r -> (r - mean) * (r - mean)).average().orElse(Double.NaN));
  }

  /**
   * Mean over episodes of the largest reward of a step, the score of Push-T (Chi et al., "Diffusion
   * Policy", 2023); NaN without episodes.
   */
  public double bestReward() {
    return episodes.stream().mapToDouble(Rollout.Episode::bestReward).average().orElse(Double.NaN);
  }

  /** Mean over episodes of the reward of the last step; NaN without episodes. */
  public double lastReward() {
    return episodes.stream().mapToDouble(Rollout.Episode::lastReward).average().orElse(Double.NaN);
  }

  /** Share of episodes that met the goal at some step, 0 to 1; empty without a goal. */
  public Optional<Double> successAny() {
    return share(episodes.stream().map(Rollout.Episode::successAny).toList());
  }

  /** Share of episodes that met the goal at their last step, 0 to 1; empty without a goal. */
  public Optional<Double> successLast() {
    return share(episodes.stream().map(Rollout.Episode::successLast).toList());
  }

  /** The share that a rule names. */
  public Optional<Double> success(SuccessRule rule) {
    return rule == SuccessRule.ANY_STEP ? successAny() : successLast();
  }

  private static Optional<Double> share(List<Optional<Boolean>> met) {
    if (met.isEmpty() || met.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    return Optional.of(met.stream().filter(Optional::get).count() / (double) met.size());
  }

  /**
   * How often each outcome was met, by name, in successful episodes where the task has a goal;
   * empty if it distinguishes none.
   */
  public Map<String, Integer> outcomes() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    possibleOutcomes.forEach(name -> counts.put(name, 0));
    for (Rollout.Episode episode : episodes) {
      if (episode.successAny().orElse(true)) {
        episode.outcome().ifPresent(name -> counts.merge(name, 1, Integer::sum));
      }
    }
    return counts;
  }

  /**
   * Entropy of {@link #outcomes} to the base of their number: 1 if all are equally frequent, 0 if
   * there is only one, or no episode had one; empty if the task distinguishes none. Jia et al.,
   * "D3IL", 2024, section 4.1.
   */
  public Optional<Double> outcomeEntropy() {
    int base = possibleOutcomes.size();
    if (base < 2) {
      return Optional.empty();
    }
    double total = outcomes().values().stream().mapToInt(Integer::intValue).sum();
    double entropy = 0;
    for (int count : outcomes().values()) {
      entropy -= count == 0 ? 0 : count / total * Math.log(count / total) / Math.log(base);
    }
    return Optional.of(Math.max(0, entropy));
  }

  /** Episodes that the simulation ended. */
  public int failed() {
    return (int) episodes.stream().filter(e -> e.end() == TimeStep.End.FAILED).count();
  }

  /** A quantile of the time per action, in milliseconds; NaN without actions. */
  public double actionMillis(double quantile) {
    double[] sorted = actionMillis.clone();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(quantile * (sorted.length - 1)))];
  }
}
