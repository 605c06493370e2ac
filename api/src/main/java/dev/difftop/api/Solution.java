package dev.difftop.api;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a solver found, one entry per sample. Made by a {@link Builder}:
 *
 * <pre>{@code
 * return Solution.of(problem)
 *     .actions(u).states(x).cost(cost)
 *     .status(status).iterations(iterations).stationarity(stationarity)
 *     .build();
 * }</pre>
 */
public final class Solution {
  private final Array actions;
  private final Array states;
  private final double[] cost;
  private final Status[] status;
  private final int[] iterations;
  private final double[] stationarity;
  private final Optional<Gains> gains;
  private final List<Step> steps;
  private final Optional<Multipliers> multipliers;
  private final Optional<Proposal> proposal;

  private Solution(Builder from) {
    this.actions = from.actions;
    this.states = from.states;
    this.cost = from.cost;
    this.status = from.status;
    this.iterations = from.iterations;
    this.stationarity = from.stationarity;
    this.gains = from.gains;
    this.steps = from.steps;
    this.multipliers = from.multipliers;
    this.proposal = from.proposal;
  }

  /** A solution of a problem, to be filled. */
  public static Builder of(Problem problem) {
    ProblemSpec spec = problem.spec();
    return of(problem.batch(), spec.horizon(), spec.stateSize(), spec.actionSize());
  }

  /** A solution of such sizes, to be filled. */
  public static Builder of(int batch, int horizon, int stateSize, int actionSize) {
    return new Builder(
        Shape.of(batch, horizon, actionSize), Shape.of(batch, horizon + 1, stateSize));
  }

  /** A builder with all that this solution has, in which parts can be replaced. */
  public Builder toBuilder() {
    Builder builder = new Builder(actions.shape(), states.shape());
    builder.actions = actions;
    builder.states = states;
    builder.cost = cost;
    builder.status = status;
    builder.iterations = iterations;
    builder.stationarity = stationarity;
    builder.gains = gains;
    builder.steps = steps;
    builder.multipliers = multipliers;
    builder.proposal = proposal;
    return builder;
  }

  /** u, float64, shape (B, H, nu), inside the box. */
  public Array actions() {
    return actions;
  }

  /** x, float64, shape (B, H + 1, nx), the rollout of the actions. */
  public Array states() {
    return states;
  }

  /** J, one per sample. */
  public double[] cost() {
    return cost;
  }

  /** Cost of a sample. */
  public double cost(int sample) {
    return cost[sample];
  }

  /** How each sample's solve ended. */
  public Status[] status() {
    return status;
  }

  /** Status of a sample. */
  public Status status(int sample) {
    return status[sample];
  }

  /** Iterations used by each sample. */
  public int[] iterations() {
    return iterations;
  }

  /**
   * Largest |dJ/du| of each sample on the free set, at the actions of this solution: components
   * strictly inside the box, or on it with a gradient that points inwards. NaN if it is not finite.
   */
  public double[] stationarity() {
    return stationarity;
  }

  /** Feedback, where the solver has it. */
  public Optional<Gains> gains() {
    return gains;
  }

  /**
   * The last steps of every sample, first to last, where the solver was asked to record them; see
   * {@link StepRecording}. Entry j is the j-th kept step of each sample.
   */
  public List<Step> steps() {
    return steps;
  }

  /** Multipliers of the constraints of a {@link ConstrainedCost}, where the solver has them. */
  public Optional<Multipliers> multipliers() {
    return multipliers;
  }

  /** The distribution that a sampling solver ended with. */
  public Optional<Proposal> proposal() {
    return proposal;
  }

  /** Share of the samples that converged, 0 to 1. */
  public double convergedShare() {
    return Arrays.stream(status).filter(Status::isConverged).count() / (double) status.length;
  }

  /**
   * One step of a Newton method in a box, {@code u' = u + p}, as it was taken: {@code (H + λI)_FF
   * p_F = -∇J_F - H_FA p_A} on the free components F, p_A onto the bound of the active ones A.
   *
   * @param actions u before, (B, H, nu), row-major; where the step was not taken, of no meaning
   * @param step p, likewise
   * @param held A, likewise
   * @param damping λ of every sample
   * @param taken whether the sample has such a step; else it took fewer
   */
  public record Step(
      double[] actions, double[] step, boolean[] held, double[] damping, boolean[] taken) {}

  /**
   * Feedback around the solution: {@code u = u_t + K_t (x - x_t)}.
   *
   * @param feedback K, shape (B, H, nu, nx)
   * @param feedforward k, the step that was left when the solver stopped, shape (B, H, nu)
   */
  public record Gains(Array feedback, Array feedforward) {}

  /**
   * What the constraints cost: at a minimum {@code ∇J + Σ μ_j ∇g_j = 0} on the free set, with
   * {@code μ_j >= 0} and {@code μ_j g_j = 0} for inequalities. Inequalities come first, then
   * equalities.
   *
   * @param stages of every stage, shape (B, H, m), in units of J per unit of the constraint
   * @param last of the last state, shape (B, m_T)
   * @param violation largest of g and |h| along each sample's trajectory, at least 0
   */
  public record Multipliers(Array stages, Array last, double[] violation) {}

  /**
   * The Gaussian over actions that a sampling solver ended with, besides the best trajectory.
   *
   * @param mean weighted mean of the elites of the last round, shape (B, H, nu), with the momentum
   *     of earlier rounds, inside the box
   * @param deviation standard deviation of every component, likewise, at least the smallest one
   * @param drawn one elite of the last round, drawn with the probability of its weight, likewise;
   *     the guess if no round had an elite
   */
  public record Proposal(Array mean, Array deviation, Array drawn) {}

  /** Collects the parts of a solution. Arrays are kept, not copied. */
  public static final class Builder {
    private final Shape actionShape;
    private final Shape stateShape;
    private Array actions;
    private Array states;
    private double[] cost;
    private Status[] status;
    private int[] iterations;
    private double[] stationarity;
    private Optional<Gains> gains = Optional.empty();
    private List<Step> steps = List.of();
    private Optional<Multipliers> multipliers = Optional.empty();
    private Optional<Proposal> proposal = Optional.empty();

    private Builder(Shape actions, Shape states) {
      this.actionShape = actions;
      this.stateShape = states;
    }

    /** u, row-major (B, H, nu). */
    public Builder actions(double[] values) {
      actions = shaped("actions", values, actionShape);
      return this;
    }

    /** x, row-major (B, H + 1, nx). */
    public Builder states(double[] values) {
      states = shaped("states", values, stateShape);
      return this;
    }

    /** J of every sample. */
    public Builder cost(double[] values) {
      cost = values;
      return this;
    }

    /** How every sample ended. */
    public Builder status(Status[] values) {
      status = values;
      return this;
    }

    /** Iterations of every sample. */
    public Builder iterations(int[] values) {
      iterations = values;
      return this;
    }

    /** Largest free |dJ/du| of every sample. */
    public Builder stationarity(double[] values) {
      stationarity = values;
      return this;
    }

    /** K, row-major (B, H, nu, nx), and k, (B, H, nu). */
    public Builder gains(double[] feedback, double[] feedforward) {
      Shape matrices =
          Shape.of(actionShape.dim(0), actionShape.dim(1), actionShape.dim(2), stateShape.dim(2));
      gains =
          Optional.of(
              new Gains(
                  shaped("feedback", feedback, matrices),
                  shaped("feedforward", feedforward, actionShape)));
      return this;
    }

    /** The gains of another solution. */
    public Builder gains(Optional<Gains> given) {
      gains = given;
      return this;
    }

    /** Recorded steps. */
    public Builder steps(List<Step> recorded) {
      steps = List.copyOf(recorded);
      return this;
    }

    /** Multipliers. */
    public Builder multipliers(Optional<Multipliers> given) {
      multipliers = given;
      return this;
    }

    /** The distribution of a sampling solver. */
    public Builder proposal(Optional<Proposal> given) {
      proposal = given;
      return this;
    }

    private static Array shaped(String part, double[] values, Shape shape) {
      if (values.length != shape.size()) {
        throw new IllegalArgumentException(
            "solution: %s: found %d entries, expected shape %s"
                .formatted(part, values.length, shape));
      }
      return Array.of(values, shape.dims());
    }

    /**
     * The solution.
     *
     * @throws IllegalStateException if a part is missing; names it
     * @throws IllegalArgumentException if a part has another length than the batch
     */
    public Solution build() {
      require("actions", actions);
      require("states", states);
      requireLength("cost", require("cost", cost).length);
      requireLength("status", require("status", status).length);
      requireLength("iterations", require("iterations", iterations).length);
      requireLength("stationarity", require("stationarity", stationarity).length);
      for (int b = 0; b < status.length; b++) {
        Objects.requireNonNull(status[b], "solution: no status of sample " + b);
      }
      return new Solution(this);
    }

    private static <T> T require(String part, T value) {
      if (value == null) {
        throw new IllegalStateException("solution: no " + part + " given");
      }
      return value;
    }

    private void requireLength(String part, int found) {
      if (found != actionShape.dim(0)) {
        throw new IllegalArgumentException(
            "solution: %s: found %d entries, expected one for each of %d samples"
                .formatted(part, found, actionShape.dim(0)));
      }
    }
  }
}
