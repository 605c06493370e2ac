package dev.difftop.learner.imitation.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.learner.imitation.base.Contexts;
import dev.difftop.learner.imitation.base.Episodes;
import dev.difftop.learner.imitation.base.Optimizers;
import dev.difftop.learner.imitation.diffusion.DiffusionConfig.Denoiser;
import dev.difftop.learner.imitation.diffusion.DiffusionConfig.Objective;
import dev.difftop.learner.imitation.diffusion.DiffusionConfig.Sampler;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.NormalizerKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two equally good chunks for one observation, all 0.6 or all -0.6: a sample is one of them from
 * its first action to its last.
 */
final class TwoModesTest {
  private static final int CHUNK = 4;
  private static final double MODE = 0.6;

  private static Episodes data() {
    Episodes data = new Episodes();
    java.util.Random random = new java.util.Random(4);
    for (int e = 0; e < 20; e++) {
      float[][] observed = new float[CHUNK][1];
      float[][] actions = new float[CHUNK][1];
      for (int t = 0; t < CHUNK; t++) {
        observed[t][0] = (float) random.nextGaussian();
        actions[t][0] = (float) ((e % 2 == 0 ? MODE : -MODE) + 0.02 * random.nextGaussian());
      }
      data.add(observed, actions);
    }
    return data;
  }

  @ParameterizedTest
  @CsvSource({"MLP, EPSILON, DDPM", "MLP, FLOW, DDIM", "UNET, SAMPLE, DDIM"})
  void everySampleIsOfOneMode(Denoiser denoiser, Objective objective, Sampler sampler) {
    DiffusionConfig config =
        new DiffusionConfig(
            64,
            denoiser,
            32,
            1,
            new int[] {16},
            3,
            8,
            objective,
            20,
            sampler,
            10,
            true,
            1,
            CHUNK,
            CHUNK,
            NormalizerKind.GAUSSIAN,
            NormalizerKind.MIN_MAX,
            0,
            Optimizers.adam(5e-3),
            0);
    try (DiffusionLearner learner = new DiffusionLearner(config, Contexts.of(data(), 500))) {
      Contexts.train(learner);
      check(learner.policy());
    }
  }

  private static void check(Policy policy) {
    int right = 0;
    int mixed = 0;
    int count = 40;
    double distance = 0;
    try (Policy.Actor actor = policy.actor()) {
      for (int i = 0; i < count; i++) {
        actor.reset(RandomStream.root(i));
        double sum = 0;
        for (int t = 0; t < CHUNK; t++) {
          double action = actor.act(Contexts.observation(0.1))[0];
          sum += Math.signum(action);
          distance += Math.abs(Math.abs(action) - MODE) / (count * CHUNK);
        }
        right += sum > 0 ? 1 : 0;
        mixed += Math.abs(sum) < CHUNK ? 1 : 0;
      }
    }
    assertTrue(right >= 8 && right <= 32, right + " of 40 are positive");
    assertTrue(mixed <= 6, mixed + " of 40 chunks mix the modes");
    assertEquals(0, distance, 0.2);
  }
}
