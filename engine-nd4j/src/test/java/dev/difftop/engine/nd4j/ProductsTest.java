package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.engine.nd4j.product.HalfPrecision;
import dev.difftop.engine.nd4j.product.OneDnn;
import dev.difftop.engine.nd4j.product.Precision;
import dev.difftop.engine.nd4j.product.ProductLibrary;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries for products, and mixed precision. */
class ProductsTest {
  private static final int BATCH = 150;

  @BeforeAll
  static void hasOneDnn() {
    assertNotNull(Runs.ENGINE, "ND4J is loaded first");
    assumeTrue(
        ProductLibrary.AUTO.single(Precision.FLOAT32) instanceof OneDnn,
        "oneDNN for a processor with AVX-512");
  }

  private static Engine engine(ProductLibrary products, Precision precision) {
    return new Nd4jEngine(new Nd4jEngineConfig(false, products, precision));
  }

  private static Engine mixed() {
    assumeTrue(HalfPrecision.isSupported(), "a processor with AVX-512 BF16");
    return engine(ProductLibrary.ONEDNN, Precision.MIXED);
  }

  /** A network with a layer norm, its gradient in states and in weights. */
  private static Program training() {
    Tensor x = Tensor.input("x", Shape.batched(2, 56));
    Tensor w1 = Tensor.input("w1", Shape.of(128, 56));
    Tensor b1 = Tensor.input("b1", Shape.of(128));
    Tensor w2 = Tensor.input("w2", Shape.of(96, 128));
    Tensor w3 = Tensor.input("w3", Shape.of(40, 96));
    Tensor scale = Tensor.input("scale", Shape.of(128));
    Tensor h = x.linear(w1, b1).layerNorm(scale, b1, 1e-5).tanh();
    h = h.linear(w2, Tensor.zeros(Shape.of(96))).elu();
    Tensor y = h.linear(w3, Tensor.zeros(Shape.of(40)));
    Tensor loss = y.square().sumPerSample().mean(0);
    List<Tensor> inputs = List.of(x, w1, b1, w2, w3, scale);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    List<Tensor> gradients = Transforms.gradient(loss, inputs);
    for (int i = 0; i < gradients.size(); i++) {
      outputs.put("gradient " + i, gradients.get(i));
    }
    return Program.of(inputs, outputs);
  }

  private static List<double[]> inputs(Program program) {
    return Runs.inputs(program, BATCH, List.of(), List.of(), 7);
  }

  private static List<double[]> run(Engine engine, int threads) {
    Program program = training();
    return Runs.run(engine, program, BATCH, DType.FLOAT32, threads, inputs(program));
  }

  private static List<double[]> exact() {
    Program program = training();
    return Runs.run(new Interpreter(), program, BATCH, DType.FLOAT64, 1, inputs(program));
  }

  @Test
  void bothLibrariesAgreeWithTheInterpreter() {
    List<double[]> expected = exact();
    for (ProductLibrary library :
        new ProductLibrary[] {ProductLibrary.OPENBLAS, ProductLibrary.ONEDNN}) {
      List<double[]> found = run(engine(library, Precision.FLOAT32), 1);
      for (int i = 0; i < expected.size(); i++) {
        Runs.assertClose(library + " " + i, expected.get(i), found.get(i), 2e-5);
      }
    }
  }

  @Test
  void mixedPrecisionRoundsOperandsAndSumsInFloat32() {
    List<double[]> expected = exact();
    List<double[]> found = run(mixed(), 1);
    for (int i = 0; i < expected.size(); i++) {
      double cosine = cosine(expected.get(i), found.get(i));
      assertTrue(cosine > 0.999, "output " + i + ": cosine " + cosine);
      assertTrue(cosine < 1 - 1e-9, "output " + i + " is in float32");
    }
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sameBytesForAnyNumberOfThreads(boolean half) {
    Engine engine = half ? mixed() : engine(ProductLibrary.ONEDNN, Precision.FLOAT32);
    List<double[]> expected = run(engine, 1);
    for (int threads : new int[] {1, 2, 3, 4}) {
      List<double[]> found = run(engine, threads);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), found.get(i), "output " + i + ", threads " + threads);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSampleDoesNotDependOnTheOthers(boolean half) {
    Engine engine = half ? mixed() : engine(ProductLibrary.ONEDNN, Precision.FLOAT32);
    Program program = training();
    List<double[]> inputs = inputs(program);
    double[] before = Runs.run(engine, program, BATCH, DType.FLOAT32, 1, inputs).get(0);
    int sample = inputs.get(0).length / BATCH;
    Arrays.fill(inputs.get(0), 0, 70 * sample, 0.25);
    Arrays.fill(inputs.get(0), 71 * sample, BATCH * sample, -3);
    double[] after = Runs.run(engine, program, BATCH, DType.FLOAT32, 1, inputs).get(0);
    int size = before.length / BATCH;
    assertArrayEquals(
        Arrays.copyOfRange(before, 70 * size, 71 * size),
        Arrays.copyOfRange(after, 70 * size, 71 * size));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsFollowNewInputs(boolean half) {
    Engine engine = half ? mixed() : engine(ProductLibrary.ONEDNN, Precision.FLOAT32);
    Program program = training();
    List<double[]> inputs = inputs(program);
    try (CompiledProgram compiled = engine.compile(program, BATCH, DType.FLOAT32)) {
      List<double[]> first = Runs.run(compiled, inputs);
      Arrays.setAll(inputs.get(3), i -> i % 3 - 1);
      List<double[]> second = Runs.run(compiled, inputs);
      assertFalse(Arrays.equals(first.get(0), second.get(0)));
      double[] fresh = Runs.run(engine, program, BATCH, DType.FLOAT32, 1, inputs).get(0);
      assertArrayEquals(fresh, second.get(0));
    }
  }

  @Test
  void listingAndProfileNameTheLibrary() {
    Program program = training();
    for (ProductLibrary library :
        new ProductLibrary[] {ProductLibrary.OPENBLAS, ProductLibrary.ONEDNN}) {
      Engine engine = engine(library, Precision.FLOAT32);
      try (CompiledProgram compiled = engine.compile(program, BATCH, DType.FLOAT32)) {
        String name = "[" + library.name().toLowerCase(java.util.Locale.ROOT) + "]";
        assertTrue(compiled.dump().contains(name), compiled.dump());
        assertTrue(compiled.profile(1).steps().stream().anyMatch(s -> s.what().endsWith(name)));
      }
    }
    try (CompiledProgram compiled = mixed().compile(program, BATCH, DType.FLOAT32)) {
      assertTrue(compiled.dump().contains("bfloat16"), compiled.dump());
    }
  }

  @Test
  void mixedPrecisionRefusesFloat64AndOpenBlas() {
    Program program = training();
    String dtype =
        assertThrows(
                IllegalArgumentException.class,
                () -> mixed().compile(program, BATCH, DType.FLOAT64))
            .getMessage();
    assertTrue(dtype.contains("found dtype float64 with precision: mixed"), dtype);
    String library =
        assertThrows(
                IllegalStateException.class, () -> engine(ProductLibrary.OPENBLAS, Precision.MIXED))
            .getMessage();
    assertTrue(library.contains("found products: openblas, expected auto or onednn"), library);
  }
}
