package dev.difftop.solver.gaussnewton;

import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Hessian;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Step;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Structure;

/** Settings with one thing changed at a time. */
final class Settings {
  int maxIterations = 200;
  double tolerance = 1e-9;
  double relativeTolerance = 0;
  Hessian hessian = Hessian.EXACT;
  double residualOffset = 1000;
  Step step = Step.LEVENBERG_MARQUARDT;
  double initialDamping = 1e-6;
  double maxDamping = 1e12;
  double initialRadius = 1;
  Structure structure = Structure.AUTO;
  int randomRestarts = 0;
  int threads = 1;

  static GaussNewtonConfig of(
      int maxIterations, double tolerance, Hessian hessian, double initialDamping) {
    Settings settings = new Settings();
    settings.maxIterations = maxIterations;
    settings.tolerance = tolerance;
    settings.hessian = hessian;
    settings.initialDamping = initialDamping;
    return settings.config();
  }

  GaussNewtonConfig config() {
    return new GaussNewtonConfig(
        maxIterations,
        tolerance,
        relativeTolerance,
        hessian,
        residualOffset,
        step,
        initialDamping,
        maxDamping,
        initialRadius,
        structure,
        randomRestarts,
        threads);
  }
}
