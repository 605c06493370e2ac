package dev.difftop.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Param;

/** The cases of the command, found and run from the class path. */
class SolverBenchmarkTest {
  @Test
  void jmhHasTheCasesOfTheCommand() throws NoSuchFieldException {
    String[] listed = SolverBenchmark.class.getField("name").getAnnotation(Param.class).value();
    assertEquals(Cases.of("solvers").names(), List.of(listed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tdmpc-plan B=1 solve+grad", "lqr B=1 solve+grad", "pendulum B=1"})
  void casesComputeFiniteNumbers(String name) {
    SolverBenchmark benchmark = new SolverBenchmark();
    benchmark.name = name;
    benchmark.threads = 1;
    benchmark.prepare();
    try {
      benchmark.run();
      double[] result = benchmark.result();
      assertTrue(result.length > 0 && Arrays.stream(result).allMatch(Double::isFinite));
      assertTrue(Arrays.stream(result).anyMatch(v -> v != 0), "something was computed");
    } finally {
      benchmark.close();
    }
  }
}
