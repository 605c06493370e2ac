package dev.difftop.learning.audit;

import dev.difftop.api.Problem;
import dev.difftop.api.array.Array;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.Map;

/**
 * An input of a problem that parameters outside of it produce, such as the states that an encoder
 * makes or the codes of a posterior: so a {@link GradientAudit} reaches those parameters.
 */
public interface DerivedInput {
  /** The parameters by full name, float64; not to be changed. */
  Map<String, Array> parameters();

  /** The problem with the input as another value of one parameter makes it. */
  Problem with(Problem problem, String parameter, Array value);

  /**
   * The derivative of a loss in the parameters.
   *
   * @param gradients of the problem
   * @return by full name, shaped like the parameter
   */
  Map<String, Array> pullBack(Gradients gradients);
}
