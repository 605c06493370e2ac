package dev.difftop.learner.imitation.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.Encoder;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.Settings;
import dev.difftop.api.program.Tensor;
import dev.difftop.learner.imitation.cloning.BehaviorCloningConfig;
import dev.difftop.learner.imitation.cloning.BehaviorCloningLearner;
import dev.difftop.learner.imitation.cloning.RecurrentCloningConfig;
import dev.difftop.learner.imitation.cloning.RecurrentCloningLearner;
import dev.difftop.learner.imitation.diffusion.DiffusionConfig;
import dev.difftop.learner.imitation.diffusion.DiffusionLearner;
import dev.difftop.learner.imitation.implicit.ImplicitCloningConfig;
import dev.difftop.learner.imitation.implicit.ImplicitCloningLearner;
import dev.difftop.learner.imitation.nearest.NearestConfig;
import dev.difftop.learner.imitation.nearest.NearestLearner;
import dev.difftop.learning.Learner;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.data.NormalizerKind;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Data and settings that do not fit, or that are at the edge of what is learned from. */
final class BadInputTest {
  private static Episodes episodes(int count, int length) {
    Episodes data = new Episodes();
    for (int e = 0; e < count; e++) {
      float[][] observed = new float[length][2];
      float[][] actions = new float[length][2];
      for (int t = 0; t < length; t++) {
        observed[t] = new float[] {0.1f * t, 0.2f * e};
        // The second component never changes.
        actions[t] = new float[] {0.05f * t - 0.1f * e, 0.25f};
      }
      data.add(observed, actions);
    }
    return data;
  }

  private static BehaviorCloningLearner cloning(Episodes data) {
    return cloning(data, UnaryOperator.identity());
  }

  private static BehaviorCloningLearner cloning(
      Episodes data, UnaryOperator<Settings<BehaviorCloningConfig>> change) {
    Settings<BehaviorCloningConfig> settings =
        Settings.of(BehaviorCloningConfig.class).with(BehaviorCloningConfig::batch, 4);
    return new BehaviorCloningLearner(change.apply(settings).get(), Contexts.of(data, 20));
  }

  private static Settings<DiffusionConfig> diffusion() {
    return Settings.of(DiffusionConfig.class)
        .with(DiffusionConfig::batch, 4)
        .with(DiffusionConfig::width, 8);
  }

  private static void assertRefused(String part, org.junit.jupiter.api.function.Executable make) {
    String message = assertThrows(IllegalArgumentException.class, make).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void windowsLongerThanAnEpisodeAreRefused() {
    Episodes data = episodes(2, 6);
    data.add(new float[3][2], new float[3][2]);
    assertRefused(
        "learner.chunk: found 4 steps, but episode demo_2 has 3",
        () -> cloning(data, s -> s.with(BehaviorCloningConfig::chunk, 4)));
    assertRefused(
        "learner.history: found 5 steps, but episode demo_2 has 3",
        () -> cloning(data, s -> s.with(BehaviorCloningConfig::history, 5)));
    assertRefused(
        "learner.predict: found 8",
        () ->
            new DiffusionLearner(
                diffusion()
                    .with(DiffusionConfig::predict, 8)
                    .with(DiffusionConfig::execute, 2)
                    .get(),
                Contexts.of(data, 5)));
  }

  /** Sequences leave what is beyond an episode's end out of the loss. */
  @Test
  void sequencesLongerThanAnEpisodeAreLearnedFrom() {
    RecurrentCloningConfig config =
        Settings.of(RecurrentCloningConfig.class)
            .with(RecurrentCloningConfig::batch, 4)
            .with(RecurrentCloningConfig::width, 4)
            .with(RecurrentCloningConfig::sequence, 9)
            .get();
    try (Learner learner = new RecurrentCloningLearner(config, Contexts.of(episodes(3, 4), 5))) {
      assertTrue(Double.isFinite(learner.update().get("loss")));
    }
  }

  @Test
  void executingMoreThanIsPlannedIsRefused() {
    assertRefused(
        "learner.execute: found 3, but learner.chunk leaves 2",
        () ->
            cloning(
                episodes(2, 6),
                s ->
                    s.with(BehaviorCloningConfig::chunk, 2)
                        .with(BehaviorCloningConfig::execute, 3)));
    assertRefused(
        "leaves 3 actions",
        () ->
            new DiffusionLearner(
                diffusion()
                    .with(DiffusionConfig::predict, 4)
                    .with(DiffusionConfig::history, 2)
                    .with(DiffusionConfig::execute, 4)
                    .get(),
                Contexts.of(episodes(2, 6), 5)));
  }

  @Test
  void oneEpisodeIsNotHeldOut() {
    try (Learner learner =
        cloning(episodes(1, 6), s -> s.with(BehaviorCloningConfig::validation, 0.9))) {
      assertTrue(Contexts.NOTES.stream().anyMatch(n -> n.contains("too few episodes")));
      assertTrue(Double.isFinite(learner.update().get("loss")));
      assertEquals(Metrics.NONE, learner.measure());
    }
  }

  @Test
  void constantActionsComeBackAsTheyAre() {
    Episodes data = episodes(3, 6);
    ImplicitCloningConfig implicit =
        Settings.of(ImplicitCloningConfig.class)
            .with(ImplicitCloningConfig::batch, 4)
            .with(ImplicitCloningConfig::hidden, new int[] {6})
            .with(ImplicitCloningConfig::negatives, 4)
            .with(ImplicitCloningConfig::samples, 8)
            .with(ImplicitCloningConfig::history, 1)
            .get();
    NearestConfig nearest = Settings.of(NearestConfig.class).get();
    try (Learner one = new ImplicitCloningLearner(implicit, Contexts.of(data, 3));
        Learner two = new NearestLearner(nearest, Contexts.of(data, 3))) {
      assertTrue(Contexts.NOTES.stream().anyMatch(n -> n.contains("action component 1 is 0.25")));
      for (Learner learner : new Learner[] {one, two}) {
        learner.update();
        assertEquals(0.25, Contexts.firstActions(learner, 1, 0.1, 0.2)[0][1], 1e-6);
      }
    }
  }

  @Test
  void equalDemonstrationsAreLearned() {
    Episodes data = new Episodes();
    for (int e = 0; e < 3; e++) {
      data.add(new float[][] {{1}, {1}}, new float[][] {{0.4f}, {0.4f}});
    }
    try (Learner learner = cloning(data)) {
      Contexts.train(learner);
      assertEquals(0.4, Contexts.firstActions(learner, 1, 1)[0][0], 0.3);
    }
  }

  @Test
  void numbersThatAreNotFiniteAreRefusedEvenInHeldOutEpisodes() {
    for (int bad : new int[] {0, 9}) {
      Episodes data = new Episodes();
      for (int e = 0; e < 10; e++) {
        data.add(new float[][] {{e == bad ? Float.NaN : 1}, {0}}, new float[][] {{0.1f}, {0.2f}});
      }
      DataException refused = assertThrows(DataException.class, () -> cloning(data));
      assertTrue(refused.getMessage().contains("demo_" + bad), refused.getMessage());
    }
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() {
    assertRefused("steps", () -> diffusion().with(DiffusionConfig::steps, 0).get());
    assertRefused(
        "inference-steps: found 30",
        () ->
            diffusion()
                .with(DiffusionConfig::steps, 20)
                .with(DiffusionConfig::inferenceSteps, 30)
                .get());
    assertRefused(
        "clip: found true",
        () -> diffusion().with(DiffusionConfig::actionNormalizer, NormalizerKind.GAUSSIAN).get());
    diffusion()
        .with(DiffusionConfig::clip, false)
        .with(DiffusionConfig::actionNormalizer, NormalizerKind.GAUSSIAN)
        .get();
    assertRefused(
        "expected at least the history",
        () ->
            new DiffusionLearner(
                diffusion()
                    .with(DiffusionConfig::predict, 2)
                    .with(DiffusionConfig::history, 3)
                    .with(DiffusionConfig::execute, 1)
                    .get(),
                Contexts.of(episodes(2, 6), 5)));
    assertRefused(
        "needs a box",
        () ->
            Settings.of(ImplicitCloningConfig.class)
                .with(ImplicitCloningConfig::actionNormalizer, NormalizerKind.GAUSSIAN)
                .get());
    assertRefused(
        "at least one",
        () ->
            Settings.of(ImplicitCloningConfig.class)
                .with(ImplicitCloningConfig::hidden, new int[0])
                .get());
  }

  /** Sees the first entry of an observation times a parameter. */
  private record FirstEntry(boolean withContext) implements Encoder {
    @Override
    public void declare(dev.difftop.api.Declarations declare) {
      declare.parameter("gain", Shape.of(1), new Initializer.Constant(2));
    }

    @Override
    public int stateSize() {
      return 1;
    }

    @Override
    public Tensor encode(Reading at) {
      return at.observation("o").slice(1, 0, 1).times(at.parameter("gain"));
    }

    @Override
    public Map<String, Tensor> context(Reading at) {
      return withContext ? Map.of("goal", at.observation("o")) : Map.of();
    }
  }

  @Test
  void anEncoderReadsEveryFrameAndIsLearned() {
    BehaviorCloningConfig config =
        Settings.of(BehaviorCloningConfig.class)
            .with(BehaviorCloningConfig::batch, 4)
            .with(BehaviorCloningConfig::history, 2)
            .get();
    try (Learner learner =
        new BehaviorCloningLearner(
            config, Contexts.of(episodes(3, 6), 5, Optional.of(() -> new FirstEntry(false))))) {
      learner.update();
      assertTrue(learner.state().parameters().arrays().get("encoder/gain").get(0) != 2);
      // The second entry is not seen.
      assertEquals(
          Contexts.firstActions(learner, 1, 0.3, 0.1)[0][0],
          Contexts.firstActions(learner, 1, 0.3, 0.9)[0][0]);
    }
    assertRefused(
        "context leaves [goal]",
        () ->
            new BehaviorCloningLearner(
                config, Contexts.of(episodes(3, 6), 5, Optional.of(() -> new FirstEntry(true)))));
    assertRefused(
        "policy.encoder",
        () ->
            new NearestLearner(
                Settings.of(NearestConfig.class).get(),
                Contexts.of(episodes(3, 6), 5, Optional.of(() -> new FirstEntry(false)))));
  }
}
