package dev.difftop.learning.model;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.config.Nearest;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.learning.PolicyState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Parameters of a policy: a tree of named arrays ({@code encoder/0/weight}) in the engine's memory,
 * so that plans read them in place.
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

  private Parameters() {}

  /** Copies of these arrays in the engine's memory, by full name. */
  public static Parameters of(Engine engine, Map<String, Array> initial) {
    Parameters out = new Parameters();
    initial.forEach(
        (name, from) -> {
          Array array = engine.allocate(from.dtype(), from.shape());
          array.write(0, from.toDoubles(), 0, from.size());
          out.arrays.put(name, array);
        });
    return out;
  }

  /** All arrays by full name, in order; shared, not copied. */
  public Map<String, Array> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /** The arrays whose names start so. */
  public Map<String, Array> below(String prefix) {
    return only(name -> name.startsWith(prefix)).arrays();
  }

  /** The parameters whose names are accepted; their arrays are shared. */
  public Parameters only(Predicate<String> names) {
    Parameters out = new Parameters();
    arrays.forEach(
        (name, array) -> {
          if (names.test(name)) {
            out.arrays.put(name, array);
          }
        });
    return out;
  }

  /** These parameters and others, all arrays shared. */
  Parameters with(Parameters others) {
    Parameters out = only(name -> true);
    out.arrays.putAll(others.arrays);
    return out;
  }

  /** Equal numbers in arrays of their own. */
  public Parameters copy(Engine engine) {
    Parameters out = new Parameters();
    arrays.forEach((name, array) -> out.arrays.put(name, copy(engine, array)));
    return out;
  }

  private static Array copy(Engine engine, Array array) {
    Array copy = engine.allocate(array.dtype(), array.shape());
    copy.copyFrom(array);
    return copy;
  }

  /** Overwrites these numbers with those of the same names. */
  void copyFrom(Parameters other) {
    arrays.forEach((name, array) -> array.copyFrom(other.arrays.get(name)));
  }

  /**
   * The names that fit any of the patterns.
   *
   * @param patterns names, {@code *} standing for any letters
   * @throws IllegalArgumentException if a pattern fits none; names the nearest
   */
  public Set<String> matching(Collection<String> patterns) {
    Set<String> out = new LinkedHashSet<>();
    for (String text : patterns) {
      Pattern pattern = Pattern.compile(Pattern.quote(text).replace("*", "\\E.*\\Q"));
      List<String> found =
          arrays.keySet().stream().filter(name -> pattern.matcher(name).matches()).toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            "freeze: found %s, which fits none of the parameters%s; there are %s"
                .formatted(text, Nearest.hint(text, arrays.keySet()), arrays.keySet()));
      }
      out.addAll(found);
    }
    return out;
  }

  /**
   * Overwrites these with what was saved of a policy.
   *
   * @throws IllegalArgumentException if one is missing, extra or of another shape; all are listed
   */
  public void load(PolicyState saved) {
    Map<String, Array> found = saved.below("");
    List<String> violations = new ArrayList<>();
    arrays.forEach(
        (name, array) -> {
          Array other = found.remove(name);
          if (other == null) {
            violations.add("missing %s %s".formatted(name, array.shape()));
          } else if (!other.shape().equals(array.shape())) {
            violations.add(
                "%s has shape %s, expected %s".formatted(name, other.shape(), array.shape()));
          }
        });
    found.forEach((name, array) -> violations.add("extra %s %s".formatted(name, array.shape())));
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException(
          "the checkpoint does not fit the configured policy: " + String.join("; ", violations));
    }
    arrays.forEach((name, array) -> array.copyFrom(saved.array(name)));
  }

  /** Binds every input of a program that has the name of a parameter to its array. */
  public void bindTo(CompiledProgram program) {
    for (int i = 0; i < program.program().inputs().size(); i++) {
      Array array = arrays.get(program.program().inputName(i));
      if (array != null) {
        program.bind(i, array);
      }
    }
  }

  /** Total number of scalar parameters. */
  public long count() {
    return arrays.values().stream().mapToLong(Array::size).sum();
  }

  /** The tree as lines of name and shape. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    arrays.forEach(
        (name, array) -> text.append(name).append(' ').append(array.shape()).append('\n'));
    return text.toString();
  }
}
