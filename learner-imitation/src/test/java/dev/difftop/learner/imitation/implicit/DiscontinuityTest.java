package dev.difftop.learner.imitation.implicit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.learner.imitation.base.Contexts;
import dev.difftop.learner.imitation.base.Episodes;
import dev.difftop.learner.imitation.base.Optimizers;
import dev.difftop.learner.imitation.implicit.ImplicitCloningConfig.Choice;
import dev.difftop.learner.imitation.implicit.ImplicitCloningConfig.Search;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.networks.Activation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A discontinuous function, as in Florence et al., figure 3: the action is 0.8 sign(x), and close
 * to the jump an implicit policy takes one side or the other.
 */
final class DiscontinuityTest {
  private static Episodes data() {
    Episodes data = new Episodes();
    for (int e = 0; e < 10; e++) {
      float[][] observed = new float[10][1];
      float[][] actions = new float[10][1];
      for (int t = 0; t < 10; t++) {
        double x = -1 + 2 * (10 * t + e + 0.5) / 100;
        observed[t][0] = (float) x;
        actions[t][0] = (float) (0.8 * Math.signum(x));
      }
      data.add(observed, actions);
    }
    return data;
  }

  @ParameterizedTest
  @CsvSource({"DFO, DRAWN", "LANGEVIN, LOWEST"})
  void actionsJump(Search search, Choice choice) {
    ImplicitCloningConfig config =
        new ImplicitCloningConfig(
            32,
            new int[] {32, 32},
            Activation.RELU,
            32,
            1e-4,
            search,
            64,
            search == Search.DFO ? 4 : 20,
            0.03,
            0.1,
            choice,
            1,
            1,
            1,
            NormalizerKind.MIN_MAX,
            NormalizerKind.MIN_MAX,
            Optimizers.adam(3e-3),
            0);
    try (ImplicitCloningLearner learner =
        new ImplicitCloningLearner(config, Contexts.of(data(), 500))) {
      Contexts.train(learner);
      for (double x : new double[] {-0.9, -0.4, -0.06, 0.06, 0.4, 0.9}) {
        double sum = 0;
        for (double[] action : Contexts.firstActions(learner, 5, x)) {
          sum += action[0] / 5;
        }
        assertEquals(0.8 * Math.signum(x), sum, 0.2, "at " + x);
      }
    }
  }
}
