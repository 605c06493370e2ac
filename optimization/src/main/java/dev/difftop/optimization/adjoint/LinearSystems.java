package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.stagewise.SensitivityPass;
import java.util.function.Supplier;

/**
 * The linear systems of a batch by the method that was chosen. What it cannot do (a tie of pieces,
 * an active limit; of conjugate gradients also curvature that is not positive) is solved densely.
 */
final class LinearSystems {
  private final AdjointPrograms programs;
  private final LinearSolve method;
  private final DenseSystems dense;
  private final ConjugateGradients cg;
  private final Supplier<SensitivityPass> stages;

  LinearSystems(
      AdjointPrograms programs, DType dtype, LinearSolve method, Supplier<SensitivityPass> stages) {
    this.programs = programs;
    this.method = method;
    this.dense = new DenseSystems(programs);
    this.cg = new ConjugateGradients(programs, dtype == DType.FLOAT32 ? 1e-6 : 1e-13);
    this.stages = stages;
  }

  /**
   * Solves {@code H_FF w_F = v_F} of every sample.
   *
   * @param damped whether a curvature that is not definite is damped until it is
   */
  Solved solve(Problem problem, Solution solution, Linearization at, double[] v, boolean damped) {
    Solved out = Solved.empty(at);
    boolean[] smooth = new boolean[at.batch];
    int[][] free = new int[at.batch][];
    for (int b = 0; b < at.batch; b++) {
      smooth[b] = at.border(b).size() == 0;
      free[b] = at.free(b);
    }
    boolean[] done =
        switch (method) {
          case CG -> cg.solve(at, smooth, v, out);
          case RICCATI -> byStages(problem, solution, at, smooth, v, damped, out);
          default -> new boolean[at.batch];
        };
    if (method == LinearSolve.CG) {
      multiply(at, done, out);
    }
    boolean[] rest = new boolean[at.batch];
    boolean any = false;
    for (int b = 0; b < at.batch; b++) {
      rest[b] = !done[b];
      any |= rest[b];
    }
    if (any) {
      dense.solve(at, rest, free, v, null, damped, out);
    }
    return out;
  }

  /** Along the stages; returns which samples are solved: those without a border. */
  private boolean[] byStages(
      Problem problem,
      Solution solution,
      Linearization at,
      boolean[] smooth,
      double[] v,
      boolean damped,
      Solved out) {
    double[] gradient = new double[v.length];
    double[] residual = new double[v.length];
    stages
        .get()
        .run(
            problem,
            solution.states().toDoubles(),
            at.u,
            new SensitivityPass.Loss(v, null, null),
            damped,
            new SensitivityPass.Samples() {
              @Override
              public void differentiated(int sample) {}

              @Override
              public boolean isHeld(int k) {
                return at.held[k];
              }

              @Override
              public boolean found(int sample) {
                return false;
              }
            },
            new SensitivityPass.Found(
                gradient, out.w(), residual, out.definite(), out.curvature()));
    for (int k = 0; k < v.length; k++) {
      out.hessianProduct()[k] = residual[k] + v[k];
    }
    return smooth;
  }

  /** H w where conjugate gradients did not give it and a bound's gradient needs it. */
  private void multiply(Linearization at, boolean[] done, Solved out) {
    boolean needed = false;
    for (int k = 0; k < at.held.length; k++) {
      needed |= at.held[k] && done[k / at.n];
    }
    if (needed) {
      System.arraycopy(
          programs.product(at, out.w()), 0, out.hessianProduct(), 0, out.hessianProduct().length);
    }
  }
}
