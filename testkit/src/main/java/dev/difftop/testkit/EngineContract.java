package dev.difftop.testkit;

import static dev.difftop.testkit.Numeric.assertClose;
import static dev.difftop.testkit.Numeric.assertSameBits;
import static dev.difftop.testkit.Numeric.sample;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.EngineProvider;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Profile;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every engine promises: it computes what the primitives say, in both formats, for any batch,
 * with bits that depend neither on the number of threads nor on the other samples.
 *
 * @param <C> configuration record
 */
public abstract class EngineContract<C extends Record> extends ProviderContract<C, Engine> {
  private static final int BATCH = 5;
  private final Engine reference = new Interpreter();
  private Engine engine;

  @Override
  protected abstract EngineProvider<C> provider();

  /** Largest relative difference from the interpreter in float64. */
  protected double float64Tolerance() {
    return 1e-11;
  }

  /** Largest relative difference from the interpreter in float32. */
  protected double float32Tolerance() {
    return 2e-4;
  }

  @Override
  protected Engine make(C config) {
    return Injection.make(provider().implementation(), config, RandomStream.root(1));
  }

  @BeforeEach
  void start() {
    engine = make();
  }

  @AfterEach
  void stop() {
    close(engine);
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.testkit.Programs#all")
  void computesEveryPrimitive(TestProgram p) {
    compare(p, 1);
    compare(p, BATCH);
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.testkit.Programs#derivatives")
  void computesEveryDerivative(TestProgram p) {
    compare(p, 3);
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.testkit.Programs#large")
  void computesLargePrograms(TestProgram p) {
    compare(p, 1);
    compare(p, 17);
  }

  private void compare(TestProgram p, int batch) {
    double[][] inputs = p.inputs(batch, 7);
    double[][] expected = Numeric.run(reference, p.program(), batch, DType.FLOAT64, inputs);
    double[][] doubles = Numeric.run(engine, p.program(), batch, DType.FLOAT64, inputs);
    double[][] floats = Numeric.run(engine, p.program(), batch, DType.FLOAT32, inputs);
    for (int i = 0; i < expected.length; i++) {
      String what = p + ", batch " + batch + ", output " + p.program().outputNames().get(i);
      assertClose(expected[i], doubles[i], float64Tolerance(), what + " in float64");
      assertClose(expected[i], floats[i], float32Tolerance(), what + " in float32");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.testkit.Programs#large")
  void theBitsDependNeitherOnThreadsNorOnTheRun(TestProgram p) {
    double[][] inputs = p.inputs(33, 8);
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      double[][] expected = null;
      for (int threads : new int[] {1, 2, 4, 1}) {
        try (CompiledProgram plan = engine.compile(p.program(), 33, dtype, threads)) {
          double[][] found = Numeric.run(plan, inputs);
          double[][] again = Numeric.run(plan, inputs);
          expected = expected == null ? found : expected;
          for (int i = 0; i < found.length; i++) {
            assertSameBits(expected[i], found[i], p + " on " + threads + " threads");
            assertSameBits(expected[i], again[i], p + ", run again");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.testkit.Programs#all")
  void aSampleDoesNotDependOnTheOthers(TestProgram p) {
    checkIndependence(p, BATCH);
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.testkit.Programs#large")
  void aSampleOfALargeProgramDoesNotDependOnTheOthers(TestProgram p) {
    checkIndependence(p, 9);
  }

  /** Sample 1 of the batch becomes NaN, all after it other numbers. */
  private void checkIndependence(TestProgram p, int batch) {
    if (p.mixesSamples()) {
      return;
    }
    double[][] inputs = p.inputs(batch, 9);
    double[][] disturbed = p.inputs(batch, 10);
    for (int i = 0; i < inputs.length; i++) {
      if (p.program().inputs().get(i).shape().isBatched()) {
        int n = inputs[i].length / batch;
        System.arraycopy(inputs[i], 0, disturbed[i], 0, n);
        Arrays.fill(disturbed[i], n, 2 * n, Double.NaN);
      } else {
        disturbed[i] = inputs[i];
      }
    }
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      double[][] before = Numeric.run(engine, p.program(), batch, dtype, inputs);
      double[][] after = Numeric.run(engine, p.program(), batch, dtype, disturbed);
      for (int i = 0; i < before.length; i++) {
        boolean batched = p.program().outputs().get(i).shape().isBatched();
        double[] expected = batched ? sample(before[i], batch, 0) : before[i];
        double[] found = batched ? sample(after[i], batch, 0) : after[i];
        assertSameBits(expected, found, p + " " + dtype + ", output " + i);
      }
    }
  }

  private static Program program(Map<String, Tensor> outputs, Tensor... inputs) {
    return Program.of(List.of(inputs), outputs);
  }

  private final Tensor x = Tensor.input("x", Shape.batched(3));
  private final Tensor w = Tensor.input("w", Shape.of(2, 3));
  private final Program linear =
      program(Map.of("y", x.linear(w, Tensor.constant(new double[] {1, 2}))), x, w);

  @Test
  void inputsKeepWhatWasWrittenLast() {
    try (CompiledProgram plan = engine.compile(linear, 2, DType.FLOAT32)) {
      plan.input("w").fill(1);
      plan.input("x").fill(1);
      plan.run();
      assertClose(new double[] {4, 5, 4, 5}, plan.output("y").toDoubles(), 1e-6, "first run");
      plan.input("x").fill(2);
      plan.run();
      assertClose(new double[] {7, 8, 7, 8}, plan.output("y").toDoubles(), 1e-6, "second run");
    }
  }

  @Test
  void aBoundArrayIsReadInPlaceByEveryPlan() {
    Array weights = engine.allocate(DType.FLOAT64, Shape.of(2, 3));
    assertTrue(engine.owns(weights));
    try (CompiledProgram one = engine.compile(linear, 1, DType.FLOAT64);
        CompiledProgram two = engine.compile(linear, 2, DType.FLOAT64)) {
      one.bind(1, weights);
      two.bind(1, weights);
      one.input(0).fill(1);
      two.input(0).fill(1);
      weights.fill(3);
      one.run();
      two.run();
      assertClose(new double[] {10, 11}, one.output(0).toDoubles(), 1e-14, "one");
      assertClose(new double[] {10, 11, 10, 11}, two.output(0).toDoubles(), 1e-14, "two");
      weights.set(0, 0);
      one.run();
      assertClose(new double[] {7, 11}, one.output(0).toDoubles(), 1e-14, "after a change");
      assertSame(weights.buffer(), one.input(1).buffer());
    }
  }

  @Test
  void onlyFittingArraysOfItsOwnAreBound() {
    try (CompiledProgram plan = engine.compile(linear, 1, DType.FLOAT64)) {
      Array wide = engine.allocate(DType.FLOAT64, Shape.of(2, 4));
      refused(() -> plan.bind(1, wide), "w", "(2, 4)", "(2, 3)");
      Array single = engine.allocate(DType.FLOAT32, Shape.of(2, 3));
      refused(() -> plan.bind(1, single), "w", "FLOAT32", "FLOAT64");
      Array foreign = Array.zeros(DType.FLOAT64, Shape.of(2, 3));
      if (!engine.owns(foreign)) {
        refused(() -> plan.bind(1, foreign), "w");
      }
    }
  }

  @Test
  void allocatedArraysAreZeros() {
    Array array = engine.allocate(DType.FLOAT32, Shape.of(3, 5));
    assertEquals(Shape.of(3, 5), array.shape());
    assertEquals(DType.FLOAT32, array.dtype());
    assertClose(new double[15], array.toDoubles(), 0, "allocated");
  }

  @Test
  void badRequestsAreRefused() {
    refused(() -> engine.compile(linear, 0, DType.FLOAT32), "batch", "0");
    refused(() -> engine.compile(linear, 1, DType.UINT8), "UINT8");
    refused(() -> engine.compile(linear, 1, DType.FLOAT32, 0), "threads", "0");
  }

  private static void refused(org.junit.jupiter.api.function.Executable wrong, String... named) {
    String message = assertThrows(IllegalArgumentException.class, wrong).getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message + " does not name " + part);
    }
  }

  @Test
  void aClosedPlanIsNotUsed() {
    CompiledProgram plan = engine.compile(linear, 1, DType.FLOAT32);
    plan.close();
    plan.close();
    assertThrows(IllegalStateException.class, plan::run);
    assertThrows(IllegalStateException.class, () -> plan.input(0));
    assertThrows(IllegalStateException.class, () -> plan.output(0));
  }

  @Test
  void aPlanDescribesItself() {
    try (CompiledProgram plan = engine.compile(linear, 2, DType.FLOAT64)) {
      assertEquals(2, plan.batch());
      assertEquals(DType.FLOAT64, plan.dtype());
      assertSame(linear, plan.program());
      assertFalse(plan.dump().isBlank());
      assertTrue(plan.memoryBytes() >= 0);
      assertTrue(plan.operationCount() >= 2 * 2 * 2 * 3, "those of the product at least");
      Profile profile = plan.profile(2);
      assertEquals(2, profile.runs());
      assertFalse(profile.steps().isEmpty());
      assertTrue(profile.micros() > 0);
      refused(() -> plan.profile(0), "0");
      assertEquals(Shape.of(2, 3), plan.input("x").shape());
      assertEquals(Shape.of(2, 2), plan.output("y").shape());
    }
  }

  @Test
  void oneTensorMayBeSeveralOutputs() {
    Tensor y = x.sin();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("first", y);
    outputs.put("second", y);
    outputs.put("input", x);
    outputs.put("constant", Tensor.constant(new double[] {1, 2, 3}));
    double[][] found =
        Numeric.run(
            engine, program(outputs, x), 1, DType.FLOAT64, new double[][] {{0.1, 0.2, 0.3}});
    double[] sines = {Math.sin(0.1), Math.sin(0.2), Math.sin(0.3)};
    assertClose(sines, found[0], 1e-12, "first");
    assertClose(sines, found[1], 1e-12, "second");
    assertClose(new double[] {0.1, 0.2, 0.3}, found[2], 0, "input");
    assertClose(new double[] {1, 2, 3}, found[3], 0, "constant");
  }

  /** Values that overflow, and NaN, pass through as IEEE arithmetic says. */
  @Test
  void infinitiesAndNanAreNumbersLikeOthers() {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("exp", x.exp());
    outputs.put("softplus", x.softplus());
    outputs.put("relu", x.relu());
    outputs.put("max", x.max(0));
    outputs.put("sum", x.sum(-1));
    Program p = program(outputs, x);
    double inf = Double.POSITIVE_INFINITY;
    double[][] inputs = {{1000, -1000, 0.5, Double.NaN, inf, -inf}};
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      double[][] expected = Numeric.run(reference, p, 2, dtype, inputs);
      double[][] found = Numeric.run(engine, p, 2, dtype, inputs);
      for (int i = 0; i < found.length; i++) {
        for (int k = 0; k < found[i].length; k++) {
          String what = p.outputNames().get(i) + " in " + dtype + ", element " + k;
          assertEquals(
              expected[i][k], found[i][k], 1e-6 * Math.max(1, finite(expected[i][k])), what);
        }
      }
    }
  }

  private static double finite(double x) {
    return Double.isFinite(x) ? Math.abs(x) : 1;
  }

  @Test
  void severalThreadsCompileAndRunAtOnce() throws InterruptedException, ExecutionException {
    List<TestProgram> programs = Programs.large().limit(8).toList();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<double[]>> running = new ArrayList<>();
      for (TestProgram p : programs) {
        running.add(
            pool.submit(
                () -> Numeric.run(engine, p.program(), 4, DType.FLOAT32, p.inputs(4, 3))[0]));
      }
      for (int i = 0; i < programs.size(); i++) {
        TestProgram p = programs.get(i);
        double[][] alone = Numeric.run(engine, p.program(), 4, DType.FLOAT32, p.inputs(4, 3));
        assertSameBits(alone[0], running.get(i).get(), p.toString());
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
