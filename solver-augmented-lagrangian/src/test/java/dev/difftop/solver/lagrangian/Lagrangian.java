package dev.difftop.solver.lagrangian;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import dev.difftop.api.program.Interpreter;

/** Settings with one thing changed at a time. */
final class Lagrangian {
  Chosen<Solver> inner = Inner.precise("ilqr");
  double violation = 1e-10;
  int maxRounds = 40;
  double firstPenalty = 10;
  double penaltyFactor = 10;
  double progress = 0.1;
  double maxPenalty = 1e7;

  AugmentedLagrangianConfig config() {
    return new AugmentedLagrangianConfig(
        inner, violation, maxRounds, firstPenalty, penaltyFactor, progress, maxPenalty);
  }

  Solver solver() {
    return new AugmentedLagrangianSolver(config(), new Interpreter(), new Inner.Maker());
  }

  static Solver around(Inner inner) {
    Lagrangian settings = new Lagrangian();
    settings.inner = inner;
    return settings.solver();
  }
}
