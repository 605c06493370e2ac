package dev.difftop.app.cli.env;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.TimeStep;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** An episode of random actions, run twice: what a task of one's own can be checked by. */
final class RandomEpisode {
  private final Environment environment;
  private final RandomStream random;

  RandomEpisode(Environment environment, long seed) {
    this.environment = environment;
    this.random = RandomStream.root(seed);
  }

  /** What one run found. */
  private static final class Findings {
    private final Map<String, double[][]> ranges = new LinkedHashMap<>();
    private final double[] rewards = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    private int steps;
    private double sum;
    private TimeStep last;
    private boolean isFinite = true;
    private int hash = 1;

    void add(TimeStep now) {
      last = now;
      now.observation().forEach((name, array) -> add(name, array.toDoubles()));
    }

    private void add(String name, double[] values) {
      double[][] range =
          ranges.computeIfAbsent(name, n -> new double[][] {filled(values, 1), filled(values, -1)});
      for (int i = 0; i < values.length; i++) {
        range[0][i] = Math.min(range[0][i], values[i]);
        range[1][i] = Math.max(range[1][i], values[i]);
        isFinite &= Double.isFinite(values[i]);
      }
      hash = 31 * hash + Arrays.hashCode(values);
    }

    private static double[] filled(double[] like, int sign) {
      double[] out = new double[like.length];
      Arrays.fill(out, sign * Double.POSITIVE_INFINITY);
      return out;
    }

    void reward(double reward) {
      steps++;
      sum += reward;
      rewards[0] = Math.min(rewards[0], reward);
      rewards[1] = Math.max(rewards[1], reward);
      isFinite &= Double.isFinite(reward);
      hash = 31 * hash + Double.hashCode(reward);
    }
  }

  private Findings run() {
    Findings found = new Findings();
    RandomStream actions = random.child("actions");
    TimeStep now = environment.reset(random.child("reset"));
    found.add(now);
    while (!now.isLast()) {
      double[] action = actions.doubles(environment.spec().actionSize(), -1, 1).toArray();
      now = environment.step(action);
      found.add(now);
      found.reward(now.reward());
    }
    return found;
  }

  /** The document; {@code ok} if the simulation is sound and repeats itself. */
  Map<String, Object> report() {
    Findings found = run();
    Findings again = run();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("task", environment.spec().task());
    report.put("steps", found.steps);
    report.put("end", found.last.end().name().toLowerCase(Locale.ROOT));
    report.put("failure", found.last.reason());
    report.put("return", found.sum);
    report.put("reward", range(found.rewards[0], found.rewards[1]));
    Map<String, Object> observations = new LinkedHashMap<>();
    found.ranges.forEach((name, r) -> observations.put(name, range(r[0], r[1])));
    report.put("observations", observations);
    if (environment instanceof Environment.Goal goal) {
      goal.success().ifPresent(met -> report.put("success_last", met));
    }
    if (environment instanceof Environment.Outcomes outcomes) {
      outcomes.outcome().ifPresent(name -> report.put("outcome", name));
    }
    report.put("finite", found.isFinite);
    report.put("deterministic", found.hash == again.hash && found.steps == again.steps);
    report.put(
        "ok",
        found.isFinite
            && found.last.end() != TimeStep.End.FAILED
            && Boolean.TRUE.equals(report.get("deterministic")));
    return report;
  }

  private static Map<String, Object> range(Object low, Object high) {
    Map<String, Object> range = new LinkedHashMap<>();
    range.put("min", low);
    range.put("max", high);
    return range;
  }
}
