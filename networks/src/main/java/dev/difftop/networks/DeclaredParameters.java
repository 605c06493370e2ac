package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Parameters of a network that belongs to no part of a trajectory problem, by full name. */
public final class DeclaredParameters implements Declarations {
  private final Map<String, ProblemSpec.Parameter> all = new LinkedHashMap<>();

  @Override
  public void parameter(String name, Shape shape, Initializer initializer) {
    if (all.put(name, new ProblemSpec.Parameter(shape, initializer)) != null) {
      throw new IllegalArgumentException("the parameter " + name + " is declared twice");
    }
  }

  /**
   * Refused: nothing gives a value to it.
   *
   * @throws IllegalArgumentException always
   */
  @Override
  public void context(String name, Shape sample) {
    throw new IllegalArgumentException(
        "found a context leaf %s, expected parameters alone".formatted(name));
  }

  /** All of them, in the order in which they were declared. */
  public Map<String, ProblemSpec.Parameter> all() {
    return Collections.unmodifiableMap(all);
  }

  /** A fresh input for each, of the same name. */
  public Map<String, Tensor> inputs() {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    all.forEach((name, p) -> inputs.put(name, Tensor.input(name, p.shape())));
    return inputs;
  }
}
