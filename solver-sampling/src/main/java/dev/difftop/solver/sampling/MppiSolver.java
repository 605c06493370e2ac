package dev.difftop.solver.sampling;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import jakarta.inject.Inject;

/**
 * Model predictive path integral control as TD-MPC plans with it: a Gaussian over actions moves to
 * the mean of its best samples, weighted by the exponential of what they cost. Williams, Aldrich,
 * Theodorou 2015; Hansen, Wang, Su, "Temporal difference learning for model predictive control",
 * 2022, algorithm 1.
 */
final class MppiSolver extends SamplingSolver {
  @Inject
  MppiSolver(MppiConfig config, Engine engine, RandomStream random) {
    super(config.settings(), engine, random);
  }
}
