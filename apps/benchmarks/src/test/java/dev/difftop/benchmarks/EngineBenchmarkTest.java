package dev.difftop.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/** Every case runs, and computes numbers. */
class EngineBenchmarkTest {
  static List<String> names() {
    return Cases.of("engine").names();
  }

  @Test
  void jmhHasTheCasesOfTheCommand() throws NoSuchFieldException {
    String[] listed = EngineBenchmark.class.getField("name").getAnnotation(Param.class).value();
    assertEquals(names(), List.of(listed));
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCaseComputesFiniteNumbers(String name) {
    EngineBenchmark benchmark = new EngineBenchmark();
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
