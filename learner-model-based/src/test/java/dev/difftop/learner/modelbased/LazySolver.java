package dev.difftop.learner.modelbased;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Objective;

/** Returns its guess. */
final class LazySolver implements Solver {
  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    try (CompiledProblem rollout =
        new CompiledProblem(
            new Interpreter(),
            problem.spec(),
            new Objective(problem.spec()).rollout(),
            problem.batch(),
            problem.dtype())) {
      rollout.load(problem);
      rollout.set(Objective.ACTIONS, guess);
      rollout.run();
      Status[] status = new Status[problem.batch()];
      java.util.Arrays.fill(status, Status.CONVERGED);
      return Solution.of(problem)
          .actions(guess.toDoubles())
          .states(rollout.get("states"))
          .cost(rollout.get("cost"))
          .status(status)
          .iterations(new int[status.length])
          .stationarity(new double[status.length])
          .build();
    }
  }
}
