package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.CustomFunction;
import dev.difftop.api.program.Profile;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plan promises besides its numbers. */
class PlanTest {
  private final Tensor x = Tensor.input("x", Shape.batched(3));
  private final Tensor w = Tensor.input("w", Shape.of(2, 3));
  private final Program program =
      Program.of(List.of(x, w), Map.of("y", x.linear(w, Tensor.zeros(Shape.of(2)))));

  private CompiledProgram plan() {
    return Runs.ENGINE.compile(program, 2, DType.FLOAT64);
  }

  @Test
  void keepsWhatWasWrittenLast() {
    try (CompiledProgram plan = plan()) {
      plan.input("x").write(0, new double[] {1, 2, 3, 4, 5, 6}, 0, 6);
      plan.input("w").write(0, new double[] {1, 0, 0, 0, 1, 1}, 0, 6);
      plan.run();
      plan.run();
      assertArrayEquals(new double[] {1, 5, 4, 11}, plan.output("y").toDoubles());
    }
  }

  @Test
  void readsABoundArrayWithoutCopying() {
    try (CompiledProgram plan = plan();
        CompiledProgram other = plan()) {
      Array shared = Runs.ENGINE.allocate(DType.FLOAT64, Shape.of(2, 3));
      for (CompiledProgram p : List.of(plan, other)) {
        p.bind(1, shared);
        p.input("x").fill(1);
      }
      shared.fill(2);
      for (CompiledProgram p : List.of(plan, other)) {
        p.run();
        assertArrayEquals(new double[] {6, 6, 6, 6}, p.output("y").toDoubles());
      }
      shared.fill(-1);
      plan.run();
      assertArrayEquals(new double[] {-3, -3, -3, -3}, plan.output("y").toDoubles());
    }
  }

  @Test
  void knowsItsOwnArrays() {
    Array own = Runs.ENGINE.allocate(DType.FLOAT32, Shape.of(5, 4));
    assertTrue(Runs.ENGINE.owns(own));
    assertTrue(Runs.ENGINE.owns(own.reshape(20)));
    assertFalse(Runs.ENGINE.owns(Array.zeros(DType.FLOAT32, Shape.of(5, 4))));
    assertArrayEquals(new float[20], own.toFloats());
  }

  @Test
  void refusesToBindWhatDoesNotFit() {
    try (CompiledProgram plan = plan()) {
      Array shape = Runs.ENGINE.allocate(DType.FLOAT64, Shape.of(3, 2));
      assertMessage(() -> plan.bind(1, shape), "input w", "(3, 2)", "(2, 3)");
      Array dtype = Runs.ENGINE.allocate(DType.FLOAT32, Shape.of(2, 3));
      assertMessage(() -> plan.bind(1, dtype), "input w", "FLOAT32", "FLOAT64");
      Array foreign = Array.zeros(DType.FLOAT64, Shape.of(2, 3));
      assertMessage(() -> plan.bind(1, foreign), "input w", "Engine.allocate");
    }
  }

  @Test
  void refusesToCompileNonsense() {
    assertMessage(() -> Runs.ENGINE.compile(program, 0, DType.FLOAT64), "batch 0");
    assertMessage(() -> Runs.ENGINE.compile(program, 1, DType.FLOAT64, 0), "threads 0");
    assertMessage(() -> Runs.ENGINE.compile(program, 1, DType.UINT8), "UINT8");
  }

  private static void assertMessage(Runnable action, String... parts) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void refusesUseAfterClose() {
    CompiledProgram plan = plan();
    Array x = plan.input(0);
    plan.close();
    plan.close();
    assertThrows(IllegalStateException.class, plan::run);
    assertThrows(IllegalStateException.class, () -> plan.profile(1));
    assertThrows(IllegalStateException.class, () -> plan.input(0));
    assertThrows(IllegalStateException.class, () -> plan.output(0));
    assertThrows(IllegalStateException.class, () -> plan.bind(0, x));
    assertEquals(0, x.get(0), "the array itself is still there");
  }

  @Test
  void refusesTwoRunsAtOnce() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Tensor waiting = Tensor.custom(new Waiting(inside, goOn), x);
    Program slow = Program.of(List.of(x), Map.of("y", waiting));
    try (CompiledProgram plan = Runs.ENGINE.compile(slow, 2, DType.FLOAT64)) {
      Thread first = new Thread(plan::run);
      first.start();
      inside.await();
      assertThrows(IllegalStateException.class, plan::run);
      assertThrows(IllegalStateException.class, plan::close);
      goOn.countDown();
      first.join();
      plan.run();
      assertArrayEquals(new double[2], plan.output(0).toDoubles());
    }
  }

  private record Waiting(CountDownLatch inside, CountDownLatch goOn) implements CustomFunction {
    @Override
    public String name() {
      return "waiting";
    }

    @Override
    public int[] argumentSizes() {
      return new int[] {3};
    }

    @Override
    public int resultSize() {
      return 1;
    }

    @Override
    public void value(int rows, double[][] arguments, double[] result) {
      inside.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The value is 0 whatever the arguments. */
    @Override
    public void jacobian(int rows, double[][] arguments, double[] jacobian) {
      java.util.Arrays.fill(jacobian, 0);
    }
  }

  @Test
  void statesItsMemoryAndListsItsSteps() {
    try (CompiledProgram plan = plan()) {
      plan.run();
      assertTrue(plan.memoryBytes() >= (6 + 6 + 4) * 8, "inputs and output at least");
      assertTrue(plan.dump().contains("product"), plan.dump());
      assertTrue(plan.dump().contains(plan.memoryBytes() + " bytes"), plan.dump());
      assertTrue(plan.dump().contains("24 operations"), plan.dump());
    }
  }

  @Test
  void countsItsOperations() {
    try (CompiledProgram plan = plan();
        CompiledProgram sines = Runs.ENGINE.compile(sines(), 5, DType.FLOAT32, 2)) {
      assertEquals(2 * 2 * 2 * 3, plan.operationCount(), "multiplications and additions");
      assertEquals(5 * 3, sines.operationCount());
    }
  }

  private Program sines() {
    return Program.of(List.of(x), Map.of("y", x.sin()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void profilesItsSteps(int threads) {
    Tensor wide = Tensor.input("wide", Shape.batched(300));
    Tensor weight = Tensor.input("weight", Shape.of(300, 300));
    Tensor y = wide.linear(weight, Tensor.zeros(Shape.of(300))).sin();
    Program program = Program.of(List.of(wide, weight), Map.of("y", y));
    try (CompiledProgram plan = Runs.ENGINE.compile(program, 64, DType.FLOAT64, threads)) {
      plan.input(0).fill(1);
      plan.input(1).fill(1);
      Profile profile = plan.profile(3);
      assertEquals(3, profile.runs());
      assertEquals(2, profile.steps().size(), profile.toString());
      assertTrue(profile.steps().get(0).what().contains("product"), profile.toString());
      assertTrue(profile.steps().get(1).what().contains("sin"), profile.toString());
      double sum = profile.steps().stream().mapToDouble(Profile.Step::micros).sum();
      assertTrue(sum > 0 && sum <= 2 * profile.micros(), profile.toString());
      long operations = profile.steps().stream().mapToLong(Profile.Step::operations).sum();
      assertEquals(plan.operationCount(), operations);
      assertTrue(profile.toString().contains("share"), "a table");
      assertEquals(Math.sin(300), plan.output(0).get(0), 1e-12, "it is a run like others");
    }
  }

  @Test
  void refusesAProfileOfNothing() {
    try (CompiledProgram plan = plan()) {
      assertMessage(() -> plan.profile(0), "found 0 runs");
    }
  }

  @Test
  void outputsMayBeInputsConstantsOrEachOther() {
    Tensor square = x.square();
    Program all =
        Program.of(
            List.of(x),
            new java.util.LinkedHashMap<>(
                Map.of(
                    "x",
                    x,
                    "constant",
                    Tensor.filled(Shape.batched(2), 3),
                    "vector",
                    Tensor.constant(new double[] {1, 2}),
                    "square",
                    square,
                    "again",
                    square,
                    "part",
                    square.slice(-1, 1, 1))));
    try (CompiledProgram plan = Runs.ENGINE.compile(all, 2, DType.FLOAT32)) {
      plan.input(0).write(0, new double[] {1, 2, 3, 4, 5, 6}, 0, 6);
      plan.run();
      assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, plan.output("x").toDoubles());
      assertArrayEquals(new double[] {3, 3, 3, 3}, plan.output("constant").toDoubles());
      assertArrayEquals(new double[] {1, 2}, plan.output("vector").toDoubles());
      assertArrayEquals(new double[] {1, 4, 9, 16, 25, 36}, plan.output("square").toDoubles());
      assertArrayEquals(new double[] {1, 4, 9, 16, 25, 36}, plan.output("again").toDoubles());
      assertArrayEquals(new double[] {4, 25}, plan.output("part").toDoubles());
    }
  }
}
