package dev.difftop.models;

import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Context leaves that a network reads beside its other inputs, such as the code of a variational
 * autoencoder: each flattened, in the order of their names in the configuration.
 */
public final class ContextInputs {
  private final Map<String, Shape> leaves = new LinkedHashMap<>();

  /**
   * The named leaves.
   *
   * @param part for the message
   * @throws IllegalArgumentException if a leaf is not there, or is named twice; lists those that
   *     are there
   */
  public ContextInputs(String part, List<String> names, Shapes shapes) {
    for (String name : names) {
      Shape shape = shapes.context().get(name);
      if (shape == null) {
        throw new IllegalArgumentException(
            "%s: context: found %s, expected context leaves that come with every solve: %s"
                .formatted(part, name, shapes.context().keySet()));
      }
      if (leaves.put(name, shape) != null) {
        throw new IllegalArgumentException(
            "%s: context: found %s twice, expected each name once".formatted(part, name));
      }
    }
  }

  /** Total number of entries. */
  public int size() {
    return leaves.values().stream().mapToInt(Shape::size).sum();
  }

  public void declare(Declarations declare) {
    leaves.forEach(declare::context);
  }

  /** The inputs and the leaves side by side, (B, n). */
  public Tensor append(Point at, Tensor... inputs) {
    Tensor[] all = java.util.Arrays.copyOf(inputs, inputs.length + leaves.size());
    int i = inputs.length;
    for (Map.Entry<String, Shape> leaf : leaves.entrySet()) {
      all[i++] = at.context(leaf.getKey()).reshape(Shape.BATCH, leaf.getValue().size());
    }
    return all.length == 1 ? all[0] : Tensor.concat(1, all);
  }
}
