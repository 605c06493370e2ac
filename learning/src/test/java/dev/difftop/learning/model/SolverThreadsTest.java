package dev.difftop.learning.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SolverThreadsTest {
  /** A choice that remembers how it was changed. */
  private record Recorded(Map<String, Object> document, List<String> changes)
      implements Chosen<Solver> {
    @Override
    public String name() {
      return "recorded";
    }

    @Override
    public Chosen<Solver> with(List<String> overrides) {
      changes.addAll(overrides);
      return this;
    }
  }

  private static List<String> changes(Map<String, Object> document, int least) {
    Recorded choice = new Recorded(document, new ArrayList<>());
    SolverThreads.of(choice, least);
    return choice.changes();
  }

  @Test
  void raisesThreadsOfSolversInsideToo() {
    Map<String, Object> document =
        Map.of(
            "plugin",
            "hybrid",
            "sampler",
            Map.of("plugin", "mppi", "threads", 1L),
            "weights",
            Map.of("threads", 1L));
    assertEquals(List.of("sampler.threads=2"), changes(document, 2));
  }

  @Test
  void keepsMoreThreadsAndSolversWithoutThem() {
    assertEquals(List.of(), changes(Map.of("plugin", "ilqr", "threads", 4L), 2));
    assertEquals(List.of(), changes(Map.of("plugin", "augmented-lagrangian"), 2));
  }
}
