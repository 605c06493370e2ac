package dev.difftop.optimization.stagewise;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.ClosedLoop;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.StageExpansion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Any problem: its programs are run for a few lanes at a time, and only where one is wanted. */
public final class TracedModel implements StageModel {
  private final Engine engine;
  private final ProblemSpec spec;
  private final StageExpansion expansion;
  private final boolean flatEnd;
  private final int group;
  private final DType dtype;
  private LanePlan feasible;
  private final LanePlan firstOrder;
  private LanePlan overGaps;
  private LanePlan next;
  private final Map<Curvature, LanePlan> secondOrder = new EnumMap<>(Curvature.class);
  private final List<LanePlan> all = new ArrayList<>();
  private Problem problem;

  /**
   * A model.
   *
   * @param expansion the traced stage of the same spec
   * @param group lanes of a run
   */
  public TracedModel(
      Engine engine, ProblemSpec spec, StageExpansion expansion, int group, DType dtype) {
    this.engine = engine;
    this.spec = spec;
    this.expansion = expansion;
    this.flatEnd = expansion.isEndFlat();
    this.group = group;
    this.dtype = dtype;
    this.firstOrder = add(new LanePlan(engine, spec, expansion.firstOrder(), group, dtype));
  }

  private LanePlan add(LanePlan plan) {
    all.add(plan);
    return plan;
  }

  @Override
  public boolean isQuadratic() {
    return false;
  }

  @Override
  public void begin(Problem next) {
    problem = next;
    all.forEach(plan -> plan.begin(next));
  }

  @Override
  public void load(SampleBlock block, int lanes) {}

  private boolean isWanted(boolean[] wanted, int from) {
    for (int l = from; l < from + group; l++) {
      if (wanted[l]) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void rollOut(SampleBlock b, boolean[] wanted, int lanes) {
    int horizon = spec.horizon();
    LanePlan closedLoop = !b.gaps.any() ? feasible() : overGaps();
    for (int from = 0; from < lanes; from += group) {
      if (isWanted(wanted, from)) {
        if (b.gaps.any()) {
          closedLoop.set("gap", b.gaps.entries(), horizon, from);
        }
        closedLoop.select(b.progress.samples, from);
        closedLoop.set(Objective.INITIAL_STATE, b.current.states[0], from);
        closedLoop.set(Objective.ACTIONS, b.current.actions, horizon, from);
        closedLoop.set("nominal", b.current.states, horizon, from);
        closedLoop.set("feedback", b.gains.feedback, horizon, from);
        closedLoop.set("feedforward", b.gains.feedforward, horizon, from);
        closedLoop.set("alpha", b.gains.alpha, from);
        closedLoop.set("low", b.bounds.low, horizon, from);
        closedLoop.set("high", b.bounds.high, horizon, from);
        closedLoop.run();
        closedLoop.get("cost", b.candidate.cost, from);
        closedLoop.get("actions", b.candidate.actions, from);
        // The plan clamps to bounds that it has rounded to its element type.
        b.bounds.clamp(b.candidate.actions, from, group);
        if (dtype == DType.FLOAT32) {
          b.bounds.takeRounded(b.candidate.actions, from, group);
        }
        closedLoop.get("states", b.candidate.states, from);
      }
    }
  }

  private LanePlan feasible() {
    if (feasible == null) {
      feasible = begun(ClosedLoop.trace(spec));
    }
    return feasible;
  }

  private LanePlan overGaps() {
    if (overGaps == null) {
      overGaps = begun(ClosedLoop.traceWithGaps(spec));
    }
    return overGaps;
  }

  /** A plan that is compiled when first asked for. */
  private LanePlan begun(Program program) {
    LanePlan plan = new LanePlan(engine, spec, program, group, dtype);
    plan.begin(problem);
    return add(plan);
  }

  @Override
  public void expandFromZero(SampleBlock block, int lanes) {
    throw new UnsupportedOperationException("only a linear-quadratic problem is the same anywhere");
  }

  @Override
  public void findGaps(SampleBlock b, int lanes) {
    if (next == null) {
      next = begun(expansion.nextStates());
    }
    for (int from = 0; from < lanes; from += group) {
      next.select(b.progress.samples, from);
      next.setStages(StageExpansion.STAGES, b.current, from);
      next.run();
      next.get("next", b.gaps.entries(), from);
    }
    b.gaps.subtractNextStates(b.current.states, lanes);
  }

  @Override
  public void firstOrder(SampleBlock b, boolean[] wanted, int lanes) {
    for (int from = 0; from < lanes; from += group) {
      if (isWanted(wanted, from)) {
        setPath(firstOrder, b, from);
        firstOrder.run();
        firstOrder.get("jacobian", b.expansion.jacobian, from);
        firstOrder.get("gradient", b.expansion.gradient, from);
        firstOrder.get("last", b.expansion.lastGradient, from);
      }
    }
  }

  private void setPath(LanePlan plan, SampleBlock b, int from) {
    plan.select(b.progress.samples, from);
    plan.setStages(StageExpansion.STAGES, b.current, from);
    plan.set(StageExpansion.LAST_STATE, b.current.states[spec.horizon()], from);
  }

  @Override
  public SecondDerivatives secondOrder(
      SampleBlock b, Curvature curvature, boolean[] wanted, int lanes) {
    LanePlan plan = plan(curvature);
    SecondDerivatives second = b.expansion.second(curvature);
    second.flatEnd = flatEnd;
    for (int from = 0; from < lanes; from += group) {
      if (isWanted(wanted, from)) {
        setPath(plan, b, from);
        plan.set(StageExpansion.COSTATES, b.expansion.costates, spec.horizon(), from);
        plan.run();
        if (expansion.hasOneStage()) {
          plan.getActionRows("hessian", second.hessian[0], b.nx, b.nu, from);
        } else {
          plan.getSymmetric("hessian", second.hessian, b.expansion.n, from);
        }
        if (!flatEnd) {
          plan.getSymmetric("last", second.last, b.nx, from);
        }
      }
    }
    return second;
  }

  /** Many problems never need the second kind. */
  private LanePlan plan(Curvature curvature) {
    LanePlan plan = secondOrder.get(curvature);
    if (plan == null) {
      plan = begun(expansion.secondOrder(curvature));
      secondOrder.put(curvature, plan);
    }
    return plan;
  }

  @Override
  public void close() {
    all.forEach(LanePlan::close);
  }
}
