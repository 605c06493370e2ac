package dev.difftop.learner.imitation.cloning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.learner.imitation.base.Contexts;
import dev.difftop.learner.imitation.base.Episodes;
import dev.difftop.learner.imitation.base.Optimizers;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.networks.Activation;
import org.junit.jupiter.api.Test;

/** Two equally good actions for one observation: what each head makes of them. */
final class HeadsTest {
  private static final double MODE = 0.6;

  /** Demonstrations of {@code ±0.6} with a little noise, whatever is observed. */
  static Episodes twoModes() {
    Episodes data = new Episodes();
    java.util.Random random = new java.util.Random(4);
    for (int e = 0; e < 20; e++) {
      float[][] observed = new float[4][1];
      float[][] actions = new float[4][1];
      for (int t = 0; t < 4; t++) {
        observed[t][0] = (float) random.nextGaussian();
        actions[t][0] = (float) ((e % 2 == 0 ? MODE : -MODE) + 0.02 * random.nextGaussian());
      }
      data.add(observed, actions);
    }
    return data;
  }

  private static BehaviorCloningConfig config(Head head, double minDeviation, boolean lowNoise) {
    return new BehaviorCloningConfig(
        24,
        new int[] {12},
        Activation.TANH,
        head,
        4,
        minDeviation,
        lowNoise,
        1,
        1,
        1,
        NormalizerKind.GAUSSIAN,
        NormalizerKind.MIN_MAX,
        Optimizers.adam(2e-2),
        0);
  }

  private static double[][] learned(BehaviorCloningConfig config) {
    try (BehaviorCloningLearner learner =
        new BehaviorCloningLearner(config, Contexts.of(twoModes(), 200))) {
      Contexts.train(learner);
      return Contexts.firstActions(learner, 60, 0.1);
    }
  }

  @Test
  void squaredErrorAveragesTheModes() {
    for (double[] action : learned(config(Head.SQUARED, 1e-4, true))) {
      assertEquals(0, action[0], 0.25);
    }
  }

  /** The published sanity case of a mixture: it takes either, and nothing in between. */
  @Test
  void mixtureKeepsBothModes() {
    int right = 0;
    double[][] actions = learned(config(Head.MIXTURE, 1e-3, true));
    for (double[] action : actions) {
      assertEquals(MODE, Math.abs(action[0]), 0.1);
      right += action[0] > 0 ? 1 : 0;
    }
    assertTrue(right >= 15 && right <= 45, right + " of 60 are positive");
  }

  @Test
  void gaussianSpreadsOverBothModesUnlessNoiseIsLow() {
    double[][] wide = learned(config(Head.GAUSSIAN, 1e-3, false));
    double square = 0;
    for (double[] action : wide) {
      square += action[0] * action[0] / wide.length;
    }
    assertTrue(square > 0.1, "mean square " + square);
    for (double[] action : learned(config(Head.GAUSSIAN, 1e-3, true))) {
      assertEquals(0, action[0], 0.25);
    }
  }

  /** Identical demonstrations: every deviation falls to its floor, which is reported. */
  @Test
  void collapseIsReported() {
    Episodes same = new Episodes();
    for (int e = 0; e < 4; e++) {
      same.add(new float[][] {{0.5f}, {0.5f}}, new float[][] {{0.3f}, {0.3f}});
    }
    Metrics last = Metrics.NONE;
    try (BehaviorCloningLearner learner =
        new BehaviorCloningLearner(config(Head.MIXTURE, 0.1, true), Contexts.of(same, 120))) {
      double first = learner.update().get("deviation_at_floor");
      assertEquals(0, first);
      while (!learner.position().isEnd()) {
        last = learner.update();
      }
      assertEquals(0.3, Contexts.firstActions(learner, 1, 0.5)[0][0], 0.2);
    }
    assertTrue(last.get("deviation_at_floor") > 0.9, last::toString);
    assertTrue(Double.isFinite(last.get("loss")));
  }

  /** Other settings give another policy. */
  @Test
  void activationModesAndScalingMatter() {
    double base = learned(config(Head.MIXTURE, 1e-3, true))[0][0];
    BehaviorCloningConfig other =
        new BehaviorCloningConfig(
            24,
            new int[] {12},
            Activation.RELU,
            Head.MIXTURE,
            2,
            1e-3,
            true,
            1,
            1,
            1,
            NormalizerKind.NONE,
            NormalizerKind.NONE,
            Optimizers.adam(2e-2),
            0);
    assertNotEquals(base, learned(other)[0][0]);
  }
}
