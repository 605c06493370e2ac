package dev.difftop.learning;

import dev.difftop.api.Engine;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;

/** How a solution is differentiated; chosen independently of the solver. */
public enum AdjointMode {
  /** The implicit function theorem with the exact Hessian. */
  EXACT(Curvature.EXACT),
  /** The same with the Gauss-Newton matrix in place of the Hessian: biased, for ablation. */
  GAUSS_NEWTON(Curvature.GAUSS_NEWTON);

  private final Curvature curvature;

  AdjointMode(Curvature curvature) {
    this.curvature = curvature;
  }

  /** Makes the adjoint. */
  public Adjoint make(Engine engine, BadSamples policy) {
    return new ImplicitAdjoint(engine, curvature, policy);
  }
}
