package dev.difftop.learning.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.optim.OptimizerSettings.Method;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Five steps against the gradient {@code sin(2 p_i + 0.7 t + i)}, compared with what PyTorch 1.13
 * computes in double precision.
 */
final class OptimizerTest {
  private static final double[] START = {0.5, -0.3, 0.8, -1.2, 0.05};

  /** Settings that differ from Adam at a constant rate of 0.1. */
  private static final class Settings {
    private Method method = Method.SGD;
    private Schedule schedule = Schedule.CONSTANT;
    private double last;
    private int warmUp;
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double epsilon = 1e-8;
    private double momentum;
    private boolean nesterov;
    private double decay;
    private double norm;
    private double value;
    private List<String> freeze = List.of();

    private OptimizerSettings make() {
      return new OptimizerSettings(
          method, 0.1, schedule, last, warmUp, beta1, beta2, epsilon, momentum, nesterov, decay,
          norm, value, freeze, 0);
    }
  }

  private static Settings of(Method method, double decay) {
    Settings s = new Settings();
    s.method = method;
    s.decay = decay;
    return s;
  }

  private static Settings betas() {
    Settings s = of(Method.ADAM, 0);
    s.beta1 = 0.8;
    s.beta2 = 0.9;
    s.epsilon = 1e-2;
    return s;
  }

  private static Settings momentum(boolean nesterov) {
    Settings s = new Settings();
    s.momentum = 0.9;
    s.nesterov = nesterov;
    return s;
  }

  private static Settings clipped(double norm, double value) {
    Settings s = new Settings();
    s.norm = norm;
    s.value = value;
    return s;
  }

  private static Settings scheduled(Schedule schedule, int warmUp) {
    Settings s = new Settings();
    s.schedule = schedule;
    s.last = 0.01;
    s.warmUp = warmUp;
    return s;
  }

  private static Arguments row(Settings settings, double... expected) {
    return Arguments.of(settings.make(), expected);
  }

  static Stream<Arguments> truths() {
    return Stream.of(
        row(
            of(Method.ADAM, 0),
            0.01658940806354904,
            -0.7901377757282962,
            1.2033929162048025,
            -1.69408062772652,
            0.39803625724432656),
        row(
            of(Method.ADAM, 0.2),
            0.01682788315659625,
            -0.7876982047223527,
            1.1557670528156307,
            -1.6840029694593912,
            0.38488053519669646),
        row(
            betas(),
            0.02604886219588652,
            -0.7839897102013534,
            1.1835228790487158,
            -1.6873237486557147,
            0.3701373136837325),
        row(
            of(Method.ADAMW, 0.2),
            -0.014297611624967885,
            -0.741296161659422,
            1.1209062266307006,
            -1.5547379391319338,
            0.3770418422578613),
        row(
            of(Method.SGD, 0),
            0.17083761754381416,
            -0.6666563763717697,
            0.9813420373371902,
            -1.5678935861167904,
            0.15163089783542988),
        row(
            of(Method.SGD, 0.2),
            0.12764892639495123,
            -0.6171971721003918,
            0.9134792372549077,
            -1.406317252233256,
            0.1371418506456128),
        row(
            momentum(false),
            -0.6969162421814532,
            -1.304007732694195,
            1.397009737620044,
            -2.297460052435772,
            0.5590938900551717),
        row(
            momentum(true),
            -1.1007690069491498,
            -1.6016398212776253,
            1.3098079448387405,
            -2.6201704053112733,
            0.39295678981332677),
        row(
            clipped(0.5, 0),
            0.44509429230540376,
            -0.4016997602760814,
            0.8679872515379783,
            -1.2897672750390137,
            0.07731195014275784),
        row(
            clipped(0, 0.3),
            0.4180216387774882,
            -0.43805962678942345,
            0.8900000000000001,
            -1.3181593693066946,
            0.1003336478368583),
        row(
            clipped(0.5, 0.3),
            0.4448116845942561,
            -0.40634718729306885,
            0.8665527074526639,
            -1.2878719810167827,
            0.08468291225492786),
        row(
            scheduled(Schedule.COSINE, 0),
            0.19558670501296566,
            -0.6189509900417817,
            0.9896534740340369,
            -1.5257721673976694,
            0.17939092532581166),
        row(
            scheduled(Schedule.LINEAR, 0),
            0.22041496518339493,
            -0.5901682587357822,
            0.9805762584460549,
            -1.4972991722180273,
            0.17852534744257845),
        row(
            scheduled(Schedule.CONSTANT, 4),
            0.37523576643358764,
            -0.5412352289327824,
            0.9166910405242784,
            -1.4123052876391535,
            0.07743751987564604));
  }

  /** PyTorch divides by the norm plus 1e-6. */
  @ParameterizedTest
  @MethodSource("truths")
  void agreesWithPyTorch(OptimizerSettings settings, double[] expected) {
    double tolerance = settings.gradientClip() > 0 ? 1e-6 : 1e-14;
    assertArrayEquals(expected, run(settings, DType.FLOAT64, 5), tolerance);
  }

  /** In single precision, over a length that is no multiple of what is worked on at once. */
  @ParameterizedTest
  @MethodSource("truths")
  void agreesInSinglePrecision(OptimizerSettings settings, double[] expected) {
    double[] single = run(settings, DType.FLOAT32, 2049);
    double[] wide = run(settings, DType.FLOAT64, 2049);
    assertArrayEquals(wide, single, 2e-5);
  }

  private static Parameters parameters(DType dtype, int size) {
    double[] start = new double[size];
    for (int i = 0; i < size; i++) {
      start[i] = START[i % START.length];
    }
    Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
    declared.put("a/b", new ProblemSpec.Parameter(Shape.of(size), new Initializer.Given(start)));
    declared.put("a/c", new ProblemSpec.Parameter(Shape.of(2), new Initializer.Constant(1)));
    return new Parameters(new Interpreter(), dtype, declared, RandomStream.root(1));
  }

  private static Map<String, Array> gradients(Parameters parameters) {
    Map<String, Array> out = new LinkedHashMap<>();
    parameters.arrays().forEach((name, p) -> out.put(name, Array.zeros(p.dtype(), p.shape())));
    return out;
  }

  private static double[] run(OptimizerSettings settings, DType dtype, int size) {
    Parameters parameters = parameters(dtype, size);
    Map<String, Array> gradients = gradients(parameters);
    Optimizer optimizer = new Optimizer(settings, 10, parameters, gradients);
    Array p = parameters.arrays().get("a/b");
    for (int t = 0; t < 5; t++) {
      for (int i = 0; i < size; i++) {
        gradients.get("a/b").set(i, Math.sin(2 * p.get(i) + 0.7 * t + i % 5));
      }
      optimizer.step();
    }
    return p.toDoubles();
  }

  @Test
  void saysTheNormBeforeItIsClipped() {
    Parameters parameters = parameters(DType.FLOAT32, 5);
    Map<String, Array> gradients = gradients(parameters);
    gradients.get("a/b").set(1, 3);
    gradients.get("a/c").set(0, -4);
    Optimizer optimizer = new Optimizer(clipped(0.5, 0).make(), 10, parameters, gradients);
    assertEquals(5, optimizer.step());
    assertEquals(1 + 0.1 * 0.4, parameters.arrays().get("a/c").get(0), 1e-7);
  }

  @Test
  void frozenParametersStayAndDoNotCount() {
    Settings frozen = clipped(0.5, 0);
    frozen.freeze = List.of("*/c");
    Parameters parameters = parameters(DType.FLOAT64, 5);
    Map<String, Array> gradients = gradients(parameters);
    gradients.get("a/b").set(1, 3);
    gradients.get("a/c").set(0, -4);
    Optimizer optimizer = new Optimizer(frozen.make(), 10, parameters, gradients);
    assertEquals(3, optimizer.step());
    assertEquals(1, parameters.arrays().get("a/c").get(0));
    assertEquals(-0.3 - 0.05, parameters.arrays().get("a/b").get(1), 1e-15);

    frozen.freeze = List.of("a/d", "a/*");
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Optimizer(frozen.make(), 10, parameters, gradients));
    assertTrue(error.getMessage().contains("a/d"), error::getMessage);
    assertTrue(error.getMessage().contains("did you mean a/b?"), error::getMessage);
  }

  @Test
  void learnsNothingFromWhatIsNotFinite() {
    Parameters parameters = parameters(DType.FLOAT32, 5);
    Map<String, Array> gradients = gradients(parameters);
    Optimizer optimizer = new Optimizer(of(Method.ADAM, 0.1).make(), 10, parameters, gradients);
    gradients.get("a/b").set(1, Double.NaN);
    assertTrue(Double.isNaN(optimizer.step()));
    gradients.get("a/b").set(1, Double.POSITIVE_INFINITY);
    assertFalse(Double.isFinite(optimizer.step()));
    assertEquals(-0.3, parameters.arrays().get("a/b").get(1), 1e-7);
    assertEquals(2, optimizer.steps());
    assertTrue(optimizer.state().values().stream().allMatch(s -> s.get(0) == 0));
  }

  @Test
  void refusesWhatDoesNotFit() {
    Parameters parameters = parameters(DType.FLOAT32, 5);
    Map<String, Array> gradients = gradients(parameters);
    gradients.remove("a/c");
    OptimizerSettings settings = OptimizerSettings.adam(0.1);
    IllegalArgumentException missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Optimizer(settings, 10, parameters, gradients));
    assertTrue(missing.getMessage().contains("gradient of a/c"), missing::getMessage);
    Settings lookAhead = new Settings();
    lookAhead.nesterov = true;
    IllegalArgumentException nesterov =
        assertThrows(IllegalArgumentException.class, lookAhead::make);
    assertTrue(nesterov.getMessage().contains("momentum above 0"), nesterov::getMessage);
  }

  @Test
  void anAverageFollowsSlowly() {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Parameters originals = parameters(dtype, 1500);
      Parameters copy = originals.only(name -> name.endsWith("b")).copy(new Interpreter());
      ParameterEma average = new ParameterEma(originals, copy, 0.75);
      originals.arrays().get("a/b").fill(2);
      average.step();
      average.step();
      assertEquals(2 - 0.5625 * (2 + 1.2), copy.arrays().get("a/b").get(1498), 1e-6);
      assertThrows(IllegalArgumentException.class, () -> new ParameterEma(copy, originals, 0.5));
    }
  }

  @Test
  void theTreeSaysNamesAndShapes() {
    assertEquals("a/b (5)\na/c (2)\n", parameters(DType.FLOAT32, 5).toString());
  }

  /** Steps that are warm allocate nothing, whatever the method. */
  @ParameterizedTest
  @MethodSource("truths")
  void allocatesNothing(OptimizerSettings settings, double[] expected) {
    Parameters parameters = parameters(DType.FLOAT32, 3000);
    Optimizer optimizer = new Optimizer(settings, 10, parameters, gradients(parameters));
    ParameterEma average = new ParameterEma(parameters, parameters.copy(new Interpreter()), 0.9);
    assertTrue(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 50; i++) {
      optimizer.step();
      average.step();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      optimizer.step();
      average.step();
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 100 * 16, () -> allocated + " bytes in 100 steps");
  }
}
