package dev.difftop.optimization;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The derivatives of every stage along a trajectory, all stages at once: what a Riccati recursion
 * needs. Stage variables are {@code w = [x; u]}, of size n = nx + nu.
 *
 * <p>Inputs of the programs: {@code w} (B, H, nx + nu), {@code xT} (B, nx), for the second order
 * {@code costate} (B, H, nx), the costate of the state after each stage, then the leaves of the
 * spec. Discounts are included.
 */
public final class StageExpansion {
  /** Stage variables among the inputs. */
  public static final String STAGES = "w";

  /** Last state among the inputs. */
  public static final String LAST_STATE = "xT";

  /** Costates among the inputs of the second order. */
  public static final String COSTATES = "costate";

  /** Directions of the stage variables among the inputs of {@link #leafDerivatives}. */
  public static final String DIRECTIONS = "direction of w";

  /** The direction of the last state. */
  public static final String LAST_DIRECTION = "direction of xT";

  /** Directions of the costates. */
  public static final String COSTATE_DIRECTIONS = "direction of costate";

  /** The derivative of the loss in J. */
  public static final String COST_BAR = "cotangent of cost";

  private final ProblemSpec spec;
  private final ProblemSpec.Leaves leaves;
  private final int size;
  private final Tensor stage;
  private final Tensor index;
  private final Tensor costate;
  private final Tensor lastState;
  private final Tensor next;
  private final Tensor cost;
  private final Tensor terminal;

  /** Traces one stage and the end. */
  public StageExpansion(ProblemSpec spec) {
    this.spec = spec;
    this.leaves = ProblemSpec.Leaves.inputs(spec);
    int nx = spec.stateSize();
    int nu = spec.actionSize();
    this.size = nx + nu;
    this.stage = Tensor.input("stage", Shape.batched(size));
    this.index = Tensor.input("index", Shape.batched());
    this.costate = Tensor.input("costate of stage", Shape.batched(nx));
    this.lastState = Tensor.input(LAST_STATE, Shape.batched(nx));
    this.next = spec.next(x(), u(), index, leaves);
    this.cost = spec.stage(x(), u(), index, leaves);
    this.terminal = spec.terminalCost(lastState, leaves);
  }

  private Tensor x() {
    return stage.slice(1, 0, spec.stateSize());
  }

  private Tensor u() {
    return stage.slice(1, spec.stateSize(), spec.actionSize());
  }

  /** What the dynamics lead to from every stage: {@code next} (B, H, nx). */
  public Program nextStates() {
    Tensor stages = Tensor.input(STAGES, Shape.batched(spec.horizon(), size));
    Tensor along =
        Transforms.vmap(
                List.of(next), List.of(stage, index), List.of(stages, indices()), spec.horizon())
            .get(0);
    return program(Map.of("next", along), stages);
  }

  /**
   * First derivatives: {@code jacobian} of the next state (B, H, nx, n), {@code gradient} of the
   * stage cost (B, H, n), {@code last} of the terminal cost (B, nx).
   */
  public Program firstOrder() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    Tensor stages = Tensor.input(STAGES, Shape.batched(spec.horizon(), size));
    List<Tensor> along =
        Transforms.vmap(
            List.of(Transforms.jacobian(next, stage), Transforms.gradient(cost, stage)),
            List.of(stage, index),
            List.of(stages, indices()),
            spec.horizon());
    out.put("jacobian", along.get(0));
    out.put("gradient", along.get(1));
    out.put("last", Transforms.gradient(terminal, lastState));
    return program(out, stages, lastState);
  }

  /**
   * Second derivatives of {@code l + costate · f} in w: {@code hessian} (B, H, n, n), and of the
   * terminal cost: {@code last} (B, nx, nx). Of a single stage, whose state is given, only the rows
   * of the actions are needed: {@code hessian} (B, 1, nu, n). A flat end has no {@code last}.
   *
   * @param curvature with {@link Curvature#EXACT} the dynamics' curvature is included, else not
   */
  public Program secondOrder(Curvature curvature) {
    Tensor stages = Tensor.input(STAGES, Shape.batched(spec.horizon(), size));
    Tensor costates = Tensor.input(COSTATES, Shape.batched(spec.horizon(), spec.stateSize()));
    Tensor hessian =
        Transforms.vmap(
                List.of(stageHessian(curvature)),
                List.of(stage, index, costate),
                List.of(stages, indices(), costates),
                spec.horizon())
            .get(0);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("hessian", hessian);
    if (!isEndFlat()) {
      out.put("last", lastHessian(curvature));
    }
    return program(out, stages, lastState, costates);
  }

  /** Whether the terminal cost, by its form, has no second derivatives. */
  public boolean isEndFlat() {
    return !dependsOn(List.of(Transforms.gradient(terminal, lastState)), Set.of(lastState));
  }

  /**
   * Everything a linear-quadratic problem is made of; empty for any other. Of stage t, at {@code w
   * = 0}: {@code jacobian} (B, H, nx, n) and {@code offset} (B, H, nx) of the next state, {@code
   * hessian} (B, H, n, n), {@code gradient} (B, H, n) and {@code constant} (B, H) of the cost; of
   * the terminal cost {@code lastHessian}, {@code lastGradient}, {@code lastConstant}. Inputs: the
   * leaves.
   *
   * <p>A problem is recognised by its derivatives: the Jacobian of the next state and the second
   * derivatives of the costs do not contain state or action. A black box is never linear.
   */
  public Optional<Program> quadratic() {
    if (spec.withoutSecondDerivatives().isPresent()) {
      return Optional.empty();
    }
    Tensor jacobian = Transforms.jacobian(next, stage);
    Tensor hessian = Transforms.hessian(cost, stage);
    Tensor lastHessian = Transforms.hessian(terminal, lastState);
    if (dependsOn(List.of(jacobian, hessian, lastHessian), Set.of(stage, lastState))) {
      return Optional.empty();
    }
    List<Tensor> atZero =
        Transforms.substitute(
            List.of(next, Transforms.gradient(cost, stage), cost),
            List.of(stage),
            List.of(Tensor.zeros(stage.shape())));
    List<Tensor> stageParts = new ArrayList<>(List.of(jacobian, hessian));
    stageParts.addAll(atZero);
    List<Tensor> along =
        Transforms.vmap(stageParts, List.of(index), List.of(indices()), spec.horizon());
    List<Tensor> last =
        Transforms.substitute(
            List.of(Transforms.gradient(terminal, lastState), terminal),
            List.of(lastState),
            List.of(Tensor.zeros(lastState.shape())));
    Map<String, Tensor> out = new LinkedHashMap<>();
    String[] names = {"jacobian", "hessian", "offset", "gradient", "constant"};
    for (int i = 0; i < names.length; i++) {
      out.put(names[i], along.get(i));
    }
    out.put("lastHessian", lastHessian);
    out.put("lastGradient", last.get(0));
    out.put("lastConstant", last.get(1));
    return Optional.of(program(out));
  }

  /**
   * The derivative of a loss in the leaves, by stages. With directions dw of the stage variables,
   * dλ of the costates, and the loss's derivative c in J it is that of
   *
   * <pre>
   *   Σ c l - dw · ∂/∂w (l + λ · f) - dλ · f,   at the end c l_T - dx · l_T'
   * </pre>
   *
   * at fixed w, λ, dw, dλ. Inputs: {@code w} and {@link #DIRECTIONS} (B, H, n), {@code xT} and
   * {@link #LAST_DIRECTION} (B, nx), {@code costate} and {@link #COSTATE_DIRECTIONS} (B, H, nx),
   * {@link #COST_BAR} (B), the leaves. Outputs: one for each context leaf and parameter, under its
   * name.
   */
  public Program leafDerivatives() {
    int h = spec.horizon();
    int nx = spec.stateSize();
    Tensor direction = Tensor.input("direction of stage", Shape.batched(size));
    Tensor costateDirection = Tensor.input("direction of stage costate", Shape.batched(nx));
    Tensor costBar = Tensor.input(COST_BAR, Shape.batched());
    Tensor value =
        cost.times(costBar)
            .minus(along(cost.plus(next.dot(costate)), stage, direction))
            .minus(next.dot(costateDirection));
    Tensor stages = Tensor.input(STAGES, Shape.batched(h, size));
    Tensor costates = Tensor.input(COSTATES, Shape.batched(h, nx));
    Tensor directions = Tensor.input(DIRECTIONS, Shape.batched(h, size));
    Tensor costateDirections = Tensor.input(COSTATE_DIRECTIONS, Shape.batched(h, nx));
    Tensor all =
        Transforms.vmap(
                List.of(value),
                List.of(stage, index, costate, direction, costateDirection),
                List.of(stages, indices(), costates, directions, costateDirections),
                h)
            .get(0);
    Tensor lastDirection = Tensor.input(LAST_DIRECTION, Shape.batched(nx));
    Tensor end = terminal.times(costBar).minus(along(terminal, lastState, lastDirection));
    Map<String, Tensor> named = new LinkedHashMap<>(leaves.context());
    named.putAll(leaves.parameters());
    Tensor total = all.sum(1).plus(end);
    List<Tensor> gradients =
        Transforms.vjp(
            List.of(total),
            List.of(Tensor.filled(total.shape(), 1)),
            new ArrayList<>(named.values()));
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String name : named.keySet()) {
      out.put(name, gradients.get(out.size()));
    }
    return program(
        out, stages, lastState, costates, directions, lastDirection, costateDirections, costBar);
  }

  private static Tensor along(Tensor value, Tensor at, Tensor direction) {
    return Transforms.jvp(List.of(value), List.of(at), List.of(direction)).get(0);
  }

  /** Whether J is one smooth function, without constraints beside the box. */
  public boolean isSmooth() {
    return !spec.hasLimits() && spec.terminalPieces(spec.terminal(lastState, leaves)).size() == 1;
  }

  private static boolean dependsOn(List<Tensor> outputs, Set<Tensor> inputs) {
    Set<Tensor> seen = new HashSet<>();
    List<Tensor> open = new ArrayList<>(outputs);
    while (!open.isEmpty()) {
      Tensor t = open.remove(open.size() - 1);
      if (inputs.contains(t)) {
        return true;
      }
      if (seen.add(t)) {
        for (int i = 0; i < t.operandCount(); i++) {
          open.add(t.operand(i));
        }
      }
    }
    return false;
  }

  private Tensor stageHessian(Curvature curvature) {
    if (curvature == Curvature.GAUSS_NEWTON && spec.hasResiduals()) {
      Tensor r = spec.stageResidual(x(), u(), index, leaves);
      Tensor jacobian = Transforms.jacobian(r, stage);
      Tensor rows =
          hasOneStage() ? jacobian.slice(2, spec.stateSize(), spec.actionSize()) : jacobian;
      return rows.matmul(jacobian, true, false);
    }
    Tensor value = curvature == Curvature.EXACT ? cost.plus(next.dot(costate)) : cost;
    return hasOneStage() ? actionRows(value) : Transforms.hessian(value, stage);
  }

  /** Whether the state of every stage is given, so that no curvature in it is needed. */
  public boolean hasOneStage() {
    return spec.horizon() == 1;
  }

  /** The rows of the Hessian that belong to actions, (B, nu, n): one tangent for each action. */
  private Tensor actionRows(Tensor value) {
    Tensor direction = Tensor.input("direction", stage.shape());
    Tensor along = Transforms.hessianVector(value, stage, direction);
    int nu = spec.actionSize();
    Tensor directions = Tensor.identity(size).slice(0, spec.stateSize(), nu);
    return Transforms.vmap(List.of(along), List.of(direction), List.of(directions), nu).get(0);
  }

  private Tensor lastHessian(Curvature curvature) {
    if (curvature == Curvature.GAUSS_NEWTON && spec.hasResiduals()) {
      Tensor r = spec.terminalResidual(lastState, leaves);
      if (r == null) {
        return Tensor.zeros(Shape.batched(spec.stateSize(), spec.stateSize()));
      }
      Tensor jacobian = Transforms.jacobian(r, lastState);
      return jacobian.matmul(jacobian, true, false);
    }
    return Transforms.hessian(terminal, lastState);
  }

  private Tensor indices() {
    return indices(spec.horizon());
  }

  /** The numbers of all stages, from 0. */
  static Tensor indices(int horizon) {
    return Tensor.constant(IntStream.range(0, horizon).asDoubleStream().toArray());
  }

  private Program program(Map<String, Tensor> outputs, Tensor... first) {
    List<Tensor> inputs = new ArrayList<>(List.of(first));
    inputs.addAll(leaves.context().values());
    inputs.addAll(leaves.parameters().values());
    return Program.of(inputs, outputs);
  }
}
