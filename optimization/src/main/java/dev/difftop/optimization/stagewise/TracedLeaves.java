package dev.difftop.optimization.stagewise;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.StageExpansion;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The derivative of a loss in the leaves of any smooth problem, from what {@link Directions} found:
 * a program over all stages at once, {@link StageExpansion#leafDerivatives}. See {@link
 * QuadraticLeaves} for problems whose leaves are their matrices.
 */
final class TracedLeaves implements AutoCloseable {
  private final Engine engine;
  private final ProblemSpec spec;
  private final StageExpansion expansion;
  private final int batch;
  private final DType dtype;
  private final int threads;
  private final double[] stages;
  private final double[] last;
  private final double[] costates;
  private final double[] directions;
  private final double[] lastDirection;
  private final double[] costateDirections;
  private final double[] costBar;
  private final double[] initialState;
  private final boolean[] added;
  private CompiledProblem plan;

  /** For a spec, a batch and a dtype; what it needs is compiled when it is first needed. */
  TracedLeaves(
      Engine engine,
      ProblemSpec spec,
      StageExpansion expansion,
      int batch,
      DType dtype,
      int threads) {
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int n = nx + spec.actionSize();
    this.engine = engine;
    this.spec = spec;
    this.expansion = expansion;
    this.batch = batch;
    this.dtype = dtype;
    this.threads = threads;
    this.stages = new double[batch * horizon * n];
    this.last = new double[batch * nx];
    this.costates = new double[batch * horizon * nx];
    this.directions = new double[batch * horizon * n];
    this.lastDirection = new double[batch * nx];
    this.costateDirections = new double[batch * horizon * nx];
    this.costBar = new double[batch];
    this.initialState = new double[batch * nx];
    this.added = new boolean[batch];
  }

  /** Forgets all samples. */
  void begin() {
    Arrays.fill(added, false);
    for (double[] each :
        new double[][] {directions, lastDirection, costateDirections, costBar, initialState}) {
      Arrays.fill(each, 0);
    }
  }

  /** Adds what a lane gives; different samples may be added by different threads. */
  void add(SampleBlock b, Directions d, int lane, double bar) {
    int sample = b.progress.samples[lane];
    int nx = b.nx;
    int n = nx + b.nu;
    for (int t = 0; t < b.horizon; t++) {
      int row = sample * b.horizon + t;
      write(b.current.stages[t], lane, stages, row * n);
      write(d.stages[t], lane, directions, row * n);
      write(b.expansion.costates[t], lane, costates, row * nx);
      for (int i = 0; i < nx; i++) {
        costateDirections[row * nx + i] =
            d.costates[t + 1][i][lane] - bar * b.expansion.costates[t][i][lane];
      }
    }
    write(b.current.states[b.horizon], lane, last, sample * nx);
    write(d.stages[b.horizon], lane, lastDirection, sample * nx);
    for (int i = 0; i < nx; i++) {
      double direct = bar == 0 ? 0 : bar * b.expansion.startGradient[i][lane];
      initialState[sample * nx + i] = direct - d.costates[0][i][lane];
    }
    costBar[sample] = bar;
    added[sample] = true;
  }

  private static void write(double[][] entries, int lane, double[] to, int at) {
    for (int e = 0; e < entries.length; e++) {
      to[at + e] = entries[e][lane];
    }
  }

  /** The derivatives by name of the leaf; empty if no sample was added. */
  Optional<Map<String, Array>> total(Problem problem) {
    int present = firstAdded();
    if (present < 0) {
      return Optional.empty();
    }
    if (plan == null) {
      plan = new CompiledProblem(engine, spec, expansion.leafDerivatives(), batch, dtype, threads);
    }
    plan.loadLeaves(problem);
    for (int b = 0; b < batch; b++) {
      if (!added[b]) {
        standIn(b, present);
      }
    }
    plan.set(StageExpansion.STAGES, stages);
    plan.set(StageExpansion.LAST_STATE, last);
    plan.set(StageExpansion.COSTATES, costates);
    plan.set(StageExpansion.DIRECTIONS, directions);
    plan.set(StageExpansion.LAST_DIRECTION, lastDirection);
    plan.set(StageExpansion.COSTATE_DIRECTIONS, costateDirections);
    plan.set(StageExpansion.COST_BAR, costBar);
    plan.run();
    Map<String, Array> out = new LinkedHashMap<>();
    out.put(Objective.INITIAL_STATE, Array.of(initialState.clone(), batch, spec.stateSize()));
    spec.context().keySet().forEach(name -> out.put(name, copy(name)));
    spec.parameters().keySet().forEach(name -> out.put(name, copy(name)));
    return Optional.of(out);
  }

  private Array copy(String leaf) {
    return plan.output(leaf).as(plan.output(leaf).dtype());
  }

  private int firstAdded() {
    for (int b = 0; b < batch; b++) {
      if (added[b]) {
        return b;
      }
    }
    return -1;
  }

  /** A sample that is left out computes with another one's numbers, in directions of zero. */
  private void standIn(int sample, int replacement) {
    plan.standInContext(sample, replacement);
    for (double[] each : new double[][] {stages, last, costates}) {
      int length = each.length / batch;
      System.arraycopy(each, replacement * length, each, sample * length, length);
    }
  }

  @Override
  public void close() {
    if (plan != null) {
      plan.close();
    }
  }
}
