package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import dev.difftop.assembly.Plugins;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.model.ModelMetrics;
import dev.difftop.learning.model.ModelSettings;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.model.PlanningAssembly;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.optim.Schedule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The built-in networks of TD-MPC, updated three times, against the numbers of the code that was
 * released with the paper; see {@code told_update.txt}.
 */
final class TdMpcUpdateTest {
  private static final int HORIZON = 3;
  private static final int BATCH = 6;

  private final Map<String, double[]> truth = new HashMap<>();

  @BeforeEach
  void readTruth() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                TdMpcUpdateTest.class.getResourceAsStream("told_update.txt"),
                StandardCharsets.UTF_8))) {
      lines.lines().filter(line -> !line.startsWith("#")).forEach(this::readLine);
    }
  }

  private void readLine(String line) {
    String[] words = line.split(" ");
    truth.put(words[0], Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray());
  }

  private static PlanningModel model() {
    Configurations configurations = new Configurations(Plugins.discover());
    Assembly assembly = new Assembly(configurations.choose(Engine.class, "nd4j", List.of()));
    Map<String, Shape> observations = Map.of("o", Shape.of(4));
    PlanningAssembly.Choices choices =
        new PlanningAssembly.Choices(
            Optional.of(
                configurations.choose(Encoder.class, "mlp", List.of("latent=5", "hidden=[6]"))),
            configurations.choose(Dynamics.class, "mlp", List.of("hidden=[8, 8]")),
            configurations.choose(Cost.class, "value-model", List.of("width=8")),
            HORIZON,
            0.99,
            0);
    RandomStream random = RandomStream.root(1);
    PlanningAssembly.Planning planning =
        new PlanningAssembly(assembly, choices, new Shapes(observations, 2, 0), Map.of())
            .assemble(random);
    return new PlanningModel(
        assembly.engine(),
        DType.FLOAT64,
        planning.encoder().orElseThrow(),
        planning.spec(),
        observations,
        random);
  }

  private static OptimizerSettings adam(double clip) {
    return new OptimizerSettings(
        OptimizerSettings.Method.ADAM,
        1e-3,
        Schedule.CONSTANT,
        0,
        0,
        0.9,
        0.999,
        1e-8,
        0,
        false,
        0,
        clip,
        0,
        List.of(),
        0);
  }

  private static ModelUpdate update(double clip) {
    ModelSettings settings =
        new ModelSettings(
            BATCH,
            2,
            0.5,
            0.1,
            0.1,
            1,
            ModelSettings.Consistency.TARGET,
            1e4,
            0.5,
            0,
            0,
            0,
            0.99,
            2,
            8,
            adam(clip),
            1,
            adam(clip),
            0);
    ModelUpdate update = new ModelUpdate(model(), settings, 3, 1, RandomStream.root(2));
    start(update);
    fill(update.observations("o"), i -> Math.sin(0.71 * i + 0.2));
    fill(update.actions(), i -> 0.9 * Math.sin(1.3 * i + 0.4));
    fill(update.rewards(), i -> Math.cos(0.7 * i));
    fill(update.importanceWeights(), i -> 0.5 + 0.5 * Math.pow(Math.cos(0.3 * i), 2));
    return update;
  }

  /** Gives learned and target parameters the numbers of the comparison. */
  private static void start(ModelUpdate update) {
    Map<String, Array> targets = update.state().copies().get(TrainingState.TARGET).arrays();
    int k = 0;
    for (Map.Entry<String, Array> p : new TreeMap<>(update.parameters().arrays()).entrySet()) {
      double offset = p.getKey().endsWith("norm/weight") ? 1 : 0;
      double phase = 1.3 * k++ + 0.5;
      fill(p.getValue(), i -> offset + 0.5 * Math.sin(0.37 * i + phase));
      if (targets.containsKey(p.getKey())) {
        targets.get(p.getKey()).copyFrom(p.getValue());
      }
    }
  }

  private static void fill(Array array, IntToDoubleFunction values) {
    for (int i = 0; i < array.size(); i++) {
      array.set(i, values.applyAsDouble(i));
    }
  }

  private void check(String name, double... found) {
    double[] expected = truth.get(name);
    assertEquals(expected.length, found.length, name);
    double size = Math.max(1e-3, Arrays.stream(expected).map(Math::abs).max().orElseThrow());
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i], found[i], 1e-9 * size, name + " " + i);
    }
  }

  private void checkArrays(String name, Map<String, Array> arrays, double share) {
    arrays.forEach(
        (parameter, array) -> {
          double[] x = array.toDoubles();
          double sum = 0;
          double squares = 0;
          double wave = 0;
          for (int i = 0; i < x.length; i++) {
            sum += x[i] * share;
            squares += x[i] * x[i];
            wave += x[i] * share * Math.cos(1.7 * i);
          }
          check(name + parameter, sum, share * Math.sqrt(squares), wave);
        });
  }

  @ParameterizedTest
  @CsvSource({"1000000", "0.5"})
  void threeUpdatesAreThoseOfTheReleasedCode(String clip) {
    try (ModelUpdate update = update(Double.parseDouble(clip))) {
      for (int step = 1; step <= 3; step++) {
        ModelMetrics m = update.step();
        String at = "clip" + clip + "/step" + step + "/";
        check(at + "consistency_loss", m.consistency());
        check(at + "reward_loss", m.reward());
        check(at + "value_loss", m.value());
        check(at + "value_s_loss", m.observationValue());
        check(at + "weighted_loss", m.total());
        check(at + "pi_loss", m.policy());
        check(at + "grad_norm", m.gradientNorm());
        check(at + "priorities", update.priorities().toDoubles());
        if (truth.containsKey(at + "gradient/encoder/0/bias")) {
          checkArrays(at + "gradient/", update.gradients(), 1);
        }
      }
      checkArrays("clip" + clip + "/final/", update.parameters().arrays(), 1);
      Parameters targets = update.state().copies().get(TrainingState.TARGET);
      checkArrays("clip" + clip + "/target/", targets.arrays(), 1);
    }
  }
}
