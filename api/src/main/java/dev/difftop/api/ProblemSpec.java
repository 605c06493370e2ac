package dev.difftop.api;

import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Tracing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The form of a trajectory problem, without numbers: minimise
 *
 * <pre>  J(u; x_0) = Σ_{t<H} (γ^t l(x_t, u_t) + ρ/2 |u_t|²) + γ^H V(x_H),   x_{t+1} = f(x_t, u_t)
 * </pre>
 *
 * over u in a box. Two problems with the same spec object share everything a solver has compiled.
 */
public final class ProblemSpec {
  /** Numbers of 8 bytes in a buffer of Java's. */
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE / 8;

  /**
   * A learned or physical parameter.
   *
   * @param shape its shape
   * @param initializer how it starts
   */
  public record Parameter(Shape shape, Initializer initializer) {
    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if there are more numbers than an array holds
     */
    public Parameter {
      if (shape.elements() > MOST_ELEMENTS) {
        throw new IllegalArgumentException(
            "shape %s has %d numbers, an array holds at most %d"
                .formatted(shape, shape.elements(), MOST_ELEMENTS));
      }
    }
  }

  private final Dynamics dynamics;
  private final Cost cost;
  private final int horizon;
  private final double discount;
  private final double controlPenalty;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Shape> context = new LinkedHashMap<>();

  /**
   * A spec.
   *
   * @param dynamics how the state moves
   * @param cost what is minimised
   * @param horizon H, number of actions, at least 1
   * @param discount γ in (0, 1]
   * @param controlPenalty ρ, at least 0: keeps planned actions off their bounds, where gradients
   *     vanish
   * @throws IllegalArgumentException on a horizon, discount or control penalty outside these, or a
   *     leaf that is declared twice with different shapes
   */
  public ProblemSpec(
      Dynamics dynamics, Cost cost, int horizon, double discount, double controlPenalty) {
    if (horizon < 1) {
      throw new IllegalArgumentException("horizon: found " + horizon + ", expected at least 1");
    }
    if (!(discount > 0 && discount <= 1)) {
      throw new IllegalArgumentException("discount: found " + discount + ", expected (0, 1]");
    }
    if (!(controlPenalty >= 0) || Double.isInfinite(controlPenalty)) {
      throw new IllegalArgumentException(
          "control penalty: found " + controlPenalty + ", expected >= 0");
    }
    this.dynamics = dynamics;
    this.cost = cost;
    this.horizon = horizon;
    this.discount = discount;
    this.controlPenalty = controlPenalty;
    dynamics.declare(collect("dynamics", parameters, context));
    cost.declare(collect("cost", parameters, context));
  }

  /** A spec without a control penalty. */
  public ProblemSpec(Dynamics dynamics, Cost cost, int horizon, double discount) {
    this(dynamics, cost, horizon, discount, 0);
  }

  /**
   * Collects what a part declares.
   *
   * @param part put before the names of its parameters, with a slash
   * @param parameters receives its parameters
   * @param context receives its context leaves
   */
  public static Declarations collect(
      String part, Map<String, Parameter> parameters, Map<String, Shape> context) {
    return new Declarations() {
      @Override
      public void parameter(String name, Shape shape, Initializer initializer) {
        if (parameters.put(part + "/" + name, parameter(shape, initializer, name)) != null) {
          throw new IllegalArgumentException(part + " declares the parameter " + name + " twice");
        }
      }

      private Parameter parameter(Shape shape, Initializer initializer, String name) {
        try {
          return new Parameter(shape, initializer);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "%s is too large: parameter %s: %s".formatted(part, name, e.getMessage()), e);
        }
      }

      @Override
      public void context(String name, Shape sample) {
        Shape known = context.putIfAbsent(name, sample);
        if (known != null && !known.equals(sample)) {
          throw new IllegalArgumentException(
              "%s declares the context leaf %s with shape %s, another part with %s"
                  .formatted(part, name, sample, known));
        }
      }
    };
  }

  /** How the state moves. */
  public Dynamics dynamics() {
    return dynamics;
  }

  /** What is minimised. */
  public Cost cost() {
    return cost;
  }

  /** H, number of actions. */
  public int horizon() {
    return horizon;
  }

  /** γ. */
  public double discount() {
    return discount;
  }

  /** ρ. */
  public double controlPenalty() {
    return controlPenalty;
  }

  /** nx. */
  public int stateSize() {
    return dynamics.stateSize();
  }

  /** nu. */
  public int actionSize() {
    return dynamics.actionSize();
  }

  /** All parameters by full name, {@code dynamics/...} and {@code cost/...}, in order. */
  public Map<String, Parameter> parameters() {
    return java.util.Collections.unmodifiableMap(parameters);
  }

  /** All context leaves by name, with their sample shapes, in order. */
  public Map<String, Shape> context() {
    return java.util.Collections.unmodifiableMap(context);
  }

  /**
   * The leaves of this problem as tensors, for tracing.
   *
   * @param context by name, each (B, ...)
   * @param parameters by full name
   */
  public record Leaves(Map<String, Tensor> context, Map<String, Tensor> parameters) {
    /** Fresh inputs for all leaves of a spec, named as they are. */
    public static Leaves inputs(ProblemSpec spec) {
      Map<String, Tensor> c = new LinkedHashMap<>();
      spec.context.forEach((n, s) -> c.put(n, Tensor.input(n, Shape.batched(s.dims()))));
      Map<String, Tensor> p = new LinkedHashMap<>();
      spec.parameters.forEach((n, s) -> p.put(n, Tensor.input(n, s.shape())));
      return new Leaves(c, p);
    }

    /** The parameters of a part by their own names. */
    public Function<String, Tensor> of(String part) {
      return name -> find(parameters, part + "/" + name, "parameter");
    }

    /** The context by name. */
    public Tensor context(String name) {
      return find(context, name, "context leaf");
    }

    private static Tensor find(Map<String, Tensor> leaves, String name, String what) {
      Tensor t = leaves.get(name);
      if (t == null) {
        throw new IllegalArgumentException(
            "%s %s was not declared; there are %s".formatted(what, name, leaves.keySet()));
      }
      return t;
    }
  }

  /** Next state, (B, nx), with the shape checked. */
  public Tensor next(Tensor x, Tensor u, Tensor t, Leaves leaves) {
    Tensor next =
        traced(
            "dynamics",
            dynamics,
            () -> dynamics.next(new Stage(x, u, t, leaves::context, leaves.of("dynamics"))));
    return checked("dynamics", dynamics, next, x.shape());
  }

  /** What stage t adds to J, (B): {@code γ^t l + ρ/2 |u|²}, with the shape checked. */
  public Tensor stage(Tensor x, Tensor u, Tensor t, Leaves leaves) {
    Tensor l =
        traced(
            "cost", cost, () -> cost.stage(new Stage(x, u, t, leaves::context, leaves.of("cost"))));
    Tensor discounted = checked("stage cost", cost, l, Shape.batched()).times(discount(t, 1));
    return controlPenalty == 0
        ? discounted
        : discounted.plus(u.square().sum(-1).times(0.5 * controlPenalty));
  }

  /** The terminal cost V and its pieces, without discount. */
  public Terminal terminal(Tensor x, Leaves leaves) {
    return traced(
        "cost",
        cost,
        () -> cost.terminal(new Point(x, last(), leaves::context, leaves.of("cost"))));
  }

  /** What the end adds to J, (B): {@code γ^H V}. */
  public Tensor terminalCost(Tensor x, Leaves leaves) {
    return terminalCost(terminal(x, leaves));
  }

  /** The same of a terminal cost that was traced already. */
  public Tensor terminalCost(Terminal terminal) {
    return end(terminal.value());
  }

  /**
   * What the end adds to J, piece by piece, each (B): their largest is {@link
   * #terminalCost(Terminal)}. More than one only where the terminal cost is the largest of several.
   */
  public List<Tensor> terminalPieces(Terminal terminal) {
    return terminal.combiner() == Terminal.Combiner.MAX
        ? terminal.pieces().stream().map(this::end).toList()
        : List.of(terminalCost(terminal));
  }

  private Tensor end(Tensor v) {
    return checked("terminal cost", cost, v.times(discount(last(), 1)), Shape.batched());
  }

  /** Whether there are limits beside the box. */
  public boolean hasLimits() {
    return cost instanceof ConstrainedCost;
  }

  /** ρ of {@link ConstrainedCost}; only where there are limits. */
  public double penalty() {
    double penalty = ((ConstrainedCost) cost).penalty();
    if (!(penalty > 0) || Double.isInfinite(penalty)) {
      throw new IllegalArgumentException(
          "cost %s: penalty: found %s, expected a number above 0"
              .formatted(cost.getClass().getSimpleName(), penalty));
    }
    return penalty;
  }

  /**
   * The limits of a knot point beside the box.
   *
   * @param inequalities each (B), at most 0 where kept
   * @param equalities each (B), 0 where kept
   */
  public record Limits(List<Tensor> inequalities, List<Tensor> equalities) {
    private static final Limits NONE = new Limits(List.of(), List.of());

    /** All of them, inequalities first. */
    public List<Tensor> all() {
      List<Tensor> all = new ArrayList<>(inequalities);
      all.addAll(equalities);
      return all;
    }

    /** What is at most 0 where all are kept: g, and both h and -h. */
    public List<Tensor> violations() {
      List<Tensor> all = new ArrayList<>(inequalities);
      for (Tensor h : equalities) {
        all.add(h);
        all.add(h.negate());
      }
      return all;
    }
  }

  /** The limits of a stage; none for a cost that has none. */
  public Limits limits(Tensor x, Tensor u, Tensor t, Leaves leaves) {
    if (!(cost instanceof ConstrainedCost limited)) {
      return Limits.NONE;
    }
    Stage at = new Stage(x, u, t, leaves::context, leaves.of("cost"));
    return traced("cost", cost, () -> limits(limited.inequalities(at), limited.equalities(at)));
  }

  /** The limits of the last state, likewise. */
  public Limits terminalLimits(Tensor x, Leaves leaves) {
    if (!(cost instanceof ConstrainedCost limited)) {
      return Limits.NONE;
    }
    Point at = new Point(x, last(), leaves::context, leaves.of("cost"));
    return traced(
        "cost",
        cost,
        () -> limits(limited.terminalInequalities(at), limited.terminalEqualities(at)));
  }

  private static Limits limits(Tensor inequalities, Tensor equalities) {
    return new Limits(columns("inequalities", inequalities), columns("equalities", equalities));
  }

  private static List<Tensor> columns(String what, Tensor limits) {
    if (limits == null) {
      return List.of();
    }
    if (limits.shape().sample().rank() != 1) {
      throw new IllegalArgumentException(
          "%s: found shape %s, expected (B, m)".formatted(what, limits.shape()));
    }
    int count = limits.shape().sample().dim(0);
    Tensor batched = limits.broadcastTo(Shape.batched(count));
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(batched.get(1, i));
    }
    return out;
  }

  /** Which part, dynamics or cost, has no second derivatives; empty if both have them. */
  public Optional<String> withoutSecondDerivatives() {
    if (!dynamics.supportsSecondDerivatives()) {
      return Optional.of("dynamics");
    }
    return cost.supportsSecondDerivatives() ? Optional.empty() : Optional.of("cost");
  }

  /** Whether J is half a sum of squares, so that it has residuals. */
  public boolean hasResiduals() {
    return cost instanceof ResidualCost;
  }

  /** Residuals of stage t, (B, nr), half of whose squares is {@link #stage}. */
  public Tensor stageResidual(Tensor x, Tensor u, Tensor t, Leaves leaves) {
    ResidualCost residual = (ResidualCost) cost;
    Tensor r =
        traced(
            "cost",
            cost,
            () -> residual.stageResidual(new Stage(x, u, t, leaves::context, leaves.of("cost"))));
    Tensor root = discount(t, 0.5);
    Tensor scaled = r.times(root.shape().isBatched() ? root.expandDims(1) : root);
    return controlPenalty == 0
        ? scaled
        : Tensor.concat(1, scaled, u.times(Math.sqrt(controlPenalty)));
  }

  /**
   * Residuals of the end, (B, nr), half of whose squares is {@link #terminalCost}; null for none.
   */
  public Tensor terminalResidual(Tensor x, Leaves leaves) {
    ResidualCost residual = (ResidualCost) cost;
    Tensor r =
        traced(
            "cost",
            cost,
            () ->
                residual.terminalResidual(
                    new Point(x, last(), leaves::context, leaves.of("cost"))));
    return r == null ? null : r.times(discount(last(), 0.5));
  }

  private Tensor last() {
    return Tensor.constant(horizon);
  }

  /** {@code γ^(power t)}; a number where t is one. */
  private Tensor discount(Tensor t, double power) {
    return t.times(power * Math.log(discount)).exp();
  }

  private static <T> T traced(String role, Part part, java.util.function.Supplier<T> trace) {
    return Tracing.of(role + " " + part.getClass().getSimpleName(), trace);
  }

  private static Tensor checked(String role, Part part, Tensor found, Shape expected) {
    boolean fits = found.shape().sample().equals(expected.sample());
    if (!fits) {
      throw new IllegalArgumentException(
          "%s %s: found a result of shape %s, expected %s"
              .formatted(role, part.getClass().getSimpleName(), found.shape(), expected));
    }
    return found.broadcastTo(expected);
  }
}
