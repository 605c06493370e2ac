package dev.difftop.learning.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.program.Interpreter;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.optim.Optimizer;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.optim.OptimizerSettings.Method;
import dev.difftop.learning.optim.ParameterEma;
import dev.difftop.learning.optim.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints of a state with an averaged copy, and what is said of those that do not fit. */
public final class CheckpointTest {
  private static final Normalizers NORMALIZERS =
      new Normalizers(
          Map.of("o", new Normalizer(new double[] {1, 2}, new double[] {3, 4})),
          new Normalizer(new double[] {0}, new double[] {2}));

  private static final PolicySignature SIGNATURE =
      new PolicySignature(
          Map.of("o", new EnvironmentSpec.Observable(Shape.of(2), DType.FLOAT64)), 1);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("checkpoint.h5");
  }

  public static OptimizerSettings settings(Method method, double momentum, boolean nesterov) {
    return new OptimizerSettings(
        method,
        0.1,
        Schedule.COSINE,
        0.01,
        2,
        0.9,
        0.99,
        1e-8,
        momentum,
        nesterov,
        0.01,
        1,
        0,
        List.of("dynamics/g"),
        0.9);
  }

  static Stream<Arguments> optimizers() {
    return Stream.of(
        Arguments.of(settings(Method.ADAM, 0, false), DType.FLOAT32),
        Arguments.of(settings(Method.ADAM, 0, false), DType.FLOAT64),
        Arguments.of(settings(Method.ADAMW, 0, false), DType.FLOAT32),
        Arguments.of(settings(Method.SGD, 0, false), DType.FLOAT32),
        Arguments.of(settings(Method.SGD, 0.9, false), DType.FLOAT32),
        Arguments.of(settings(Method.SGD, 0.9, true), DType.FLOAT64));
  }

  private static ProblemSpec.Parameter parameter(int... dims) {
    return new ProblemSpec.Parameter(Shape.of(dims), new Initializer.Kaiming(1));
  }

  private static Map<String, ProblemSpec.Parameter> declared() {
    Map<String, ProblemSpec.Parameter> out = new LinkedHashMap<>();
    out.put("encoder/0/weight", parameter(3, 2));
    out.put("encoder/0/bias", parameter(3));
    out.put("dynamics/g", parameter());
    return out;
  }

  private static Parameters parameters(Map<String, ProblemSpec.Parameter> declared, DType dtype) {
    return new Parameters(new Interpreter(), dtype, declared, RandomStream.root(5));
  }

  /** A run on the gradient {@code sin(3 p + t)}. */
  private static final class Learner {
    private final Map<String, Array> gradients = new LinkedHashMap<>();
    private final Optimizer optimizer;
    private final ParameterEma average;
    private final TrainingState state;

    private Learner(OptimizerSettings settings, DType dtype) {
      Parameters parameters = parameters(declared(), dtype);
      parameters.arrays().forEach((n, p) -> gradients.put(n, Array.zeros(p.dtype(), p.shape())));
      Parameters copy = parameters.copy(new Interpreter());
      optimizer = new Optimizer(settings, 8, parameters, gradients);
      average = new ParameterEma(parameters, copy, settings.averaging());
      state =
          new TrainingState(
              parameters, Map.of(TrainingState.AVERAGED, copy), Map.of("model", optimizer));
    }

    private void steps(int count) {
      for (int s = 0; s < count; s++) {
        long t = optimizer.steps();
        state
            .parameters()
            .arrays()
            .forEach(
                (name, p) -> {
                  for (int i = 0; i < p.size(); i++) {
                    gradients.get(name).set(i, Math.sin(3 * p.get(i) + t));
                  }
                });
        optimizer.step();
        average.step();
      }
    }

    private void save(Path file) {
      Parameters acting = state.copies().get(TrainingState.AVERAGED);
      Checkpoint.save(
          file,
          "tiny",
          Position.ofGradientSteps(optimizer.steps(), 8),
          state,
          PolicyState.of(SIGNATURE, acting.arrays()).with(NORMALIZERS).with("note", "averaged"));
    }

    private Map<String, double[]> numbers() {
      Map<String, double[]> out = new LinkedHashMap<>();
      state.parameters().arrays().forEach((n, p) -> out.put(n, p.toDoubles()));
      state
          .copies()
          .get(TrainingState.AVERAGED)
          .arrays()
          .forEach((n, p) -> out.put("a/" + n, p.toDoubles()));
      optimizer.state().forEach((n, p) -> out.put("o/" + n, p.toDoubles()));
      return out;
    }
  }

  private Learner saved() {
    Learner learner = new Learner(settings(Method.ADAM, 0, false), DType.FLOAT32);
    learner.steps(3);
    learner.save(file);
    return learner;
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void halfARunAndTheOtherHalfMakeAWholeOne(OptimizerSettings settings, DType dtype) {
    Learner whole = new Learner(settings, dtype);
    whole.steps(8);
    Learner first = new Learner(settings, dtype);
    first.steps(4);
    first.save(file);
    Learner second = new Learner(settings, dtype);
    Checkpoint.restore(file, second.state);
    assertEquals(4, Checkpoint.header(file).done());
    assertEquals("tiny", Checkpoint.header(file).learner());
    second.steps(4);
    whole.numbers().forEach((name, v) -> assertArrayEquals(v, second.numbers().get(name), name));
  }

  /** A policy comes back with arrays, normalisers, attributes and signature, and nothing else. */
  @Test
  void aPolicyComesBackWhole() {
    Learner learner = saved();
    PolicyState policy = Checkpoint.policy(file);
    assertEquals(SIGNATURE, policy.signature());
    assertEquals(Map.of("note", "averaged"), policy.attributes());
    assertArrayEquals(new double[] {3, 4}, policy.normalizers().observations().get("o").scale());
    Parameters parameters = parameters(declared(), DType.FLOAT32);
    parameters.load(policy);
    assertArrayEquals(
        learner.numbers().get("a/encoder/0/weight"),
        parameters.arrays().get("encoder/0/weight").toDoubles());
    assertNotEquals(
        learner.numbers().get("encoder/0/bias")[0], learner.numbers().get("a/encoder/0/bias")[0]);
  }

  /** Counters and what a learner keeps beside its parameters are part of the state. */
  @Test
  void countersAndExtensionsComeBack() {
    Learner learner = saved();
    Kept kept = new Kept(7);
    learner.state.counters().set("episodes", 12);
    Checkpoint.save(
        file,
        "tiny",
        Position.ofGradientSteps(3, 8),
        learner.state.with("kept", kept),
        PolicyState.of(SIGNATURE, Map.of()));
    assertEquals(1, kept.saved);
    Learner other = new Learner(settings(Method.ADAM, 0, false), DType.FLOAT32);
    Kept empty = new Kept(0);
    Checkpoint.restore(file, other.state.with("kept", empty));
    assertEquals(12, other.state.counters().count("episodes"));
    assertEquals(7, empty.number);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Checkpoint.restore(file, other.state))
            .getMessage();
    assertTrue(message.contains("extra extensions/kept"), message);
  }

  private static final class Kept implements TrainingState.Extension {
    private long number;
    private int saved;

    Kept(long number) {
      this.number = number;
    }

    @Override
    public void save(H5Group into) {
      into.setAttribute("number", number);
    }

    @Override
    public void saved() {
      saved++;
    }

    @Override
    public void restore(H5Group from) {
      number = from.requireAttribute("number").asLong();
    }
  }

  private String refusal(Map<String, ProblemSpec.Parameter> declared, DType dtype) {
    saved();
    Parameters parameters = parameters(declared, dtype);
    Map<String, float[]> before = new LinkedHashMap<>();
    parameters.arrays().forEach((name, p) -> before.put(name, p.toFloats()));
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> Checkpoint.restore(file, new TrainingState(parameters, Map.of(), Map.of())));
    parameters.arrays().forEach((name, p) -> assertArrayEquals(before.get(name), p.toFloats()));
    return error.getMessage();
  }

  /** All of it at once, with names that come near and both shapes. */
  @Test
  void listsAllThatDoesNotFit() {
    Map<String, ProblemSpec.Parameter> other = new LinkedHashMap<>();
    other.put("encoder/1/weight", parameter(3, 2));
    other.put("encoder/0/bias", parameter(4));
    other.put("cost/stage", parameter(2, 2));
    other.put("dynamics/g", parameter());
    String message = refusal(other, DType.FLOAT32);
    for (String part :
        List.of(
            "checkpoint.h5 does not fit the configured model",
            "missing parameters/encoder/1/weight (3, 2), the nearest there is encoder/0/weight",
            "parameters/encoder/0/bias has shape (3), expected (4)",
            "missing parameters/cost/stage (2, 2);",
            "extra parameters/encoder/0/weight (3, 2)")) {
      assertTrue(message.contains(part), () -> part + " is not in " + message);
    }
    assertTrue(!message.contains("dynamics/g"), message);
  }

  @Test
  void refusesAnotherNumberFormat() {
    String message = refusal(declared(), DType.FLOAT64);
    assertTrue(
        message.contains("parameters/encoder/0/bias holds float32, expected float64"), message);
  }

  @Test
  void refusesToGoOnWithAnotherOptimizer() {
    saved();
    Learner other = new Learner(settings(Method.SGD, 0.9, false), DType.FLOAT32);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Checkpoint.restore(file, other.state))
            .getMessage();
    assertTrue(message.contains("optimizer of model is adam, expected sgd"), message);
    TrainingState plain =
        new TrainingState(other.state.parameters(), Map.of(), Map.of("policy", other.optimizer));
    message =
        assertThrows(IllegalArgumentException.class, () -> Checkpoint.restore(file, plain))
            .getMessage();
    for (String part :
        List.of("extra copies/averaged", "missing optimizers/policy", "extra optimizers/model")) {
      assertTrue(message.contains(part), message);
    }
  }

  private DataException unreadable() {
    Parameters parameters = parameters(declared(), DType.FLOAT32);
    TrainingState state = new TrainingState(parameters, Map.of(), Map.of());
    DataException error = assertThrows(DataException.class, () -> Checkpoint.restore(file, state));
    assertTrue(error.getMessage().contains("checkpoint.h5"), error::getMessage);
    assertThrows(DataException.class, () -> Checkpoint.header(file));
    assertThrows(DataException.class, () -> Checkpoint.policy(file));
    return error;
  }

  @Test
  void refusesWhatIsTruncatedOrMissingOrOfAnotherVersion() throws IOException {
    assertEquals("UNREADABLE", unreadable().kind());
    saved();
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 10, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      unreadable();
    }
    Files.write(file, whole);
    try (H5File edit = H5File.edit(file)) {
      edit.setAttribute("version", 7);
      edit.commit();
    }
    DataException version = unreadable();
    assertEquals("VERSION", version.kind());
    assertTrue(version.getMessage().contains("version 7, expected 3"), version::getMessage);
    try (H5File out = H5File.create(file)) {
      out.setAttribute("format", "robomimic");
      out.commit();
    }
    assertTrue(unreadable().getMessage().contains("found format robomimic"));
  }

  @Test
  void aSaveThatFailsLeavesTheCheckpointOfBefore() throws IOException {
    Learner learner = saved();
    byte[] before = Files.readAllBytes(file);
    learner.steps(1);
    TrainingState failing =
        learner.state.with(
            "failing",
            new TrainingState.Extension() {
              @Override
              public void save(H5Group into) {
                throw new IllegalStateException("full");
              }

              @Override
              public void restore(H5Group from) {}
            });
    assertThrows(
        IllegalStateException.class,
        () ->
            Checkpoint.save(
                file,
                "tiny",
                Position.ofGradientSteps(4, 8),
                failing,
                PolicyState.of(SIGNATURE, Map.of())));
    assertArrayEquals(before, Files.readAllBytes(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }
}
