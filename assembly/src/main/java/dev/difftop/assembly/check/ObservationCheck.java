package dev.difftop.assembly.check;

import dev.difftop.api.array.Array;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.TimeStep;
import java.lang.reflect.Method;
import java.util.Map;

/**
 * Observations against the specification of an environment: names in their order, shapes, element
 * types. After the first reset and the first step of an instance; its later ones are not looked at.
 */
public final class ObservationCheck implements Check {
  private static final int FIRST = 2;
  private final Environment environment;
  private int checked;

  ObservationCheck(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String problem(Method method, Object[] arguments, Object result) {
    if (result instanceof EnvironmentSpec stated) {
      return problemOf(stated);
    }
    if (checked >= FIRST || !(result instanceof TimeStep step)) {
      return null;
    }
    checked++;
    return problemOf(step);
  }

  private static String problemOf(EnvironmentSpec spec) {
    return spec.actionSize() < 1
        ? "spec() states %d actions, expected at least 1".formatted(spec.actionSize())
        : null;
  }

  private String problemOf(TimeStep step) {
    EnvironmentSpec spec = environment.spec();
    if (step.observation() == null || step.end() == null) {
      return "returned a time step with a null in it: " + step;
    }
    if (!spec.observations().keySet().equals(step.observation().keySet())) {
      return "observes %s, its spec() states %s"
          .formatted(step.observation().keySet(), spec.observations().keySet());
    }
    for (Map.Entry<String, EnvironmentSpec.Observable> stated : spec.observations().entrySet()) {
      Array found = step.observation().get(stated.getKey());
      EnvironmentSpec.Observable expected = stated.getValue();
      if (found == null
          || !found.shape().equals(expected.shape())
          || found.dtype() != expected.dtype()) {
        return "observation %s is %s, its spec() states %s %s"
            .formatted(
                stated.getKey(),
                found == null ? "null" : found.dtype() + " " + found.shape(),
                expected.dtype(),
                expected.shape());
      }
    }
    return null;
  }
}
