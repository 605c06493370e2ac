package dev.difftop.learning.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.replay.Replay;
import dev.difftop.learning.replay.ReplayEpisode;
import dev.difftop.learning.replay.ReplaySample;
import dev.difftop.learning.replay.ReplaySettings;
import dev.difftop.learning.storage.Checkpoint;
import dev.difftop.learning.storage.CheckpointTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an update promises beside its numbers, with the smallest heads there are. */
final class ModelUpdateTest {
  private static final PolicySignature SIGNATURE = new PolicySignature(Map.of(), 1);
  private static final int HORIZON = 2;
  private static final int BATCH = 4;

  /** Heads of one layer each. */
  private static class TinyHeads implements Cost {
    @Override
    public void declare(Declarations declare) {
      int nz = TinyParts.STATE;
      declare.parameter("reward", Shape.of(1, nz + 1), new Initializer.Orthogonal(1));
      declare.parameter("q1", Shape.of(1, nz + 1), new Initializer.Orthogonal(1));
      declare.parameter("q2", Shape.of(1, nz + 1), new Initializer.Orthogonal(0.7));
      declare.parameter("policy", Shape.of(1, nz), new Initializer.Orthogonal(1));
    }

    @Override
    public Set<String> heads() {
      return Set.of("reward", "q1", "q2", "policy");
    }

    @Override
    public Tensor head(String name, Stage at) {
      Tensor zero = Tensor.constant(new double[] {0});
      return name.equals("policy")
          ? at.x().linear(at.parameter("policy"), zero).tanh()
          : Tensor.concat(1, at.x(), at.u()).linear(at.parameter(name), zero).squeeze(1);
    }

    @Override
    public Tensor stage(Stage at) {
      return head("reward", at).negate();
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.none();
    }
  }

  /** Settings by name, so that a test can change one. */
  private static final class Settings {
    private double consistency = 2;
    private double reward = 0.5;
    private double value = 0.1;
    private double observationValue = 0.1;
    private double lossClip = 1e4;
    private double decay = 0.5;
    private double noise = 0.05;
    private double kept = 0.9;
    private int every = 2;
    private OptimizerSettings optimizer = OptimizerSettings.adam(0.01);
    private OptimizerSettings policyOptimizer = OptimizerSettings.adam(0.01);

    private ModelSettings.Consistency consistencyTarget = ModelSettings.Consistency.TARGET;
    private double valueScale;
    private double entropy;
    private double encoderRate = 1;

    private ModelSettings make() {
      return new ModelSettings(
          BATCH,
          consistency,
          reward,
          value,
          observationValue,
          1,
          consistencyTarget,
          lossClip,
          decay,
          noise,
          valueScale,
          entropy,
          kept,
          every,
          3,
          optimizer,
          encoderRate,
          policyOptimizer,
          0);
    }
  }

  private static PlanningModel model(Cost cost) {
    ProblemSpec spec = new ProblemSpec(new TinyParts.TinyDynamics(), cost, HORIZON, 0.9);
    return new PlanningModel(
        new Interpreter(),
        DType.FLOAT64,
        new TinyParts.TinyEncoder(),
        spec,
        Map.of("o", Shape.of(2)),
        RandomStream.root(4));
  }

  private static ModelUpdate update(Settings settings) {
    ModelUpdate update =
        new ModelUpdate(model(new TinyHeads()), settings.make(), 10, 1, RandomStream.root(5));
    RandomStream data = RandomStream.root(6);
    for (Array array : List.of(update.observations("o"), update.actions(), update.rewards())) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, 2 * data.nextDouble() - 1);
      }
    }
    return update;
  }

  private static Map<String, double[]> numbers(ModelUpdate update) {
    Map<String, double[]> out = new LinkedHashMap<>();
    update.parameters().arrays().forEach((n, p) -> out.put(n, p.toDoubles()));
    TrainingState state = update.state();
    state
        .copies()
        .get(TrainingState.TARGET)
        .arrays()
        .forEach((n, p) -> out.put("target " + n, p.toDoubles()));
    state
        .optimizers()
        .forEach((name, o) -> o.state().forEach((n, p) -> out.put(name + " " + n, p.toDoubles())));
    return out;
  }

  private static Map<String, double[]> after(int steps, Settings settings) {
    try (ModelUpdate update = update(settings)) {
      for (int i = 0; i < steps; i++) {
        update.step();
      }
      return numbers(update);
    }
  }

  /** In the gradients that an option is about, and not in those that it is not about. */
  @Test
  void everyOptionChangesWhatItIsAbout() {
    String m = "model first/";
    changes(1, m + "dynamics/w", m + "cost/reward", s -> s.consistency = 1);
    changes(1, m + "cost/reward", m + "cost/q1", s -> s.reward = 0.1);
    changes(1, m + "cost/q1", m + "cost/reward", s -> s.value = 0.4);
    changes(1, m + "observation-critics/q1/2/bias", m + "cost/q1", s -> s.observationValue = 0.4);
    changes(1, m + "cost/reward", "target cost/q1", s -> s.lossClip = 0.2);
    changes(1, m + "cost/reward", "target cost/q1", s -> s.decay = 0.9);
    changes(1, "policy first/cost/policy", m + "cost/reward", s -> s.noise = 0.2);
    changes(2, "target cost/q1", "cost/reward", s -> s.kept = 0.5);
    changes(1, "target cost/q1", "cost/reward", s -> s.every = 1);
    changes(1, "cost/q1", m + "cost/q1", s -> s.optimizer = OptimizerSettings.adam(0.1));
    changes(1, "cost/policy", "cost/q1", s -> s.policyOptimizer = OptimizerSettings.adam(0.1));
  }

  private static void changes(int steps, String changed, String same, Consumer<Settings> option) {
    Settings settings = new Settings();
    option.accept(settings);
    Map<String, double[]> usual = after(steps, new Settings());
    Map<String, double[]> found = after(steps, settings);
    assertFalse(Arrays.equals(usual.get(changed), found.get(changed)), changed);
    assertArrayEquals(usual.get(same), found.get(same), same);
  }

  /** After a terminal state nothing is bootstrapped: the target is the reward alone. */
  @Test
  void nothingFollowsATerminalState() {
    try (ModelUpdate ended = update(new Settings());
        ModelUpdate plain = update(new Settings());
        ModelUpdate moved = update(new Settings())) {
      ended.terminated().fill(1);
      moved.terminated().fill(1);
      // Targets are made of this copy and of nothing else that differs.
      Parameters targets = moved.state().copies().get(TrainingState.TARGET);
      targets.below("cost/").values().forEach(q -> q.fill(7));
      targets.below("observation-critics/").values().forEach(q -> q.fill(7));
      ModelMetrics found = ended.step();
      assertNotEquals(plain.step().value(), found.value());
      ModelMetrics same = moved.step();
      assertEquals(found.value(), same.value());
      assertEquals(found.observationValue(), same.observationValue());
    }
  }

  @Test
  void aFurtherGradientIsAddedAfterClipping() {
    Settings settings = new Settings();
    settings.optimizer = clipped(1e-3);
    try (ModelUpdate plain = update(settings);
        ModelUpdate other = update(settings)) {
      plain.step();
      double[] before = plain.gradients().get("cost/reward").toDoubles();
      ModelMetrics m =
          other.step(
              () -> {
                Array g = other.gradients().get("cost/reward");
                // What is added to has been clipped.
                assertArrayEquals(before, g.toDoubles(), 1e-15);
                g.set(0, g.get(0) + 1e-4);
              });
      assertTrue(m.gradientNorm() > 1e-3);
      assertEquals(before[0] + 1e-4, other.gradients().get("cost/reward").get(0), 1e-9);
    }
  }

  private static OptimizerSettings clipped(double norm) {
    return new OptimizerSettings(
        OptimizerSettings.Method.SGD,
        0.01,
        dev.difftop.learning.optim.Schedule.CONSTANT,
        0,
        0,
        0.9,
        0.999,
        1e-8,
        0,
        false,
        0,
        norm,
        0,
        List.of(),
        0);
  }

  @Test
  void learnsWhatItsSequencesSay() {
    try (ModelUpdate update = update(new Settings())) {
      ModelMetrics first = update.step();
      ModelMetrics last = first;
      for (int i = 0; i < 200; i++) {
        last = update.step();
      }
      assertTrue(last.total() < 0.5 * first.total(), first + " " + last);
      assertEquals(201, last.step());
      assertEquals(BATCH, update.priorities().size());
      assertTrue(update.priorities().get(0) > 0);
    }
  }

  /** Six updates with experience that is drawn by priority; kept in memory or in a folder. */
  @Test
  void goesOnExactlyWithItsExperience(@TempDir Path folder) {
    ReplaySettings memory = new ReplaySettings(40, 0.6, 0.4, Optional.empty(), 0, 1);
    ReplaySettings disk =
        new ReplaySettings(40, 0.6, 0.4, Optional.of(folder.resolve("replay")), 1, 1);
    Map<String, double[]> expected;
    try (ModelUpdate update = update(new Settings());
        Replay replay = filled(memory)) {
      learn(update, replay, 0, 6);
      expected = numbers(update);
    }
    Path checkpoint = folder.resolve("checkpoint.h5");
    Path state = folder.resolve("replay.h5");
    try (ModelUpdate update = update(new Settings());
        Replay replay = filled(disk)) {
      learn(update, replay, 0, 3);
      Normalizers none = new Normalizers(Map.of(), Normalizer.identity(1));
      Checkpoint.save(
          checkpoint,
          "tiny",
          Position.ofGradientSteps(3, 10),
          update.state(),
          PolicyState.of(SIGNATURE, Map.of()));
      replay.save(state);
      learn(update, replay, 3, 5);
    }
    try (ModelUpdate update = update(new Settings());
        Replay replay = Replay.resume(disk, HORIZON, state)) {
      Checkpoint.restore(checkpoint, update.state());
      learn(update, replay, 3, 6);
      Map<String, double[]> found = numbers(update);
      expected.forEach((name, numbers) -> assertArrayEquals(numbers, found.get(name), name));
    }
  }

  private static Replay filled(ReplaySettings settings) {
    Replay replay = Replay.create(settings, HORIZON);
    RandomStream random = RandomStream.root(8);
    for (int e = 0; e < 5; e++) {
      double[] numbers = random.doubles(30, -1, 1).toArray();
      replay.append(
          new ReplayEpisode(
              Map.of("o", Array.of(Arrays.copyOf(numbers, 14), 7, 2)),
              Array.of(Arrays.copyOfRange(numbers, 14, 20), 6, 1),
              Array.of(Arrays.copyOfRange(numbers, 20, 26), 6),
              false));
    }
    return replay;
  }

  private static void learn(ModelUpdate update, Replay replay, int from, int to) {
    ReplaySample sample = replay.newSample(BATCH);
    for (int i = from; i < to; i++) {
      replay.sample(sample, RandomStream.root(9).child(i));
      update.take(sample);
      update.step();
      replay.prioritise(sample, update.priorities());
    }
  }

  @Test
  void experienceWithoutItsObservationsIsRefused() {
    try (ModelUpdate update = update(new Settings());
        Replay replay =
            Replay.create(new ReplaySettings(9, 1, 1, Optional.empty(), 0, 1), HORIZON)) {
      replay.append(
          new ReplayEpisode(
              Map.of("p", Array.of(new double[4], 4)),
              Array.of(new double[3], 3, 1),
              Array.of(new double[3], 3),
              false));
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> update.take(replay.newSample(BATCH)));
      assertTrue(e.getMessage().contains("observation o is not"), e.getMessage());
    }
  }

  @Test
  void importanceWeightsCount() {
    try (ModelUpdate plain = update(new Settings());
        ModelUpdate weighted = update(new Settings())) {
      weighted.importanceWeights().fill(0.5);
      assertEquals(plain.step().total() / 2, weighted.step().total(), 1e-12);
      assertArrayEquals(plain.priorities().toDoubles(), weighted.priorities().toDoubles());
    }
  }

  @Test
  void withoutWeightThereAreNoCriticsOfObservations() {
    Settings none = new Settings();
    none.observationValue = 0;
    try (ModelUpdate update = update(none)) {
      assertEquals(0, update.step().observationValue());
      assertTrue(
          update.parameters().arrays().keySet().stream()
              .noneMatch(name -> name.startsWith("observation-critics")));
    }
  }

  /** What the planner reads is what is learned, in place. */
  @Test
  void thePlanningModelLearns() {
    PlanningModel model = model(new TinyHeads());
    double before = model.parameters().arrays().get("cost/reward").get(0);
    try (ModelUpdate update =
        new ModelUpdate(model, new Settings().make(), 10, 1, RandomStream.root(5))) {
      update.rewards().fill(1);
      update.step();
      assertNotEquals(before, model.parameters().arrays().get("cost/reward").get(0));
    }
  }

  @Test
  void goesOnExactlyWhereACheckpointWasSaved(@TempDir Path folder) {
    Normalizers normalizers =
        new Normalizers(Map.of(), new Normalizer(new double[] {0}, new double[] {1}));
    Path file = folder.resolve("checkpoint.h5");
    try (ModelUpdate first = update(new Settings());
        ModelUpdate second = update(new Settings())) {
      for (int i = 0; i < 3; i++) {
        first.step();
      }
      Checkpoint.save(
          file,
          "tiny",
          Position.ofGradientSteps(3, 10),
          first.state(),
          PolicyState.of(SIGNATURE, Map.of()));
      Checkpoint.restore(file, second.state());
      for (int i = 0; i < 3; i++) {
        first.step();
        second.step();
      }
      Map<String, double[]> found = numbers(second);
      numbers(first).forEach((name, values) -> assertArrayEquals(values, found.get(name), name));
    }
  }

  private static void refused(PlanningModel model, Settings settings, String... parts) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ModelUpdate(model, settings.make(), 10, 1, RandomStream.root(5)));
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), error::getMessage);
    }
  }

  @Test
  void refusesWhatItCannotLearn() {
    refused(
        model(new TinyParts.TinyCost()), new Settings(), "TinyCost", "[reward, q1, q2, policy]");
    Cost reading =
        new TinyHeads() {
          @Override
          public void declare(Declarations declare) {
            super.declare(declare);
            declare.context("goal", Shape.of(2));
          }
        };
    refused(model(reading), new Settings(), "context leaves [goal]");
    Settings averaged = new Settings();
    averaged.policyOptimizer = CheckpointTest.settings(OptimizerSettings.Method.ADAM, 0, false);
    refused(model(new TinyHeads()), averaged, "averaging: found 0.9");
    IllegalArgumentException image =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ObservationCritics(Map.of("image", Shape.of(3, 84, 84)), 2, 8));
    assertTrue(image.getMessage().contains("observation-value"), image::getMessage);
  }
}
