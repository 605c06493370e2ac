package dev.difftop.learning.model;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solver;
import dev.difftop.api.StepRecording;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.DirectLossAdjoint;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import dev.difftop.optimization.adjoint.LinearSolve;
import dev.difftop.optimization.adjoint.UnrolledAdjoint;
import java.util.Locale;
import java.util.Optional;

/** How a solution is differentiated; chosen independently of the solver. */
public enum AdjointMode {
  /** The implicit function theorem with the exact Hessian. */
  EXACT,
  /** The same of a problem with a log barrier for its box: not silent where actions saturate. */
  SMOOTHED,
  /** The same with the Gauss-Newton matrix in place of the Hessian: biased, for ablation. */
  GAUSS_NEWTON,
  /** Back through the solver's last few steps. */
  TRUNCATED,
  /** Back through all of the solver's steps. */
  UNROLL,
  /** Direct loss minimisation: the difference between two perturbed solutions. */
  DLM;

  /** Makes the adjoint. */
  public Adjoint make(Engine engine, BadSamples policy, AdjointOptions options) {
    Curvature steps = options.stepCurvature();
    return switch (this) {
      case EXACT ->
          new ImplicitAdjoint(
              engine, Curvature.EXACT, policy, 0, options.linearSolve(), options.threads());
      case GAUSS_NEWTON ->
          new ImplicitAdjoint(
              engine, Curvature.GAUSS_NEWTON, policy, 0, options.linearSolve(), options.threads());
      case SMOOTHED ->
          new ImplicitAdjoint(
              engine,
              Curvature.EXACT,
              policy,
              options.smoothing(),
              LinearSolve.DENSE,
              options.threads());
      case TRUNCATED -> new UnrolledAdjoint(engine, steps, policy, options.steps());
      case UNROLL -> new UnrolledAdjoint(engine, steps, policy, Integer.MAX_VALUE);
      case DLM -> new DirectLossAdjoint(engine, policy, options.perturbation());
    };
  }

  /** Whether it needs the steps that a solver took, not just where they led. */
  public boolean goesBackThroughSteps() {
    return this == TRUNCATED || this == UNROLL;
  }

  /**
   * Asks a solver for what this mode needs of it.
   *
   * @return why the pair is impossible for such problems; empty if it is possible
   */
  public Optional<String> prepare(Solver solver, ProblemSpec spec, AdjointOptions options) {
    Optional<String> blackBox = spec.withoutSecondDerivatives();
    if (blackBox.isPresent()) {
      return refuse("needs second derivatives of the " + blackBox.get() + ", which has none");
    }
    if (this == EXACT || this == SMOOTHED || this == GAUSS_NEWTON) {
      return Optional.empty();
    }
    Optional<String> corner = corner(new Objective(spec));
    if (corner.isPresent()) {
      return corner;
    }
    return this == DLM ? Optional.empty() : record(solver, spec, options);
  }

  /** What a Newton step in the box knows nothing of: kinks of the cost, limits beside the box. */
  private Optional<String> corner(Objective objective) {
    if (objective.costPieces().size() > 1) {
      return refuse(
          "is not defined where pieces of the cost tie, as -min(Q1, Q2) does; take exact, smoothed"
              + " or gauss-newton, or the mean of the critics");
    }
    if (!objective.limits().isEmpty()) {
      return refuse(
          "goes by Newton steps in the box, which know nothing of the multipliers of limits on"
              + " states and actions; take exact, smoothed or gauss-newton, which hold active"
              + " limits, or a cost without limits");
    }
    return Optional.empty();
  }

  private Optional<String> record(Solver solver, ProblemSpec spec, AdjointOptions options) {
    if (!(solver instanceof StepRecording recording)) {
      return refuse("goes back through the solver's steps, which this solver does not expose");
    }
    Optional<String> reason = recording.recordingRefusal(spec);
    if (reason.isPresent()) {
      return refuse(reason.get());
    }
    recording.recordSteps(this == TRUNCATED ? options.steps() : Integer.MAX_VALUE);
    return Optional.empty();
  }

  private Optional<String> refuse(String reason) {
    String name = name().toLowerCase(Locale.ROOT).replace('_', '-');
    return Optional.of("adjoint " + name + " " + reason);
  }
}
