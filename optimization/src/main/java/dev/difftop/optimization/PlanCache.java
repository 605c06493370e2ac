package dev.difftop.optimization;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.DType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What has been compiled, by spec, batch size and dtype. Specs are compared by identity. The least
 * recently used entries are closed beyond a limit.
 *
 * @param <V> the compiled thing
 */
public final class PlanCache<V extends AutoCloseable> implements AutoCloseable {
  private static final int LIMIT = 16;

  private record Key(int spec, ProblemSpec same, int batch, DType dtype) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key k && same == k.same && batch == k.batch && dtype == k.dtype;
    }

    @Override
    public int hashCode() {
      return (spec * 31 + batch) * 31 + dtype.hashCode();
    }
  }

  private final Function<Problem, V> compile;
  private final Map<Key, V> compiled = new LinkedHashMap<>(16, 0.75f, true);

  /** With what makes a missing entry. */
  public PlanCache(Function<Problem, V> compile) {
    this.compile = compile;
  }

  /** The entry for a problem's spec, batch and dtype. */
  public V get(Problem problem) {
    Key key =
        new Key(
            System.identityHashCode(problem.spec()),
            problem.spec(),
            problem.batch(),
            problem.dtype());
    V value = compiled.get(key);
    if (value == null) {
      value = compile.apply(problem);
      compiled.put(key, value);
      evict();
    }
    return value;
  }

  private void evict() {
    if (compiled.size() > LIMIT) {
      Key oldest = compiled.keySet().iterator().next();
      close(compiled.remove(oldest));
    }
  }

  private void close(V value) {
    try {
      value.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("closing compiled plans", e);
    }
  }

  @Override
  public void close() {
    compiled.values().forEach(this::close);
    compiled.clear();
  }
}
