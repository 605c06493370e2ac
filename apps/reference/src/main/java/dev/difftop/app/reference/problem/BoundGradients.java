package dev.difftop.app.reference.problem;

import dev.difftop.app.reference.format.ActionBounds;
import dev.difftop.app.reference.format.Bound;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Derivatives in the bounds of the actions, in the shapes in which a file gives the bounds. */
final class BoundGradients {
  private BoundGradients() {}

  /**
   * {@code umax} and {@code umin}; of a bound that the file does not give, the derivative in one
   * number for all stages.
   *
   * @param nu size of an action
   */
  static Map<String, Object> of(ActionBounds bounds, Gradients g, int nu) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("umax", gathered(bounds.umax(), g.high().toDoubles(), nu));
    out.put("umin", gathered(bounds.umin(), g.low().toDoubles(), nu));
    return out;
  }

  private static Object gathered(Optional<Bound> bound, double[] spread, int nu) {
    return bound
        .map(given -> Nested.of(given.gather(spread, nu), given.dims()))
        .orElseGet(() -> Arrays.stream(spread).sum());
  }
}
