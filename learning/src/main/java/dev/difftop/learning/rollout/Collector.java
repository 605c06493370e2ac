package dev.difftop.learning.rollout;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.Expert;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.learning.Policy;
import dev.difftop.learning.rollout.CollectionSettings.Keep;
import dev.difftop.learning.run.StopSignal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects demonstrations: lets an expert act in an environment, with noise if that is asked for,
 * and writes what was observed and done. Where the task has a goal, an episode ends some steps
 * after it is met, and what is written has {@code success}, 1 in every step that ended in a state
 * that meets it.
 */
public final class Collector {
  /** So many times as many episodes are tried as are to be written. */
  private static final int PATIENCE = 4;

  private final Environment environment;
  private final Environment.Simulator simulator;
  private final Expert expert;
  private final CollectionSettings settings;

  /**
   * A collector.
   *
   * @throws IllegalArgumentException if the environment has no state to show to the expert
   */
  public Collector(Environment environment, Expert expert, CollectionSettings settings) {
    if (!(environment instanceof Environment.Simulator state)) {
      throw new IllegalArgumentException(
          "collect: environment %s shows no simulator state to an expert"
              .formatted(environment.spec().task()));
    }
    this.environment = environment;
    this.simulator = state;
    this.expert = expert;
    this.settings = settings;
  }

  /**
   * An episode that has ended.
   *
   * @param number from 1
   * @param kept whether it was written
   * @param written how many were written so far
   * @param sum of its rewards
   * @param success whether it was a success, by the settings; empty if the task has no goal
   * @param failure why it broke off: the simulation failed, or the expert found no action; such an
   *     episode is never kept
   */
  public record Attempt(
      int number,
      boolean kept,
      int written,
      double sum,
      Optional<Boolean> success,
      Optional<String> failure) {}

  /** Looks on; true stops after the episode. */
  @FunctionalInterface
  public interface Progress {
    /** Whether to stop after this episode. */
    boolean after(Attempt attempt);
  }

  /**
   * Collects, until as many episodes are written as were asked for, or four times as many were
   * tried.
   *
   * @param random what first states and noise are drawn from, by the number of the attempt
   * @param first how many attempts were made with this stream before, so that none is made twice
   * @return every episode that was tried
   */
  public List<Attempt> run(
      RandomStream random, long first, Dataset.Writer writer, Progress progress) {
    List<Attempt> attempts = new ArrayList<>();
    int written = 0;
    int most = Math.multiplyExact(PATIENCE, settings.episodes());
    boolean stopped = false;
    while (written < settings.episodes() && attempts.size() < most && !stopped) {
      long number = first + attempts.size();
      Episode episode = new Episode(number, random.child(number));
      Map<String, Array> arrays = episode.run();
      Optional<Boolean> success =
          episode.hasGoal ? Optional.of(episode.successful) : Optional.empty();
      boolean keep =
          episode.failure.isEmpty() && (settings.keep() == Keep.ALL || success.orElse(true));
      if (keep) {
        writer.append(arrays);
        written++;
      }
      Attempt attempt =
          new Attempt(attempts.size() + 1, keep, written, episode.sum, success, episode.failure);
      attempts.add(attempt);
      stopped = progress.after(attempt);
    }
    return attempts;
  }

  private Optional<Boolean> success() {
    return environment instanceof Environment.Goal goal ? goal.success() : Optional.empty();
  }

  /** The expert finds no action in a state. */
  private static final class NoActionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoActionException(IllegalStateException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** An episode: acts as the expert does, with noise, and records every step. */
  private final class Episode implements Policy.Actor, Rollout.Listener {
    private final long number;
    private final RandomStream random;
    private final Map<String, List<Array>> columns = new LinkedHashMap<>();
    private Optional<String> failure = Optional.empty();
    private RandomStream noise;
    private double[] state = {};
    private double[] wanted = {};
    private double sum;
    private int rows;
    private boolean hasGoal;
    private boolean met;
    private boolean successful;
    private int rowsAfter;

    Episode(long number, RandomStream random) {
      this.number = number;
      this.random = random;
    }

    /** What was recorded, by name; nothing if it broke off. */
    Map<String, Array> run() {
      try {
        new Rollout(environment, this, StopSignal.NEVER).run(random.child("reset"), this);
      } catch (NoActionException e) {
        failure = Optional.of("step %d: %s".formatted(rows, e.getMessage()));
      }
      if (failure.isPresent()) {
        return Map.of();
      }
      Map<String, Array> out = new LinkedHashMap<>();
      columns.forEach((name, values) -> out.put(name, stack(values)));
      return out;
    }

    /** Draws from a stream of the episode, not from that of the first state. */
    @Override
    public void reset(RandomStream unused) {
      noise = random.child("noise");
      expert.begin(number, random.child("expert"));
      hasGoal = success().isPresent();
    }

    /** The expert's action with noise. */
    @Override
    public double[] act(Map<String, Array> observation) {
      state = simulator.simulatorState();
      double[] chosen = chosen();
      double[] action = new double[chosen.length];
      wanted = new double[chosen.length];
      for (int j = 0; j < action.length; j++) {
        double noisy = chosen[j] + settings.noise() * noise.nextGaussian();
        action[j] = Math.max(-1, Math.min(1, noisy));
        wanted[j] = Math.max(-1, Math.min(1, chosen[j]));
      }
      return action;
    }

    private double[] chosen() {
      try {
        return expert.act(state);
      } catch (IllegalStateException e) {
        throw new NoActionException(e);
      }
    }

    @Override
    public boolean after(Rollout.Step step) {
      TimeStep next = step.after();
      if (next.end() == TimeStep.End.FAILED) {
        failure = Optional.of(next.reason());
        return true;
      }
      boolean over = isOver(next);
      boolean executed = settings.record() == CollectionSettings.Recorded.EXECUTED;
      record(step.before(), executed ? step.action() : wanted, next.reward(), over);
      return over;
    }

    private boolean isOver(TimeStep next) {
      boolean now = success().orElse(false);
      rowsAfter += met ? 1 : 0;
      met |= now;
      successful = settings.success().holds(successful, now);
      return next.isLast() || met && rowsAfter >= settings.stepsAfterSuccess();
    }

    private void record(TimeStep now, double[] action, double reward, boolean last) {
      now.observation().forEach((name, o) -> column("obs/" + name).add(o));
      column("states").add(Array.of(state, state.length));
      column("actions").add(Array.of(action, action.length));
      column("rewards").add(Array.scalar(reward));
      column("dones").add(Array.scalar(last ? 1 : 0));
      success().ifPresent(good -> column("success").add(Array.scalar(good ? 1 : 0)));
      sum += reward;
      rows++;
    }

    private List<Array> column(String name) {
      return columns.computeIfAbsent(name, n -> new ArrayList<>());
    }

    /** Rows as one array, in their number format: shape (T, ...). */
    private static Array stack(List<Array> values) {
      DType dtype = values.get(0).dtype();
      int[] row = values.get(0).shape().dims();
      int[] dims = new int[row.length + 1];
      dims[0] = values.size();
      System.arraycopy(row, 0, dims, 1, row.length);
      Array all = Array.zeros(dtype, Shape.of(dims));
      int n = values.get(0).size();
      for (int r = 0; r < values.size(); r++) {
        all.write(r * n, values.get(r).toDoubles(), 0, n);
      }
      return all;
    }
  }
}
