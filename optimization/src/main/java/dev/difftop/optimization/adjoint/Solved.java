package dev.difftop.optimization.adjoint;

/**
 * What the linear systems of a batch gave.
 *
 * @param w (B, n), 0 where held
 * @param ties ν of pieces and limits, (B, k), 0 where not tied or active
 * @param hessianProduct H w, (B, n), where somebody is held; may be null if nobody is
 * @param definite per sample, whether the curvature on the free set is positive definite
 * @param curvature per sample, estimate of its smallest eigenvalue
 */
record Solved(
    double[] w, double[] ties, double[] hessianProduct, boolean[] definite, double[] curvature) {
  static Solved empty(Linearization at) {
    return new Solved(
        new double[at.batch * at.n],
        new double[at.batch * at.functions],
        new double[at.batch * at.n],
        new boolean[at.batch],
        new double[at.batch]);
  }
}
