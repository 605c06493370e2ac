package dev.difftop.solver.sampling;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import jakarta.inject.Inject;

/**
 * The cross-entropy method: a Gaussian over actions is fitted to its best samples, all alike.
 * Rubinstein 1999.
 */
final class CemSolver extends SamplingSolver {
  @Inject
  CemSolver(CemConfig config, Engine engine, RandomStream random) {
    super(config.settings(), engine, random);
  }
}
