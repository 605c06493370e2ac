package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Engine;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.RandomStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The learned numbers of a policy: a tree of named arrays ({@code encoder/0/weight}) in the
 * engine's memory, so that plans read them in place.
 */
public final class Parameters {
  private final Map<String, Array> arrays = new LinkedHashMap<>();

  /**
   * Allocates and initialises.
   *
   * @param declared by full name
   * @param random each parameter draws from the child of its own name, so that adding one leaves
   *     the others as they were
   */
  public Parameters(
      Engine engine,
      DType dtype,
      Map<String, ProblemSpec.Parameter> declared,
      RandomStream random) {
    declared.forEach(
        (name, p) -> {
          Array array = engine.allocate(dtype, p.shape());
          double[] values = p.initializer().values(p.shape(), random.child(name));
          array.write(0, values, 0, values.length);
          arrays.put(name, array);
        });
  }

  /** All arrays by full name, in order; shared, not copied. */
  public Map<String, Array> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /** The arrays whose names start so. */
  public Map<String, Array> below(String prefix) {
    Map<String, Array> out = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith(prefix)) {
            out.put(name, array);
          }
        });
    return out;
  }

  /** Number of numbers. */
  public long count() {
    return arrays.values().stream().mapToLong(Array::size).sum();
  }
}
