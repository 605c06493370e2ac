package dev.difftop.learning.rollout;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.learning.Policy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Returns of a policy over whole episodes.
 *
 * @param returns one per episode, the undiscounted sum of rewards
 * @param actionMillis time of every action in milliseconds
 * @param failed episodes that the simulation ended
 * @param successes whether each episode was a success; empty if the task has no goal
 */
public record Evaluation(
    double[] returns, double[] actionMillis, int failed, Optional<boolean[]> successes) {
  /**
   * Runs episodes one after the other.
   *
   * @param rule which episodes are successes, where the task has a goal
   * @param random episode i starts from the child i, so that policies can be compared on the same
   *     episodes
   * @param look is called after every step of the first episode: for a film
   */
  public static Evaluation run(
      Environment environment,
      Policy policy,
      int episodes,
      SuccessRule rule,
      RandomStream random,
      Consumer<Environment> look) {
    double[] returns = new double[episodes];
    List<Double> millis = new ArrayList<>();
    boolean[] successes = new boolean[episodes];
    boolean hasGoal = false;
    int failed = 0;
    for (int e = 0; e < episodes; e++) {
      policy.reset();
      TimeStep now = environment.reset(random.child(e));
      while (!now.isLast()) {
        long start = System.nanoTime();
        double[] action = policy.act(now.observation());
        millis.add((System.nanoTime() - start) / 1e6);
        now = environment.step(action);
        returns[e] += now.reward();
        Optional<Boolean> success = success(environment);
        hasGoal |= success.isPresent();
        successes[e] = rule.holds(successes[e], success.orElse(false));
        if (e == 0) {
          look.accept(environment);
        }
      }
      failed += now.end() == TimeStep.End.FAILED ? 1 : 0;
    }
    return new Evaluation(
        returns,
        millis.stream().mapToDouble(Double::doubleValue).toArray(),
        failed,
        hasGoal ? Optional.of(successes) : Optional.empty());
  }

  private static Optional<Boolean> success(Environment environment) {
    return environment instanceof Environment.Goal goal ? goal.success() : Optional.empty();
  }

  /** Share of the episodes that were successes, 0 to 1; empty if the task has no goal. */
  public Optional<Double> successRate() {
    return successes.map(
        s -> IntStream.range(0, s.length).filter(i -> s[i]).count() / (double) s.length);
  }

  /** Mean return. */
  public double mean() {
    return Arrays.stream(returns).average().orElse(Double.NaN);
  }

  /** Standard deviation of the returns over the population. */
  public double std() {
    double mean = mean();
    return Math.sqrt(
        Arrays.stream(returns).map(r -> (r - mean) * (r - mean)).average().orElse(Double.NaN));
  }

  /** A quantile of the time per action, in milliseconds. */
  public double actionMillis(double quantile) {
    double[] sorted = actionMillis.clone();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(quantile * (sorted.length - 1)))];
  }
}
