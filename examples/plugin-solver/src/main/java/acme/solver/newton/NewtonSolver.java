package acme.solver.newton;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.DescentSolver;
import dev.difftop.optimization.LineSearch;
import jakarta.inject.Inject;
import java.util.Optional;

/** Newton's method: {@link TruncatedNewton} directions and the library's line search. */
final class NewtonSolver implements Solver {
  private final DescentSolver descent;

  @Inject
  NewtonSolver(NewtonConfig config, Engine engine) {
    this.descent =
        new DescentSolver(
            engine,
            Optional.of(Curvature.EXACT),
            () -> new LineSearch(new TruncatedNewton()),
            new ConvergenceCheck(config.tolerance()),
            config.maxIterations(),
            config.threads());
  }

  @Override
  public Optional<String> refusal(ProblemSpec spec) {
    return spec.withoutSecondDerivatives()
        .map(part -> "solver newton-cg needs second derivatives of the %s".formatted(part));
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    return descent.solve(problem, guess, deadline);
  }

  @Override
  public void close() {
    descent.close();
  }
}
