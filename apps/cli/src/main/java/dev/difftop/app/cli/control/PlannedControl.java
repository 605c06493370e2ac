package dev.difftop.app.cli.control;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Solver;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.program.Engine;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.model.PlannerSettings;
import dev.difftop.learning.model.PlanningAssembly;
import java.util.Optional;

/** What configurations of a planner that acts in an environment have in common. */
interface PlannedControl {
  /** Where it acts. */
  Choice<Environment> environment();

  /** The model it plans with. */
  Choice<Dynamics> dynamics();

  /** What it minimises. */
  Choice<Cost> cost();

  /** What solves its problems. */
  Choice<Solver> solver();

  /** What runs its programs. */
  Choice<Engine> engine();

  /** H, steps that it plans ahead. */
  int horizon();

  /** gamma, weight of a step's cost relative to the one before. */
  double discount();

  /** rho, penalty of rho/2 |u|² in every step. */
  double controlPenalty();

  /** How it plans and acts. */
  PlannerSettings planner();

  /** Of all that is random. */
  long seed();

  /** What plans. */
  default PlanningAssembly.Choices choices() {
    return new PlanningAssembly.Choices(
        Optional.empty(), dynamics(), cost(), horizon(), discount(), controlPenalty());
  }
}
