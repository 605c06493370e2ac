package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a plan leaves out of its program, told by its listing, its operations and its memory. */
class ImprovementTest {
  private static final int BATCH = 4;
  private final Tensor x = Tensor.input("x", Shape.batched(8));

  private static CompiledProgram plan(Tensor y, Tensor... inputs) {
    return Runs.ENGINE.compile(Program.of(List.of(inputs), Map.of("y", y)), BATCH, DType.FLOAT64);
  }

  private static int count(String text, String word) {
    return text.split(word, -1).length - 1;
  }

  @Test
  void constantsAreFolded() {
    Tensor c = Tensor.constant(new double[] {1, 2, 3, 4, 5, 6, 7, 8});
    try (CompiledProgram plan = plan(x.times(c.sin().plus(c.exp())), x)) {
      assertFalse(plan.dump().contains("sin") || plan.dump().contains("exp"), plan.dump());
      assertEquals(BATCH * 8, plan.operationCount(), "one product per element");
    }
  }

  @Test
  void whatNobodyReadsIsNotComputed() {
    Tensor both = Tensor.concat(-1, x.sin(), x.cos());
    Tensor part = both.slice(-1, 8, 8);
    try (CompiledProgram plan = plan(part.square(), x)) {
      assertFalse(plan.dump().contains("sin"), plan.dump());
      assertEquals(BATCH * 16, plan.operationCount(), "a cosine and a square per element");
    }
  }

  @Test
  void whatOccursTwiceIsComputedOnce() {
    try (CompiledProgram plan = plan(x.tanh().plus(1).times(x.tanh().minus(1)), x)) {
      assertEquals(1, count(plan.dump(), "tanh"), plan.dump());
    }
  }

  @Test
  void elementwiseChainsAreOneLoop() {
    try (CompiledProgram plan = plan(x.sin().times(x).plus(x.cos()).tanh().square(), x)) {
      assertEquals(1, count(plan.dump(), "fused"), plan.dump());
      assertEquals(1, plan.profile(1).steps().size());
    }
  }

  /** However long a chain of products is, two buffers are enough. */
  @Test
  void memoryIsUsedAgain() {
    assertEquals(memoryOfChain(10), memoryOfChain(40));
    try (CompiledProgram plan = chain(40)) {
      long apart = 40L * 8 * BATCH * Double.BYTES;
      assertTrue(plan.memoryBytes() < apart, plan.memoryBytes() + " bytes");
      // The last of the 40 is the output; before each hyperbolic tangent stands a product.
      long values = (40 + 39L) * 8 * BATCH * Double.BYTES;
      assertTrue(plan.dump().contains("(" + values + " if none were shared)"), plan.dump());
    }
  }

  private static long memoryOfChain(int layers) {
    try (CompiledProgram plan = chain(layers)) {
      plan.run();
      return plan.memoryBytes();
    }
  }

  private static CompiledProgram chain(int layers) {
    Tensor x = Tensor.input("x", Shape.batched(8));
    Tensor w = Tensor.input("w", Shape.of(8, 8));
    Tensor y = x;
    for (int i = 0; i < layers; i++) {
      y = y.linear(w, Tensor.zeros(Shape.of(8))).tanh();
    }
    return plan(y, x, w);
  }

  /** What is needed later keeps its place: here everything, until the last sum. */
  @Test
  void memoryIsNotUsedAgainTooEarly() {
    Tensor w = Tensor.input("w", Shape.of(8, 8));
    List<Tensor> all = new ArrayList<>();
    Tensor y = x;
    for (int i = 0; i < 6; i++) {
      y = y.linear(w, Tensor.zeros(Shape.of(8))).tanh();
      all.add(y);
    }
    Tensor sum = all.get(0);
    for (Tensor t : all) {
      sum = sum.plus(t.times(t));
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("sum", sum);
    Program program = Program.of(List.of(x, w), outputs);
    List<double[]> inputs = Runs.inputs(program, BATCH, List.of(), List.of(), 4);
    Runs.assertAgrees("chain", program, BATCH, DType.FLOAT64, inputs, 1e-12);
  }
}
