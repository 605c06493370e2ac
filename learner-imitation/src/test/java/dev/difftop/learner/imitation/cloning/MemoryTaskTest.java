package dev.difftop.learner.imitation.cloning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.learner.imitation.base.Contexts;
import dev.difftop.learner.imitation.base.Episodes;
import dev.difftop.learner.imitation.base.Optimizers;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.networks.Activation;
import dev.difftop.networks.RecurrentNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A task that needs memory: a cue of -1 or 1 is observed in the first step of an episode, zeros
 * after it; the action of every step is half the cue. What is observed from the second step on is
 * the same for both cues, so that a policy without memory takes their mean.
 */
final class MemoryTaskTest {
  private static final int STEPS = 5;

  private static Episodes cues() {
    Episodes data = new Episodes();
    for (int e = 0; e < 10; e++) {
      float cue = e % 2 == 0 ? 1 : -1;
      float[][] observed = new float[STEPS][1];
      float[][] actions = new float[STEPS][1];
      observed[0][0] = cue;
      for (int t = 0; t < STEPS; t++) {
        actions[t][0] = cue / 2;
      }
      data.add(observed, actions);
    }
    return data;
  }

  private static double[] play(Policy policy, double cue) {
    double[] actions = new double[STEPS];
    try (Policy.Actor actor = policy.actor()) {
      actor.reset(RandomStream.root(1));
      for (int t = 0; t < STEPS; t++) {
        actions[t] = actor.act(Contexts.observation(t == 0 ? cue : 0))[0];
      }
    }
    return actions;
  }

  private static RecurrentCloningLearner learner(
      RecurrentNetwork.Cell cell, int sequence, RecurrentCloningConfig.Reset reset) {
    RecurrentCloningConfig config =
        new RecurrentCloningConfig(
            10,
            cell,
            8,
            1,
            sequence,
            reset,
            Head.SQUARED,
            1,
            1e-4,
            true,
            NormalizerKind.NONE,
            NormalizerKind.MIN_MAX,
            Optimizers.adam(3e-2),
            0.2);
    RecurrentCloningLearner learner = new RecurrentCloningLearner(config, Contexts.of(cues(), 100));
    Contexts.train(learner);
    return learner;
  }

  @ParameterizedTest
  @EnumSource
  void recurrentCloningRemembersTheCue(RecurrentNetwork.Cell cell) {
    try (RecurrentCloningLearner learner =
        learner(cell, STEPS, RecurrentCloningConfig.Reset.NEVER)) {
      for (double cue : new double[] {-1, 1}) {
        for (double action : play(learner.policy(), cue)) {
          assertEquals(cue / 2, action, 0.15);
        }
      }
      assertTrue(learner.measure().get("action_error") < 0.4);
    }
  }

  /** With a reset after every three steps the cue is lost from the fourth on. */
  @Test
  void resettingForgetsTheCue() {
    try (RecurrentCloningLearner learner =
        learner(RecurrentNetwork.Cell.GRU, 3, RecurrentCloningConfig.Reset.EVERY_SEQUENCE)) {
      double[] right = play(learner.policy(), 1);
      double[] left = play(learner.policy(), -1);
      assertEquals(0.5, right[2], 0.15);
      assertEquals(-0.5, left[2], 0.15);
      assertEquals(left[3], right[3], 1e-6);
    }
  }

  @Test
  void cloningWithoutMemoryTakesTheMean() {
    BehaviorCloningConfig config =
        new BehaviorCloningConfig(
            16,
            new int[] {12},
            Activation.TANH,
            Head.SQUARED,
            1,
            1e-4,
            true,
            1,
            1,
            1,
            NormalizerKind.NONE,
            NormalizerKind.MIN_MAX,
            Optimizers.adam(3e-2),
            0);
    try (BehaviorCloningLearner learner =
        new BehaviorCloningLearner(config, Contexts.of(cues(), 100))) {
      Contexts.train(learner);
      assertEquals(0, play(learner.policy(), 1)[3], 0.2);
    }
  }
}
