package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.MatMul;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scan;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.engine.nd4j.rewrite.JoinedProducts;
import dev.difftop.engine.nd4j.rewrite.Simplifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products that share weights are joined where they may be, and never into a circle. */
class JoinedProductsTest {
  private static final int WIDTH = 6;

  private final Tensor w = Tensor.input("w", Shape.of(WIDTH, WIDTH));
  private final Tensor v = Tensor.input("v", Shape.of(WIDTH, WIDTH));
  private final Tensor x = Tensor.input("x", Shape.batched(1, WIDTH));
  private final Tensor y = Tensor.input("y", Shape.batched(2, WIDTH));

  private static long products(Program program) {
    return program.nodes().stream().filter(t -> t.primitive() instanceof MatMul).count();
  }

  private static void assertAgrees(Program program, int batch) {
    List<double[]> values = Runs.inputs(program, batch, List.of(), List.of(), 5);
    Runs.assertAgrees("joined", program, batch, DType.FLOAT64, values, 1e-12);
  }

  private Program program(Map<String, Tensor> outputs) {
    return Program.of(List.of(w, v, x, y), outputs);
  }

  @Test
  void productsOfTheSameWeightsAreOne() {
    Program two = program(Map.of("a", x.matmul(w).tanh(), "b", y.matmul(w).sin()));
    assertEquals(1, products(JoinedProducts.join(two, 2)));
    assertAgrees(two, 2);
  }

  /** Of every state of a loop a network is read: its products are one, if there are few samples. */
  @Test
  void productsOfDifferentStepsAreJoined() {
    int wide = 128;
    Tensor z = Tensor.input("z", Shape.batched(1, wide));
    Tensor u = Tensor.input("u", Shape.of(wide, wide));
    Tensor actions = Tensor.input("a", Shape.batched(5, 1, wide));
    Scan.Result run =
        Scan.over(
            5,
            List.of(z),
            List.of(actions),
            (state, a) -> {
              Tensor next = state.get(0).times(0.5).plus(a.get(0));
              return new Scan.Step(List.of(next), List.of(next.matmul(u).tanh().sum(1)));
            });
    Program program = Program.of(List.of(z, u, actions), Map.of("r", run.outputs().get(0)));
    Program flat = JoinedProducts.withoutLoops(program, 1);
    assertEquals(1, products(JoinedProducts.join(Simplifier.simplify(flat, 1), 1)));
    assertSame(program, JoinedProducts.withoutLoops(program, 4));
    assertAgrees(program, 1);
  }

  @Test
  void manySamplesOtherWeightsAndOtherTransposesAreLeftAlone() {
    Program same = program(Map.of("a", x.matmul(w), "b", y.matmul(w)));
    assertSame(same, JoinedProducts.join(same, 100));
    Program others =
        program(Map.of("a", x.matmul(w), "b", y.matmul(v), "c", y.matmul(w, false, true)));
    assertSame(others, JoinedProducts.join(others, 1));
  }

  @Test
  void oneThatNeedsTheOtherIsNotJoined() {
    Program chain = program(Map.of("a", x.matmul(w).tanh().matmul(w)));
    assertSame(chain, JoinedProducts.join(chain, 1));
  }

  /** Either pair could be joined, but not both: each would wait for the other. */
  @Test
  void crossedChainsAreJoinedOnceOnly() {
    Tensor a = x.matmul(w).tanh().matmul(v);
    Tensor b = y.matmul(v).tanh().matmul(w);
    Program crossed = program(Map.of("a", a, "b", b));
    assertEquals(3, products(JoinedProducts.join(crossed, 1)));
    assertAgrees(crossed, 1);
  }

  /**
   * Forward, backward, and along both the tangents: a step of the chain reads its weights twice.
   */
  @Test
  void hessianVectorProductReadsWeightsAsOftenAsTheGradient() {
    int steps = 4;
    Tensor z = x;
    Tensor sum = Tensor.constant(0);
    for (int i = 0; i < steps; i++) {
      z = z.matmul(w).tanh();
      sum = sum.plus(z.matmul(v).sin().sumPerSample());
    }
    Tensor gradient = Transforms.gradient(sum, x);
    Tensor direction = Tensor.input("direction", Shape.batched(1, WIDTH));
    Tensor product = Transforms.jvp(List.of(gradient), List.of(x), List.of(direction)).get(0);
    Program hvp =
        Program.of(List.of(w, v, x, direction), Map.of("gradient", gradient, "hvp", product));
    Program joined = JoinedProducts.join(Simplifier.simplify(hvp, 1), 1);
    assertEquals(2 * steps + 2, products(joined));
    assertAgrees(hvp, 1);
  }

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomProgramsWithFewWeights(long seed) {
    Random random = new Random(seed);
    List<Tensor> pool = new ArrayList<>(List.of(x, y));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < 25; i++) {
      Tensor a = pool.get(random.nextInt(pool.size()));
      Tensor made =
          a.matmul(random.nextBoolean() ? w : v, false, random.nextInt(3) == 0).times(0.3).tanh();
      Tensor b = pool.get(random.nextInt(pool.size()));
      pool.add(made.shape().equals(b.shape()) ? made.plus(b) : made);
      outputs.put("t" + i, pool.get(pool.size() - 1));
    }
    assertAgrees(program(outputs), 1 + random.nextInt(3));
  }
}
