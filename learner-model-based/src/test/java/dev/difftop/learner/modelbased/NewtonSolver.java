package dev.difftop.learner.modelbased;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Objective;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Newton steps in the box until nothing moves, one sample after the other. */
public final class NewtonSolver implements Solver {
  private static final int ITERATIONS = 12;

  private final Map<String, CompiledProblem> compiled = new HashMap<>();

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    int batch = problem.batch();
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    double[] u = Guesses.inside(problem, guess, low, high);
    double[] stationarity = new double[batch];
    CompiledProblem expansion = compiled(problem, true);
    expansion.load(problem);
    int n = u.length / batch;
    for (int i = 0; i < ITERATIONS; i++) {
      expansion.set(Objective.ACTIONS, u);
      expansion.run();
      double[] gradient = expansion.get("gradient");
      double[] hessian = expansion.get("hessian");
      for (int b = 0; b < batch; b++) {
        stationarity[b] = Boxes.stationarity(u, gradient, low, high, b * n, n);
        move(b * n, u, new double[][] {gradient, hessian, low, high}, n);
      }
    }
    return solution(problem, u, stationarity);
  }

  private static void move(int from, double[] u, double[][] at, int n) {
    double[] down = new double[n];
    double[] up = new double[n];
    for (int i = 0; i < n; i++) {
      down[i] = at[2][from + i] - u[from + i];
      up[i] = at[3][from + i] - u[from + i];
    }
    BoxQp qp = new BoxQp(n);
    double[] h = Arrays.copyOfRange(at[1], from * n, (from + n) * n);
    if (qp.solve(h, Arrays.copyOfRange(at[0], from, from + n), down, up)) {
      for (int i = 0; i < n; i++) {
        u[from + i] += qp.solution()[i];
      }
    }
  }

  private Solution solution(Problem problem, double[] u, double[] stationarity) {
    CompiledProblem rollout = compiled(problem, false);
    rollout.load(problem);
    rollout.set(Objective.ACTIONS, u);
    rollout.run();
    Status[] status = new Status[problem.batch()];
    for (int b = 0; b < status.length; b++) {
      status[b] = stationarity[b] < 1e-9 ? Status.CONVERGED : Status.ITERATION_LIMIT;
    }
    return Solution.of(problem)
        .actions(u)
        .states(rollout.get("states"))
        .cost(rollout.get("cost"))
        .status(status)
        .iterations(new int[status.length])
        .stationarity(stationarity)
        .build();
  }

  private CompiledProblem compiled(Problem problem, boolean expansion) {
    Objective objective = new Objective(problem.spec());
    return compiled.computeIfAbsent(
        "%s %d %d %s"
            .formatted(expansion, problem.batch(), problem.spec().horizon(), problem.dtype()),
        key ->
            new CompiledProblem(
                new Interpreter(),
                problem.spec(),
                expansion ? objective.expansion(Curvature.EXACT) : objective.rollout(),
                problem.batch(),
                problem.dtype()));
  }
}
