package dev.difftop.assembly.check;

import dev.difftop.api.Solver;
import dev.difftop.api.environment.Environment;
import java.lang.reflect.Method;

/** Whether what a part returned keeps the promises of its service. */
public interface Check {
  /** Nothing beyond what the types say. */
  Check NONE = (method, arguments, result) -> null;

  /** What is wrong with the result of a call; null if nothing is. */
  String problem(Method method, Object[] arguments, Object result);

  /** The checks of a part. */
  static Check of(Object part) {
    if (part instanceof Environment environment) {
      return new ObservationCheck(environment);
    }
    return part instanceof Solver ? new SolutionCheck() : NONE;
  }
}
