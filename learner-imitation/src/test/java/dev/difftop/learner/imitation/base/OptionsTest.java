package dev.difftop.learner.imitation.base;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.config.Settings;
import dev.difftop.learner.imitation.cloning.BehaviorCloningConfig;
import dev.difftop.learner.imitation.cloning.BehaviorCloningLearner;
import dev.difftop.learner.imitation.cloning.Head;
import dev.difftop.learner.imitation.cloning.RecurrentCloningConfig;
import dev.difftop.learner.imitation.cloning.RecurrentCloningLearner;
import dev.difftop.learner.imitation.diffusion.DiffusionConfig;
import dev.difftop.learner.imitation.diffusion.DiffusionLearner;
import dev.difftop.learner.imitation.implicit.ImplicitCloningConfig;
import dev.difftop.learner.imitation.implicit.ImplicitCloningLearner;
import dev.difftop.learner.imitation.nearest.NearestConfig;
import dev.difftop.learner.imitation.nearest.NearestLearner;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.networks.Activation;
import dev.difftop.networks.RecurrentNetwork;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every option changes what is learned or done. */
final class OptionsTest {
  private static final int UPDATES = 3;

  private static Episodes data() {
    Episodes data = new Episodes();
    java.util.Random random = new java.util.Random(5);
    for (int e = 0; e < 6; e++) {
      float[][] observed = new float[8][2];
      float[][] actions = new float[8][1];
      for (int t = 0; t < 8; t++) {
        observed[t] = new float[] {random.nextFloat(), 3 * random.nextFloat()};
        actions[t][0] = 0.8f * random.nextFloat() - 0.3f;
      }
      data.add(observed, actions);
    }
    return data;
  }

  /** The actions of the first steps of an episode, after a few updates. */
  private static double[] actions(Learner learner) {
    double[] actions = new double[4];
    try (learner) {
      for (int i = 0; i < UPDATES; i++) {
        learner.update();
      }
      try (Policy policy = learner.policy();
          Policy.Actor actor = policy.actor()) {
        actor.reset(RandomStream.root(8));
        for (int t = 0; t < actions.length; t++) {
          actions[t] = actor.act(Contexts.observation(0.2 + 0.15 * t, 2 - 0.3 * t))[0];
        }
      }
    }
    return actions;
  }

  private static <C extends Record> Stream<DynamicTest> changes(
      BiFunction<C, LearnerContext, Learner> maker, C base, List<C> others) {
    double[] expected = actions(maker.apply(base, Contexts.of(data(), 10)));
    return others.stream()
        .map(
            other ->
                DynamicTest.dynamicTest(
                    difference(base, other),
                    () ->
                        assertFalse(
                            Arrays.equals(
                                expected, actions(maker.apply(other, Contexts.of(data(), 10)))))));
  }

  /** The components that differ, for the name of a test. */
  private static String difference(Record base, Record other) {
    StringBuilder text = new StringBuilder(base.getClass().getSimpleName());
    String[] before = base.toString().split(", ", -1);
    String[] after = other.toString().split(", ", -1);
    for (int i = 0; i < Math.min(before.length, after.length); i++) {
      if (!before[i].equals(after[i])) {
        text.append(' ').append(after[i]);
      }
    }
    return text.toString();
  }

  @TestFactory
  Stream<DynamicTest> behaviorCloning() {
    Settings<BehaviorCloningConfig> all =
        Settings.of(BehaviorCloningConfig.class)
            .with(BehaviorCloningConfig::batch, 4)
            .with(BehaviorCloningConfig::hidden, new int[] {5})
            .with(BehaviorCloningConfig::head, Head.MIXTURE)
            .with(BehaviorCloningConfig::modes, 2);
    return changes(
        BehaviorCloningLearner::new,
        all.get(),
        List.of(
            all.with(BehaviorCloningConfig::batch, 5).get(),
            all.with(BehaviorCloningConfig::hidden, new int[] {6}).get(),
            all.with(BehaviorCloningConfig::activation, Activation.TANH).get(),
            all.with(BehaviorCloningConfig::head, Head.GAUSSIAN).get(),
            all.with(BehaviorCloningConfig::head, Head.SQUARED).get(),
            all.with(BehaviorCloningConfig::modes, 3).get(),
            all.with(BehaviorCloningConfig::minDeviation, 0.1).get(),
            all.with(BehaviorCloningConfig::lowNoise, false).get(),
            all.with(BehaviorCloningConfig::history, 2).get(),
            all.with(BehaviorCloningConfig::chunk, 2).get(),
            all.with(BehaviorCloningConfig::observationNormalizer, NormalizerKind.NONE).get(),
            all.with(BehaviorCloningConfig::actionNormalizer, NormalizerKind.GAUSSIAN).get(),
            all.with(BehaviorCloningConfig::optimizer, Optimizers.averaged()).get(),
            all.with(BehaviorCloningConfig::validation, 0.5).get()));
  }

  @TestFactory
  Stream<DynamicTest> executedChunks() {
    Settings<BehaviorCloningConfig> all =
        Settings.of(BehaviorCloningConfig.class)
            .with(BehaviorCloningConfig::batch, 4)
            .with(BehaviorCloningConfig::chunk, 3);
    return changes(
        BehaviorCloningLearner::new,
        all.get(),
        List.of(all.with(BehaviorCloningConfig::execute, 2).get()));
  }

  @TestFactory
  Stream<DynamicTest> recurrentCloning() {
    Settings<RecurrentCloningConfig> all =
        Settings.of(RecurrentCloningConfig.class)
            .with(RecurrentCloningConfig::batch, 4)
            .with(RecurrentCloningConfig::width, 4)
            .with(RecurrentCloningConfig::sequence, 2);
    return changes(
        RecurrentCloningLearner::new,
        all.get(),
        List.of(
            all.with(RecurrentCloningConfig::cell, RecurrentNetwork.Cell.GRU).get(),
            all.with(RecurrentCloningConfig::width, 5).get(),
            all.with(RecurrentCloningConfig::layers, 1).get(),
            all.with(RecurrentCloningConfig::sequence, 3).get(),
            all.with(RecurrentCloningConfig::reset, RecurrentCloningConfig.Reset.NEVER).get(),
            all.with(RecurrentCloningConfig::head, Head.GAUSSIAN).get(),
            all.with(RecurrentCloningConfig::actionNormalizer, NormalizerKind.NONE).get()));
  }

  @TestFactory
  Stream<DynamicTest> diffusion() {
    Settings<DiffusionConfig> all =
        Settings.of(DiffusionConfig.class)
            .with(DiffusionConfig::batch, 4)
            .with(DiffusionConfig::width, 6)
            .with(DiffusionConfig::blocks, 1)
            .with(DiffusionConfig::stepEmbedding, 6)
            .with(DiffusionConfig::inferenceSteps, 3)
            .with(DiffusionConfig::steps, 6)
            .with(DiffusionConfig::execute, 2)
            .with(DiffusionConfig::predict, 4)
            .with(DiffusionConfig::channels, new int[] {4})
            .with(DiffusionConfig::kernel, 3)
            .with(DiffusionConfig::objective, DiffusionConfig.Objective.SAMPLE)
            .with(DiffusionConfig::optimizer, Optimizers.averaged());
    return changes(
        DiffusionLearner::new,
        all.get(),
        List.of(
            all.with(DiffusionConfig::denoiser, DiffusionConfig.Denoiser.UNET).get(),
            all.with(DiffusionConfig::width, 7).get(),
            all.with(DiffusionConfig::blocks, 2).get(),
            all.with(DiffusionConfig::stepEmbedding, 8).get(),
            all.with(DiffusionConfig::objective, DiffusionConfig.Objective.EPSILON).get(),
            all.with(DiffusionConfig::objective, DiffusionConfig.Objective.FLOW).get(),
            all.with(DiffusionConfig::steps, 8).get(),
            all.with(DiffusionConfig::sampler, DiffusionConfig.Sampler.DDPM).get(),
            all.with(DiffusionConfig::inferenceSteps, 2).get(),
            all.with(DiffusionConfig::history, 1).get(),
            all.with(DiffusionConfig::predict, 6).get(),
            all.with(DiffusionConfig::execute, 1).get(),
            all.with(DiffusionConfig::observationNormalizer, NormalizerKind.GAUSSIAN).get(),
            all.with(DiffusionConfig::actionNormalizer, NormalizerKind.NONE).get(),
            all.with(DiffusionConfig::averagingPower, 0.3).get()));
  }

  @TestFactory
  Stream<DynamicTest> clippedDiffusion() {
    Settings<DiffusionConfig> all =
        Settings.of(DiffusionConfig.class)
            .with(DiffusionConfig::batch, 4)
            .with(DiffusionConfig::width, 6)
            .with(DiffusionConfig::predict, 4)
            .with(DiffusionConfig::execute, 2);
    return changes(
        DiffusionLearner::new, all.get(), List.of(all.with(DiffusionConfig::clip, false).get()));
  }

  @TestFactory
  Stream<DynamicTest> diffusionByConvolutions() {
    Settings<DiffusionConfig> all =
        Settings.of(DiffusionConfig.class)
            .with(DiffusionConfig::batch, 4)
            .with(DiffusionConfig::denoiser, DiffusionConfig.Denoiser.UNET)
            .with(DiffusionConfig::objective, DiffusionConfig.Objective.SAMPLE)
            .with(DiffusionConfig::stepEmbedding, 6)
            .with(DiffusionConfig::inferenceSteps, 2)
            .with(DiffusionConfig::steps, 4)
            .with(DiffusionConfig::execute, 2)
            .with(DiffusionConfig::predict, 4)
            .with(DiffusionConfig::channels, new int[] {4})
            .with(DiffusionConfig::kernel, 3);
    return changes(
        DiffusionLearner::new,
        all.get(),
        List.of(
            all.with(DiffusionConfig::channels, new int[] {4, 8}).get(),
            all.with(DiffusionConfig::kernel, 5).get()));
  }

  @TestFactory
  Stream<DynamicTest> implicitCloning() {
    Settings<ImplicitCloningConfig> all =
        Settings.of(ImplicitCloningConfig.class)
            .with(ImplicitCloningConfig::batch, 4)
            .with(ImplicitCloningConfig::hidden, new int[] {5})
            .with(ImplicitCloningConfig::negatives, 4)
            .with(ImplicitCloningConfig::samples, 8)
            .with(ImplicitCloningConfig::rounds, 3);
    return changes(
        ImplicitCloningLearner::new,
        all.get(),
        List.of(
            all.with(ImplicitCloningConfig::hidden, new int[] {5, 4}).get(),
            all.with(ImplicitCloningConfig::search, ImplicitCloningConfig.Search.LANGEVIN).get(),
            all.with(ImplicitCloningConfig::samples, 9).get(),
            all.with(ImplicitCloningConfig::rounds, 4).get(),
            all.with(ImplicitCloningConfig::noise, 0.2).get(),
            all.with(ImplicitCloningConfig::choice, ImplicitCloningConfig.Choice.LOWEST).get(),
            all.with(ImplicitCloningConfig::history, 1).get(),
            all.with(ImplicitCloningConfig::chunk, 2).get(),
            all.with(ImplicitCloningConfig::actionNormalizer, NormalizerKind.NONE).get()));
  }

  @TestFactory
  Stream<DynamicTest> langevin() {
    Settings<ImplicitCloningConfig> all =
        Settings.of(ImplicitCloningConfig.class)
            .with(ImplicitCloningConfig::batch, 4)
            .with(ImplicitCloningConfig::hidden, new int[] {5})
            .with(ImplicitCloningConfig::negatives, 4)
            .with(ImplicitCloningConfig::samples, 8)
            .with(ImplicitCloningConfig::search, ImplicitCloningConfig.Search.LANGEVIN);
    return changes(
        ImplicitCloningLearner::new,
        all.get(),
        List.of(
            all.with(ImplicitCloningConfig::stepSize, 0.2).get(),
            all.with(ImplicitCloningConfig::negatives, 5).get(),
            all.with(ImplicitCloningConfig::positiveNoise, 0.5).get(),
            all.with(ImplicitCloningConfig::activation, Activation.TANH).get(),
            all.with(ImplicitCloningConfig::observationNormalizer, NormalizerKind.NONE).get()));
  }

  @TestFactory
  Stream<DynamicTest> nearest() {
    Settings<NearestConfig> all =
        Settings.of(NearestConfig.class).with(NearestConfig::neighbors, 3);
    return changes(
        NearestLearner::new,
        all.get(),
        List.of(
            all.with(NearestConfig::neighbors, 1).get(),
            all.with(NearestConfig::combination, NearestConfig.Combination.DRAWN).get(),
            all.with(NearestConfig::history, 2).get(),
            all.with(NearestConfig::chunk, 3).with(NearestConfig::execute, 3).get(),
            all.with(NearestConfig::observationNormalizer, NormalizerKind.NONE).get()));
  }
}
