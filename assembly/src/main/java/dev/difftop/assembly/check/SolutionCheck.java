package dev.difftop.assembly.check;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import java.lang.reflect.Method;

/** Shapes of a solution, and numbers that are finite where it says that it converged. */
public final class SolutionCheck implements Check {
  @Override
  public String problem(Method method, Object[] arguments, Object result) {
    if (!(result instanceof Solution solution)
        || arguments == null
        || !(arguments[0] instanceof Problem problem)) {
      return null;
    }
    String shapes = shapes(problem, solution);
    return shapes != null ? shapes : finiteness(solution);
  }

  private static String shapes(Problem problem, Solution solution) {
    int batch = problem.batch();
    int horizon = problem.spec().horizon();
    Shape actions = Shape.of(batch, horizon, problem.spec().actionSize());
    Shape states = Shape.of(batch, horizon + 1, problem.spec().stateSize());
    if (!has(solution.actions(), actions)) {
      return wrong("actions", solution.actions(), actions);
    }
    if (!has(solution.states(), states)) {
      return wrong("states", solution.states(), states);
    }
    return null;
  }

  private static boolean has(Array found, Shape expected) {
    return found != null && found.shape().equals(expected);
  }

  private static String wrong(String what, Array found, Shape expected) {
    return "%s of the solution have shape %s, expected %s"
        .formatted(what, found == null ? "null" : found.shape(), expected);
  }

  private static String finiteness(Solution solution) {
    int each = Math.toIntExact(solution.actions().size() / solution.status().length);
    for (int b = 0; b < solution.status().length; b++) {
      if (solution.status(b) != Status.CONVERGED) {
        continue;
      }
      if (!Double.isFinite(solution.cost(b))) {
        return "sample %d is CONVERGED with a cost of %s".formatted(b, solution.cost(b));
      }
      for (int i = b * each; i < (b + 1) * each; i++) {
        if (!Double.isFinite(solution.actions().get(i))) {
          return "sample %d is CONVERGED with an action of %s"
              .formatted(b, solution.actions().get(i));
        }
      }
    }
    return null;
  }
}
