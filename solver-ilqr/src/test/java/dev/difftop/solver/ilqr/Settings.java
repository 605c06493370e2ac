package dev.difftop.solver.ilqr;

import dev.difftop.optimization.stagewise.BackwardPass.DynamicsCurvature;
import dev.difftop.optimization.stagewise.RiccatiPass.Regularization;
import dev.difftop.solver.ilqr.IlqrConfig.Start;

/** Settings with one thing changed at a time. */
final class Settings {
  int maxIterations = 200;
  double tolerance = 1e-9;
  double relativeTolerance = 0;
  DynamicsCurvature curvature = DynamicsCurvature.AUTO;
  Regularization regularization = Regularization.CONTROL;
  double initialMu = 0;
  double muFactor = 10;
  double maxMu = 1e10;
  int maxHalvings = 10;
  double sufficientDecrease = 1e-4;
  Start start = Start.ROLLOUT;
  int randomRestarts = 0;
  int threads = 1;

  IlqrConfig config() {
    return new IlqrConfig(
        maxIterations,
        tolerance,
        relativeTolerance,
        curvature,
        regularization,
        initialMu,
        muFactor,
        maxMu,
        maxHalvings,
        sufficientDecrease,
        start,
        randomRestarts,
        threads);
  }
}
