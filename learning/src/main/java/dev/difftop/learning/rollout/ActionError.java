package dev.difftop.learning.rollout;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.run.StopSignal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Distance of a policy's actions from demonstrated ones, in the environment's units, where no
 * simulator is at hand. The policy acts through every episode on the demonstrated observations,
 * from the first one on: a policy with a memory has it, and one that executes chunks plans as often
 * as in an environment. Errors that build up, as actions lead elsewhere, do not show.
 *
 * @param episodes number of episodes
 * @param rows number of actions
 * @param mean mean of |policy - demonstrated| by component, (nu)
 * @param rootMeanSquare root of the mean square by component, (nu)
 * @param ofMeanAction the same error of a policy that always does the mean demonstrated action, by
 *     component, (nu)
 * @param statistics figures of the actor, such as the share of solves that converged
 */
public record ActionError(
    int episodes,
    long rows,
    double[] mean,
    double[] rootMeanSquare,
    double[] ofMeanAction,
    Metrics statistics) {
  private static final String ACTIONS = "actions";

  /**
   * Measures it.
   *
   * @param episodes most episodes, the first ones of the dataset
   * @param random episode e draws from its child e
   * @param stop asked between episodes; those measured so far count
   * @throws DataException if the dataset has no actions, or lacks what the policy observes; lists
   *     everything that differs
   * @throws IllegalStateException if an action of the policy is not finite
   */
  public static ActionError of(
      Policy policy, Dataset dataset, int episodes, RandomStream random, StopSignal stop) {
    requireFields(policy.signature(), dataset);
    Sums sums = new Sums(policy.signature().actionSize());
    try (Policy.Actor actor = policy.actor()) {
      int count = Math.min(episodes, dataset.episodes().size());
      for (int e = 0; e < count && !stop.isRequested(); e++) {
        actor.reset(random.child(e));
        sums.add(new EpisodeRows(policy.signature(), dataset, e), actor);
      }
      if (sums.demonstrated.isEmpty()) {
        throw new DataException(
            "EMPTY",
            dataset.location(),
            "no demonstrated action; found %d episodes, expected one with a step at least"
                .formatted(dataset.episodes().size()),
            null);
      }
      return sums.result(actor.statistics());
    }
  }

  /** Mean over components of {@link #mean}. */
  public double total() {
    double sum = 0;
    for (double m : mean) {
      sum += m;
    }
    return sum / mean.length;
  }

  /** As a plain document, for JSON and for people. */
  public Map<String, Object> document() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("episodes", episodes);
    out.put("rows", rows);
    out.put("mean_action_error", total());
    out.put("action_error", mean);
    out.put("action_error_rms", rootMeanSquare);
    out.put("action_error_of_mean_action", ofMeanAction);
    statistics.values().forEach(out::put);
    return out;
  }

  private static void requireFields(PolicySignature signature, Dataset dataset) {
    Map<String, Dataset.Field> fields = dataset.fields();
    List<String> violations = new ArrayList<>();
    signature
        .shapes()
        .forEach(
            (name, expected) -> {
              Dataset.Field found = fields.get("obs/" + name);
              if (found == null) {
                violations.add("observation %s is missing".formatted(name));
              } else if (!found.shape().equals(expected)) {
                violations.add(
                    "observation %s has shape %s, the policy observes %s"
                        .formatted(name, found.shape(), expected));
              }
            });
    Dataset.Field actions = fields.get(ACTIONS);
    if (actions == null) {
      violations.add("actions are missing");
    } else if (actions.shape().size() != signature.actionSize()) {
      violations.add(
          "actions have size %d, those of the policy %d"
              .formatted(actions.shape().size(), signature.actionSize()));
    }
    if (!violations.isEmpty()) {
      throw new DataException(
          "SHAPE_MISMATCH",
          dataset.location(),
          "%s; found %s; name demonstrations of the policy's own task"
              .formatted(String.join("; ", violations), fields.keySet()),
          null);
    }
  }

  /** What an episode demonstrates, row by row. */
  private static final class EpisodeRows {
    private final PolicySignature signature;
    private final String name;
    private final int length;
    private final Array actions;
    private final Map<String, Array> observations = new LinkedHashMap<>();

    EpisodeRows(PolicySignature signature, Dataset dataset, int episode) {
      this.signature = signature;
      this.name = dataset.episodes().get(episode).name();
      this.length = dataset.episodes().get(episode).length();
      this.actions = dataset.read(episode, ACTIONS, 0, length);
      signature
          .observations()
          .keySet()
          .forEach(o -> observations.put(o, dataset.read(episode, "obs/" + o, 0, length)));
    }

    /** In the element types that the policy observes. */
    Map<String, Array> observation(int row) {
      Map<String, Array> out = new LinkedHashMap<>();
      signature
          .shapes()
          .forEach(
              (key, shape) -> {
                Array all = observations.get(key);
                Array one = Array.zeros(all.dtype(), shape);
                for (int i = 0; i < one.size(); i++) {
                  one.set(i, all.get(row * one.size() + i));
                }
                out.put(key, one);
              });
      return signature.withElementTypes(out);
    }
  }

  /** Sums over rows, by component. */
  private static final class Sums {
    private final int size;
    private final double[] absolute;
    private final double[] squares;

    /** Demonstrated actions, for what their mean errs. */
    private final List<double[]> demonstrated = new ArrayList<>();

    private int episodes;

    Sums(int size) {
      this.size = size;
      this.absolute = new double[size];
      this.squares = new double[size];
    }

    void add(EpisodeRows rows, Policy.Actor actor) {
      for (int row = 0; row < rows.length; row++) {
        double[] action = actor.act(rows.observation(row));
        double[] expert = new double[size];
        for (int j = 0; j < size; j++) {
          expert[j] = rows.actions.get(row * size + j);
          double error = Math.abs(action[j] - expert[j]);
          if (!Double.isFinite(error)) {
            throw new IllegalStateException(
                "policy: found action %s in row %d of episode %s, expected finite numbers"
                    .formatted(action[j], row, rows.name));
          }
          absolute[j] += error;
          squares[j] += error * error;
        }
        demonstrated.add(expert);
      }
      episodes++;
    }

    ActionError result(Metrics statistics) {
      int rows = demonstrated.size();
      double[] mean = new double[size];
      double[] root = new double[size];
      double[] constant = new double[size];
      for (int j = 0; j < size; j++) {
        int component = j;
        mean[j] = absolute[j] / rows;
        root[j] = Math.sqrt(squares[j] / rows);
        double middle = demonstrated.stream().mapToDouble(a -> a[component]).average().orElse(0);
        constant[j] =
            demonstrated.stream()
                .mapToDouble(a -> Math.abs(a[component] - middle))
                .average()
                .orElse(0);
      }
      return new ActionError(episodes, rows, mean, root, constant, statistics);
    }
  }
}
