package dev.difftop.learning.model;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A solver on the threads of its run. */
public final class SolverThreads {
  private static final String KEY = "threads";

  private SolverThreads() {}

  /**
   * The choice on at least so many threads, those of solvers inside it too. A solver without
   * threads stays as it is.
   */
  public static Chosen<Solver> of(Chosen<Solver> choice, int least) {
    List<String> overrides = new ArrayList<>();
    collect("", choice.document(), least, overrides);
    return overrides.isEmpty() ? choice : choice.with(overrides);
  }

  private static void collect(String prefix, Map<?, ?> section, int least, List<String> overrides) {
    if (section.get(KEY) instanceof Number own && own.intValue() < least) {
      overrides.add(prefix + KEY + "=" + least);
    }
    section.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner && inner.containsKey("plugin")) {
            collect(prefix + key + ".", inner, least, overrides);
          }
        });
  }
}
