package dev.difftop.engine.nd4j;

import dev.difftop.api.array.DType;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every primitive and its derivatives, against the definition in plain Java. */
class PrimitiveTest {
  static Stream<Cases.Case> cases() {
    return Cases.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesInDoublePrecision(Cases.Case c) {
    for (int batch : new int[] {1, 3}) {
      Runs.assertAgrees(
          c.name(),
          c.program(),
          batch,
          DType.FLOAT64,
          Runs.inputs(c.program(), batch, c.low(), c.high(), batch),
          1e-12);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesInSinglePrecision(Cases.Case c) {
    Runs.assertAgrees(
        c.name(),
        c.program(),
        3,
        DType.FLOAT32,
        Runs.inputs(c.program(), 3, c.low(), c.high(), 7),
        4e-5);
  }
}
