package dev.difftop.learning.rollout;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.learning.Policy;
import dev.difftop.learning.run.StopSignal;
import java.util.Optional;

/** The one acting loop: an actor in an environment for one episode. */
public final class Rollout {
  private final Environment environment;
  private final Policy.Actor actor;
  private final StopSignal stop;

  /**
   * A loop of this actor in this environment; both stay the caller's.
   *
   * @param stop ends an episode early, between two steps
   */
  public Rollout(Environment environment, Policy.Actor actor, StopSignal stop) {
    this.environment = environment;
    this.actor = actor;
    this.stop = stop;
  }

  /**
   * A step that was taken.
   *
   * @param before what was observed before it
   * @param action as the actor gave it, shape (nu)
   * @param after what the environment answered
   * @param actionMillis time that the actor took
   * @param success whether the state after it meets the goal of the task; empty without a goal
   */
  public record Step(
      TimeStep before,
      double[] action,
      TimeStep after,
      double actionMillis,
      Optional<Boolean> success) {}

  /** Receives every step of an episode. */
  @FunctionalInterface
  public interface Listener {
    /** Ignores the steps. */
    Listener NONE = step -> false;

    /** Called once the environment and the actor have been reset. */
    default void begin(TimeStep first) {
      // Most want the steps alone.
    }

    /**
     * Called after every step.
     *
     * @return whether to end the episode here
     */
    boolean after(Step step);
  }

  /**
   * Result of an episode.
   *
   * @param sum of its rewards, not discounted
   * @param bestReward largest reward of a step; NaN without a step
   * @param lastReward reward of the last step; NaN without a step
   * @param steps agent steps
   * @param end how it ended; {@link TimeStep.End#NONE} if it was stopped
   * @param reason of a failed simulation; empty otherwise
   * @param successAny whether the goal was met at some step; empty without a goal
   * @param successLast whether it was met at the last step; empty without a goal
   * @param outcome such as the route that was taken; empty if the task distinguishes none, or it
   *     was not decided
   * @param stopped whether the stop signal ended it
   */
  public record Episode(
      double sum,
      double bestReward,
      double lastReward,
      int steps,
      TimeStep.End end,
      String reason,
      Optional<Boolean> successAny,
      Optional<Boolean> successLast,
      Optional<String> outcome,
      boolean stopped) {}

  /**
   * Runs one episode.
   *
   * @param random what the first state is drawn from; the actor draws from its child {@code actor}
   */
  public Episode run(RandomStream random, Listener listener) {
    TimeStep now = environment.reset(random);
    actor.reset(random.child("actor"));
    listener.begin(now);
    double sum = 0;
    double best = Double.NaN;
    double reward = Double.NaN;
    int steps = 0;
    Optional<Boolean> any = success();
    Optional<Boolean> last = any;
    boolean ended = false;
    while (!now.isLast() && !ended) {
      if (stop.isRequested()) {
        return new Episode(sum, best, reward, steps, now.end(), "", any, last, outcome(), true);
      }
      long start = System.nanoTime();
      double[] action = actor.act(now.observation());
      double millis = (System.nanoTime() - start) / 1e6;
      TimeStep next = environment.step(action);
      reward = next.reward();
      sum += reward;
      best = steps == 0 ? reward : Math.max(best, reward);
      steps++;
      last = success();
      boolean metBefore = any.orElse(false);
      any = last.map(met -> met || metBefore);
      ended = listener.after(new Step(now, action, next, millis, last));
      now = next;
    }
    return new Episode(
        sum, best, reward, steps, now.end(), now.reason(), any, last, outcome(), false);
  }

  private Optional<Boolean> success() {
    return environment instanceof Environment.Goal goal ? goal.success() : Optional.empty();
  }

  private Optional<String> outcome() {
    return environment instanceof Environment.Outcomes task ? task.outcome() : Optional.empty();
  }
}
