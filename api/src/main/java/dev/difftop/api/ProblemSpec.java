package dev.difftop.api;

import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The form of a trajectory problem, without numbers: dynamics, cost, horizon, discount. Two problems
 * with the same spec object share everything a solver has compiled.
 */
public final class ProblemSpec {
  /**
   * A learned or physical parameter.
   *
   * @param shape its shape
   * @param initializer how it starts
   */
  public record Parameter(Shape shape, Initializer initializer) {}

  private final Dynamics dynamics;
  private final Cost cost;
  private final int horizon;
  private final double discount;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Shape> context = new LinkedHashMap<>();

  /**
   * A spec.
   *
   * @param dynamics how the state moves
   * @param cost what is minimised
   * @param horizon H, number of actions, at least 1
   * @param discount γ in (0, 1]
   * @throws IllegalArgumentException on a horizon or discount outside these, or a leaf that is
   *     declared twice with different shapes
   */
  public ProblemSpec(Dynamics dynamics, Cost cost, int horizon, double discount) {
    if (horizon < 1) {
      throw new IllegalArgumentException("horizon: found " + horizon + ", expected at least 1");
    }
    if (!(discount > 0 && discount <= 1)) {
      throw new IllegalArgumentException("discount: found " + discount + ", expected (0, 1]");
    }
    this.dynamics = dynamics;
    this.cost = cost;
    this.horizon = horizon;
    this.discount = discount;
    dynamics.declare(collect("dynamics", parameters, context));
    cost.declare(collect("cost", parameters, context));
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
        if (parameters.put(part + "/" + name, new Parameter(shape, initializer)) != null) {
          throw new IllegalArgumentException(part + " declares the parameter " + name + " twice");
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

  /** Stage cost, (B), without discount, with the shape checked. */
  public Tensor stage(Tensor x, Tensor u, Tensor t, Leaves leaves) {
    Tensor l =
        traced(
            "cost",
            cost,
            () -> cost.stage(new Stage(x, u, t, leaves::context, leaves.of("cost"))));
    return checked("stage cost", cost, l, Shape.batched());
  }

  /** Terminal cost, without discount. */
  public Terminal terminal(Tensor x, Tensor t, Leaves leaves) {
    return traced(
        "cost", cost, () -> cost.terminal(new Point(x, t, leaves::context, leaves.of("cost"))));
  }

  /** Stage residuals of a {@link ResidualCost}, (B, nr). */
  public Tensor stageResidual(Tensor x, Tensor u, Tensor t, Leaves leaves) {
    ResidualCost residual = (ResidualCost) cost;
    return traced(
        "cost",
        cost,
        () -> residual.stageResidual(new Stage(x, u, t, leaves::context, leaves.of("cost"))));
  }

  /** Terminal residuals of a {@link ResidualCost}, (B, nr); null for none. */
  public Tensor terminalResidual(Tensor x, Tensor t, Leaves leaves) {
    ResidualCost residual = (ResidualCost) cost;
    return traced(
        "cost",
        cost,
        () -> residual.terminalResidual(new Point(x, t, leaves::context, leaves.of("cost"))));
  }

  private static <T> T traced(String role, Part part, java.util.function.Supplier<T> trace) {
    try {
      return trace.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s %s: %s".formatted(role, part.getClass().getSimpleName(), e.getMessage()), e);
    }
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
