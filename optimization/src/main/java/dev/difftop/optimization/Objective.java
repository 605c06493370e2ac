package dev.difftop.optimization;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Concat;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.api.program.Transpose;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The cost J of a problem as a function of its actions (single shooting), traced once, and the
 * programs made from it.
 *
 * <p>Every program has the same first inputs: {@code x0} (B, nx), {@code u} (B, H, nu), then all
 * context leaves and all parameters of the spec under their own names.
 */
public final class Objective {
  /** Name of the initial state among the inputs. */
  public static final String INITIAL_STATE = "x0";

  /** Name of the actions among the inputs. */
  public static final String ACTIONS = "u";

  private final ProblemSpec spec;
  private final ProblemSpec.Leaves leaves;
  private final Tensor x0;
  private final Tensor u;
  private final List<Tensor> states = new ArrayList<>();
  private final Tensor cost;
  private final List<Tensor> pieces;
  private final List<Tensor> costPieces;
  private final List<Tensor> limits = new ArrayList<>();
  private final List<Boolean> equalities = new ArrayList<>();
  private final Tensor violation;

  /**
   * Traces the problem.
   *
   * @throws IllegalArgumentException if a part's result has another shape than declared; names the
   *     part and both shapes
   */
  public Objective(ProblemSpec spec) {
    this.spec = spec;
    this.leaves = ProblemSpec.Leaves.inputs(spec);
    this.x0 = Tensor.input(INITIAL_STATE, Shape.batched(spec.stateSize()));
    this.u = Tensor.input(ACTIONS, Shape.batched(spec.horizon(), spec.actionSize()));
    states.add(x0);
    Tensor sum = Tensor.zeros(Shape.batched());
    List<Tensor> violations = new ArrayList<>();
    for (int t = 0; t < spec.horizon(); t++) {
      Tensor index = Tensor.constant(t);
      Tensor x = states.get(t);
      sum = sum.plus(spec.stage(x, action(t), index, leaves));
      collect(spec.limits(x, action(t), index, leaves), violations);
      states.add(whole(spec.next(x, action(t), index, leaves)));
    }
    Terminal end = spec.terminal(lastState(), leaves);
    collect(spec.terminalLimits(lastState(), leaves), violations);
    this.violation = violations.stream().reduce(Tensor.zeros(Shape.batched()), Tensor::max);
    Tensor unlimited = sum.plus(spec.terminalCost(end));
    this.cost = violations.isEmpty() ? unlimited : unlimited.plus(violation.times(spec.penalty()));
    List<Tensor> ends = spec.terminalPieces(end);
    this.costPieces = ends.size() == 1 ? List.of(unlimited) : ends.stream().map(sum::plus).toList();
    this.pieces = limited(costPieces, violations);
  }

  private void collect(ProblemSpec.Limits at, List<Tensor> violations) {
    limits.addAll(at.all());
    at.inequalities().forEach(g -> equalities.add(false));
    at.equalities().forEach(h -> equalities.add(true));
    violations.addAll(at.violations());
  }

  /** Every piece alone and with the penalty of every violation: their largest has the worst. */
  private List<Tensor> limited(List<Tensor> all, List<Tensor> violations) {
    List<Tensor> out = new ArrayList<>(all);
    for (Tensor violation : violations) {
      Tensor penalty = violation.times(spec.penalty());
      all.forEach(piece -> out.add(piece.plus(penalty)));
    }
    return List.copyOf(out);
  }

  /**
   * Keeps the components of a joined state from being traced past the state: derivatives at fixed
   * states must find every use of them.
   */
  private static Tensor whole(Tensor state) {
    return state.primitive() instanceof Concat
        ? Tensor.apply(new Transpose(List.of(0)), state)
        : state;
  }

  private Tensor action(int t) {
    return u.get(1, t);
  }

  private Tensor lastState() {
    return states.get(spec.horizon());
  }

  /** The form of the problem. */
  public ProblemSpec spec() {
    return spec;
  }

  /**
   * Largest violation of a limit beside the box along the trajectory, shape (B); 0 where all are
   * kept, or where there are none. See {@link dev.difftop.api.ConstrainedCost}.
   */
  public Tensor violation() {
    return violation;
  }

  /** J, shape (B); with the penalty of {@link #violation()}. */
  public Tensor cost() {
    return cost;
  }

  /**
   * Smooth functions, each of shape (B), whose largest is J: one for each piece of a terminal cost
   * that is the largest of several, such as {@code -min(Q1, Q2)}, and for each limit; else J alone.
   */
  public List<Tensor> pieces() {
    return pieces;
  }

  /** J without the penalty of {@link #violation()}, shape (B). */
  public Tensor costWithoutPenalty() {
    return costPieces.stream().reduce(Tensor::max).orElseThrow();
  }

  /** The pieces of J without limits: their largest is what {@link #pieces} is beside a penalty. */
  public List<Tensor> costPieces() {
    return costPieces;
  }

  /**
   * The limits beside the box, each (B): of every stage in order, then of the last state; at each
   * knot point inequalities first. Whether one is an equality: {@link #isEquality}.
   */
  public List<Tensor> limits() {
    return List.copyOf(limits);
  }

  /** Whether a limit is to be 0, rather than at most 0. */
  public boolean isEquality(int limit) {
    return equalities.get(limit);
  }

  /** Initial state, shape (B, nx). */
  public Tensor initialState() {
    return x0;
  }

  /** Actions, shape (B, H, nu). */
  public Tensor actions() {
    return u;
  }

  /** All states of the rollout, shape (B, H + 1, nx). */
  public Tensor states() {
    return Tensor.stack(1, states.toArray(Tensor[]::new));
  }

  /** dJ/du, shape (B, H, nu). */
  public Tensor gradient() {
    return Transforms.gradient(cost, u);
  }

  /** The leaves as tensors. */
  public ProblemSpec.Leaves leaves() {
    return leaves;
  }

  /** n = H nu, number of decision variables of a sample. */
  public int size() {
    return spec.horizon() * spec.actionSize();
  }

  /** A program with the common inputs, then {@code more}. */
  public Program program(Map<String, Tensor> outputs, Tensor... more) {
    List<Tensor> inputs = new ArrayList<>(List.of(x0, u));
    inputs.addAll(leaves.context().values());
    inputs.addAll(leaves.parameters().values());
    inputs.addAll(List.of(more));
    return Program.of(inputs, outputs);
  }

  /** {@code cost} (B) and {@code states} (B, H + 1, nx). */
  public Program rollout() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("cost", cost);
    out.put("states", states());
    return program(out);
  }

  /** {@code pieces} (B, k), see {@link #pieces()}, and their {@code gradients} (B, k, H, nu). */
  public Program gradients() {
    return gradients(pieces);
  }

  /** The same of the {@link #costPieces} and {@link #limits}, all in one row. */
  public Program conditions() {
    List<Tensor> all = new ArrayList<>(costPieces);
    all.addAll(limits);
    return gradients(all);
  }

  private Program gradients(List<Tensor> of) {
    Tensor[] columns = of.stream().map(p -> p.expandDims(1)).toArray(Tensor[]::new);
    Tensor values = columns.length == 1 ? columns[0] : Tensor.concat(1, columns);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("pieces", values);
    out.put(
        "gradients",
        columns.length == 1 ? gradient().expandDims(1) : gradientsOf(values, columns.length));
    return program(out);
  }

  private Tensor gradientsOf(Tensor values, int k) {
    Tensor weights = Tensor.input("weights", Shape.batched(k));
    Tensor weighted = Transforms.vjp(List.of(values), List.of(weights), List.of(u)).get(0);
    return Transforms.vmap(List.of(weighted), List.of(weights), List.of(Tensor.identity(k)), k)
        .get(0);
  }

  /** {@code cost} (B) and {@code gradient} (B, H, nu). */
  public Program derivative() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("cost", cost);
    out.put("gradient", gradient());
    return program(out);
  }

  /** {@code cost} (B), {@code gradient} (B, H, nu) and {@code hessian} (B, n, n). */
  public Program expansion(Curvature curvature) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("cost", cost);
    out.put("gradient", gradient());
    out.put("hessian", hessian(curvature));
    return program(out);
  }

  /** The matrix of second derivatives in the actions, or its approximation, shape (B, n, n). */
  public Tensor hessian(Curvature curvature) {
    return switch (curvature) {
      case EXACT -> columns(this::exactProduct);
      case GENERALIZED_GAUSS_NEWTON -> columns(this::generalizedProduct);
      case GAUSS_NEWTON ->
          spec.hasResiduals() ? residualProduct() : columns(this::generalizedProduct);
    };
  }

  /**
   * An objective's matrix of second derivatives in the actions, or its approximation, times a
   * direction, shape (B, H, nu).
   *
   * @param objective shape (B), such as a weighted sum of {@link #pieces}
   * @param direction shape (B, H, nu)
   */
  public Tensor product(Curvature curvature, Tensor objective, Tensor direction) {
    if (curvature == Curvature.GAUSS_NEWTON && spec.hasResiduals()) {
      Tensor r = residuals();
      Tensor pushed = Transforms.jvp(List.of(r), List.of(u), List.of(direction)).get(0);
      return Transforms.vjp(List.of(r), List.of(pushed), List.of(u)).get(0);
    }
    return curvature == Curvature.EXACT
        ? Transforms.hessianVector(objective, u, direction)
        : generalizedProduct(objective, direction);
  }

  private Tensor exactProduct(Tensor direction) {
    return Transforms.hessianVector(cost, u, direction);
  }

  /**
   * Second derivatives of the costs, first ones of the dynamics: {@code Jᵀ (∇²l) J v} with the
   * linearised rollout J. Schraudolph, "Fast curvature matrix-vector products", 2002.
   */
  private Tensor generalizedProduct(Tensor direction) {
    return generalizedProduct(cost, direction);
  }

  private Tensor generalizedProduct(Tensor objective, Tensor direction) {
    List<Tensor> later = states.subList(1, states.size());
    List<Tensor> pushed = Transforms.jvp(later, List.of(u), List.of(direction));
    List<Tensor> independent = new ArrayList<>(later);
    independent.add(u);
    List<Tensor> tangents = new ArrayList<>(pushed);
    tangents.add(direction);
    List<Tensor> gradients = Transforms.gradient(objective, independent);
    List<Tensor> curved = Transforms.jvp(gradients, independent, tangents);
    Tensor direct = curved.get(curved.size() - 1);
    Tensor pulled = Transforms.vjp(later, curved.subList(0, later.size()), List.of(u)).get(0);
    return direct.plus(pulled);
  }

  private Tensor columns(UnaryOperator<Tensor> product) {
    return along(product).reshape(Shape.BATCH, size(), size());
  }

  /** A function of a direction in the actions, for all n unit directions at once: (B, n, ...). */
  private Tensor along(UnaryOperator<Tensor> function) {
    int n = size();
    Tensor direction = Tensor.input("direction", u.shape());
    Tensor units = Tensor.identity(n).reshape(n, spec.horizon(), spec.actionSize());
    return Transforms.vmap(
            List.of(function.apply(direction)), List.of(direction), List.of(units), n)
        .get(0);
  }

  private Tensor residualProduct() {
    Tensor residuals = residuals();
    Tensor rows = along(v -> Transforms.jvp(List.of(residuals), List.of(u), List.of(v)).get(0));
    return rows.matmul(rows, false, true);
  }

  /** Number of residuals of a sample; 0 for a cost that has none. */
  public int residualCount() {
    return spec.hasResiduals() ? residuals().shape().sample().dim(0) : 0;
  }

  /** All residuals, scaled so that J is half the sum of their squares, shape (B, nr). */
  private Tensor residuals() {
    List<Tensor> all = new ArrayList<>();
    for (int t = 0; t < spec.horizon(); t++) {
      all.add(spec.stageResidual(states.get(t), action(t), Tensor.constant(t), leaves));
    }
    Tensor last = spec.terminalResidual(lastState(), leaves);
    if (last != null) {
      all.add(last);
    }
    return Tensor.concat(1, all.toArray(Tensor[]::new));
  }
}
