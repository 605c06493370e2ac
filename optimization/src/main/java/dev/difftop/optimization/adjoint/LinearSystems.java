package dev.difftop.optimization.adjoint;

import dev.difftop.api.DType;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.optimization.Curvature;

/**
 * The linear systems of a batch by the method that was chosen. What conjugate gradients or Riccati
 * cannot do (a tie of pieces, curvature that is not positive) is solved densely.
 */
final class LinearSystems implements AutoCloseable {
  private final AdjointPrograms programs;
  private final LinearSolve method;
  private final DenseSystems dense;
  private final ConjugateGradients cg;
  private final RiccatiSystems riccati;

  LinearSystems(
      Engine engine,
      ProblemSpec spec,
      int batch,
      DType dtype,
      Curvature curvature,
      AdjointPrograms programs,
      LinearSolve linearSolve) {
    this.programs = programs;
    this.method = linearSolve.resolve(programs.size(), spec.stateSize() + spec.actionSize());
    this.dense = new DenseSystems(programs);
    this.cg = new ConjugateGradients(programs, dtype == DType.FLOAT32 ? 1e-6 : 1e-13);
    this.riccati =
        method == LinearSolve.RICCATI
            ? new RiccatiSystems(engine, spec, batch, dtype, curvature)
            : null;
  }

  /**
   * Solves {@code H_FF w_F = v_F} of every sample.
   *
   * @param damped per sample, whether a curvature that is not definite is damped until it is
   */
  Solved solve(Problem problem, Solution solution, Linearization at, double[] v, boolean[] damped) {
    Solved out = Solved.empty(at);
    boolean[] smooth = new boolean[at.batch];
    int[][] free = new int[at.batch][];
    for (int b = 0; b < at.batch; b++) {
      smooth[b] = at.tied(b).length == 1;
      free[b] = at.free(b);
    }
    boolean[] done =
        switch (method) {
          case CG -> cg.solve(at, smooth, v, out);
          case RICCATI -> riccati.solve(problem, at, solution.states().toDoubles(), smooth, v, out);
          default -> new boolean[at.batch];
        };
    bend(at, done, out);
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

  /** H w where the method did not give it and a bound's gradient needs it. */
  private void bend(Linearization at, boolean[] done, Solved out) {
    boolean needed = false;
    for (int k = 0; k < at.held.length; k++) {
      needed |= at.held[k] && done[k / at.n];
    }
    if (needed) {
      System.arraycopy(programs.product(at, out.w()), 0, out.bent(), 0, out.bent().length);
    }
  }

  @Override
  public void close() {
    if (riccati != null) {
      riccati.close();
    }
  }
}
