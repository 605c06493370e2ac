package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Objective;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The derivatives that adjoints are made of, for one spec, batch and dtype. J is the largest of
 * smooth pieces J_i, beside limits g_j; what is differentiated twice is their sum with given
 * weights λ and multipliers μ, shape (B, k), see {@link Conditions}.
 */
final class AdjointPrograms implements AutoCloseable {
  private static final String WEIGHTS = "weights";
  private static final String DIRECTION = "direction";
  private static final String STEP = "step";
  private static final String TIES = "tie multipliers";
  private static final String STATES_BAR = "states cotangent";
  private static final String COST_BAR = "cost cotangent";

  /** Directions of one product: wide enough for good matrix products, few where few are free. */
  private static final int WIDTH = 8;

  private final ProblemSpec spec;
  private final int batch;
  private final Curvature curvature;
  private final Objective objective;
  private final Conditions conditions;
  private final Tensor weights;
  private final Tensor weighted;
  private final int width;
  private final LazyPlan pieces;
  private final LazyPlan through;
  private final LazyPlan block;
  private final LazyPlan single;
  private final LazyPlan implicit;
  private final LazyPlan direct;
  private final LazyPlan iteration;
  private final List<LazyPlan> all;
  private Problem problem;

  AdjointPrograms(
      Engine engine, ProblemSpec spec, int batch, DType dtype, Curvature curvature, int threads) {
    this.spec = spec;
    this.batch = batch;
    this.curvature = curvature;
    this.objective = new Objective(spec);
    this.conditions = Conditions.of(objective);
    this.weights = Tensor.input(WEIGHTS, Shape.batched(conditions.count()));
    this.weighted = combined(weights);
    this.width = Math.min(objective.size(), WIDTH);
    this.pieces = new LazyPlan(engine, spec, objective::conditions, batch, dtype, threads);
    this.through = new LazyPlan(engine, spec, this::traceThrough, batch, dtype, threads);
    this.block = new LazyPlan(engine, spec, () -> traceBlock(width), batch, dtype, threads);
    this.single = new LazyPlan(engine, spec, () -> traceBlock(1), batch, dtype, threads);
    this.implicit = new LazyPlan(engine, spec, this::traceImplicit, batch, dtype, threads);
    this.direct = new LazyPlan(engine, spec, this::traceDirect, batch, dtype, threads);
    this.iteration = new LazyPlan(engine, spec, this::traceIteration, batch, dtype, threads);
    this.all = List.of(pieces, through, block, single, implicit, direct, iteration);
  }

  /** The functions that weights and multipliers belong to. */
  Conditions conditions() {
    return conditions;
  }

  /** Number of decision variables of a sample, n. */
  int size() {
    return objective.size();
  }

  /** Numbers of all states of a sample, (H + 1) nx. */
  int stateNumbers() {
    return (spec.horizon() + 1) * spec.stateSize();
  }

  /** The problem that the next calls are about. */
  void begin(Problem next) {
    problem = next;
    all.forEach(LazyPlan::unload);
  }

  private Tensor combined(Tensor factors) {
    List<Tensor> each = new ArrayList<>(objective.costPieces());
    each.addAll(objective.limits());
    Tensor sum = each.get(0).times(factors.get(1, 0));
    for (int p = 1; p < each.size(); p++) {
      sum = sum.plus(each.get(p).times(factors.get(1, p)));
    }
    return sum;
  }

  // ------------------------------------------------------------------ first derivatives

  /**
   * Values and gradients of all pieces at the points, into them; then weights and held components.
   */
  void linearize(Linearization at, DType dtype) {
    evaluate(at);
    at.settle(dtype);
  }

  /** Values and gradients alone. */
  void evaluate(Linearization at) {
    CompiledProblem plan = pieces.of(problem);
    plan.set(Objective.ACTIONS, at.u);
    plan.run();
    plan.get("pieces", at.values);
    plan.get("gradients", at.gradients);
  }

  private Program traceThrough() {
    Tensor states = objective.states();
    Tensor bar = Tensor.input(STATES_BAR, states.shape());
    Tensor v = Transforms.vjp(List.of(states), List.of(bar), List.of(objective.actions())).get(0);
    return objective.program(Map.of("through", v), bar);
  }

  /** A cotangent of the states pulled back to the actions. */
  double[] through(double[] u, double[] statesBar) {
    CompiledProblem plan = through.of(problem);
    plan.set(Objective.ACTIONS, u);
    plan.set(STATES_BAR, statesBar);
    plan.run();
    return plan.get("through");
  }

  // ------------------------------------------------------------------ second derivatives

  private Program traceBlock(int directions) {
    Tensor u = objective.actions();
    Tensor direction = Tensor.input("one", u.shape());
    Tensor product = objective.product(curvature, weighted, direction);
    Tensor several =
        Tensor.input(DIRECTION, Shape.batched(directions, spec.horizon(), spec.actionSize()));
    Tensor products =
        Transforms.vmap(List.of(product), List.of(direction), List.of(several), directions).get(0);
    return objective.program(Map.of("products", products), weights, several);
  }

  /** Number of directions of {@link #products}. */
  int width() {
    return width;
  }

  /** Second derivatives of every sample times some directions, (B, {@link #width}, n). */
  double[] products(Linearization at, double[] directions) {
    return products(block, at, directions);
  }

  /** Second derivatives of every sample times one direction, (B, n). */
  double[] product(Linearization at, double[] direction) {
    return products(single, at, direction);
  }

  private double[] products(LazyPlan lazy, Linearization at, double[] directions) {
    CompiledProblem plan = lazy.of(problem);
    plan.set(Objective.ACTIONS, at.u);
    plan.set(WEIGHTS, at.weights);
    plan.set(DIRECTION, directions);
    plan.run();
    return plan.get("products");
  }

  // ------------------------------------------------------------------ pull-backs to the leaves

  private Map<String, Tensor> leaves() {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    leaves.put(Objective.INITIAL_STATE, objective.initialState());
    leaves.putAll(objective.leaves().context());
    leaves.putAll(objective.leaves().parameters());
    return leaves;
  }

  private Map<String, Tensor> pulledBack(List<Tensor> outputs, List<Tensor> bars) {
    Map<String, Tensor> leaves = leaves();
    List<Tensor> gradients = Transforms.vjp(outputs, bars, new ArrayList<>(leaves.values()));
    Map<String, Tensor> out = new LinkedHashMap<>();
    int i = 0;
    for (String name : leaves.keySet()) {
      out.put(name, gradients.get(i++));
    }
    return out;
  }

  /** Reverse over forward: one directional derivative along w, then one pull-back. */
  private Program traceImplicit() {
    Tensor w = Tensor.input(DIRECTION, objective.actions().shape());
    Tensor ties = Tensor.input(TIES, weights.shape());
    Tensor derivative =
        Transforms.jvp(List.of(weighted), List.of(objective.actions()), List.of(w)).get(0);
    boolean hasTies = conditions.count() > 1;
    Tensor value = hasTies ? derivative.plus(combined(ties)) : derivative;
    Map<String, Tensor> out = pulledBack(List.of(value), List.of(Tensor.filled(value.shape(), -1)));
    return hasTies ? objective.program(out, weights, w, ties) : objective.program(out, weights, w);
  }

  /**
   * {@code -∂/∂leaf (Σ λ_i ∇J_i · w + Σ ν_i J_i)} of all leaves.
   *
   * @param w (B, n)
   * @param ties ν, (B, k)
   * @param standIn for each sample, the sample whose numbers it computes with
   */
  Map<String, Array> implicit(Linearization at, double[] w, double[] ties, int[] standIn) {
    CompiledProblem plan = implicit.of(problem);
    plan.set(Objective.ACTIONS, at.u);
    plan.set(WEIGHTS, at.weights);
    plan.set(DIRECTION, w);
    if (conditions.count() > 1) {
      plan.set(TIES, ties);
    }
    return leavesOf(implicit, plan, standIn);
  }

  private Program traceDirect() {
    Tensor states = objective.states();
    Tensor statesBar = Tensor.input(STATES_BAR, states.shape());
    Tensor costBar = Tensor.input(COST_BAR, weighted.shape());
    Map<String, Tensor> out = pulledBack(List.of(states, weighted), List.of(statesBar, costBar));
    return objective.program(out, weights, statesBar, costBar);
  }

  /** The derivative of states and cost in all leaves at fixed actions, pulled back. */
  Map<String, Array> direct(Linearization at, double[] statesBar, double[] costBar, int[] standIn) {
    CompiledProblem plan = direct.of(problem);
    plan.set(Objective.ACTIONS, at.u);
    plan.set(WEIGHTS, at.weights);
    plan.set(STATES_BAR, statesBar);
    plan.set(COST_BAR, costBar);
    return leavesOf(direct, plan, standIn);
  }

  /** {@code -∂ (q·∇J + q·Hp)} in actions and leaves: one step of a Newton method, backwards. */
  private Program traceIteration() {
    Tensor u = objective.actions();
    Tensor q = Tensor.input(DIRECTION, u.shape());
    Tensor p = Tensor.input(STEP, u.shape());
    Tensor first = Transforms.jvp(List.of(weighted), List.of(u), List.of(q)).get(0);
    Tensor second =
        curvature == Curvature.EXACT
            ? Transforms.jvp(List.of(first), List.of(u), List.of(p)).get(0)
            : objective.product(curvature, weighted, p).times(q).sum(1, 2);
    Tensor value = first.plus(second);
    Map<String, Tensor> leaves = leaves();
    leaves.put(Objective.ACTIONS, u);
    List<Tensor> gradients =
        Transforms.vjp(
            List.of(value),
            List.of(Tensor.filled(value.shape(), -1)),
            new ArrayList<>(leaves.values()));
    Map<String, Tensor> out = new LinkedHashMap<>();
    int i = 0;
    for (String name : leaves.keySet()) {
      out.put(name.equals(Objective.ACTIONS) ? "actions" : name, gradients.get(i++));
    }
    return objective.program(out, weights, q, p);
  }

  /**
   * One Newton step {@code u' = u + p}, {@code H p = -∇J}, backwards, with {@code q = H⁻¹ ū'}.
   *
   * @param before receives {@code -∂/∂u (q·∇J + q·Hp)}, (B, n)
   * @return the same in all leaves
   */
  Map<String, Array> iteration(
      Linearization at, double[] q, double[] p, int[] standIn, double[] before) {
    CompiledProblem plan = iteration.of(problem);
    plan.set(Objective.ACTIONS, at.u);
    plan.set(WEIGHTS, at.weights);
    plan.set(DIRECTION, q);
    plan.set(STEP, p);
    Map<String, Array> out = leavesOf(iteration, plan, standIn);
    plan.get("actions", before);
    return out;
  }

  private Map<String, Array> leavesOf(LazyPlan lazy, CompiledProblem plan, int[] standIn) {
    boolean replaced = false;
    for (int b = 0; b < batch; b++) {
      if (standIn[b] != b) {
        plan.standIn(b, standIn[b]);
        replaced = true;
      }
    }
    plan.run();
    Map<String, Array> out = new LinkedHashMap<>();
    for (String name : leaves().keySet()) {
      Array value = plan.output(name);
      out.put(name, value.as(value.dtype()));
    }
    if (replaced) {
      lazy.unload();
    }
    return out;
  }

  @Override
  public void close() {
    all.forEach(LazyPlan::close);
  }
}
