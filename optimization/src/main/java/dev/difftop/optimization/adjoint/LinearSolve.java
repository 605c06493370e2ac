package dev.difftop.optimization.adjoint;

/** How the linear system of an adjoint is solved. All give the same answer where they apply. */
public enum LinearSolve {
  /** By size: dense for few variables, Riccati for long horizons of small systems, else CG. */
  AUTO,
  /** The columns of the Hessian on the free set, then a factorisation. */
  DENSE,
  /** Conjugate gradients with Hessian-vector products; the Hessian is never formed. */
  CG,
  /** A Riccati recursion over the stages, at a cost that grows linearly with the horizon. */
  RICCATI;

  private static final int FEW = 64;
  private static final int SMALL_STAGE = 64;

  /** What AUTO means for a problem of so many variables. */
  LinearSolve resolve(int variables, int stageSize) {
    if (this != AUTO) {
      return this;
    }
    if (variables <= FEW) {
      return DENSE;
    }
    return stageSize <= SMALL_STAGE && stageSize < variables ? RICCATI : CG;
  }
}
