package dev.difftop.learning.model;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import java.util.ArrayList;
import java.util.List;

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
    SolverSections.each(
        choice.document(),
        (prefix, section) -> {
          if (section.get(KEY) instanceof Number own && own.intValue() < least) {
            overrides.add(prefix + KEY + "=" + least);
          }
        });
    return overrides.isEmpty() ? choice : choice.with(overrides);
  }
}
