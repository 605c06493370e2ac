package dev.difftop.learner.imitation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learner.imitation.CodeConfig.Drawn;
import dev.difftop.learner.imitation.CodeConfig.Posterior;
import dev.difftop.learner.imitation.CodeConfig.Prior;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.storage.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The imitation learner as a conditional variational autoencoder. */
final class CodeTest {
  private static final int SIZE = 2;

  /** A base of settings; each test changes one. */
  private record Settings(
      double klWeight,
      double reconstructionWeight,
      int annealing,
      double freeBits,
      Posterior posterior,
      int points,
      Prior prior,
      int components,
      Drawn drawn,
      int samples,
      double consistency,
      int chunk,
      int execute) {
    static final Settings STANDARD =
        new Settings(
            0.1, 2, 0, 0, Posterior.EPISODE, 4, Prior.STANDARD, 1, Drawn.EPISODE, 1, 0, 1, 1);

    CodeConfig code() {
      return new CodeConfig(
          SIZE,
          klWeight,
          reconstructionWeight,
          annealing,
          freeBits,
          new int[] {5},
          posterior,
          points,
          List.of(),
          prior,
          components,
          drawn,
          samples);
    }

    ImitationConfig config() {
      return new ImitationConfig(
          6,
          OptimizerSettings.adam(1e-2),
          0.5,
          consistency,
          0.25,
          Optional.empty(),
          chunk,
          execute,
          Optional.of(code()));
    }

    Settings kl(double w, int steps, double free) {
      return new Settings(
          w,
          reconstructionWeight,
          steps,
          free,
          posterior,
          points,
          prior,
          components,
          drawn,
          samples,
          consistency,
          chunk,
          execute);
    }

    Settings posterior(Posterior p, int n) {
      return new Settings(
          klWeight,
          reconstructionWeight,
          annealing,
          freeBits,
          p,
          n,
          prior,
          components,
          drawn,
          samples,
          consistency,
          chunk,
          execute);
    }

    Settings acting(Prior p, int k, Drawn when, int n) {
      return new Settings(
          klWeight,
          reconstructionWeight,
          annealing,
          freeBits,
          posterior,
          points,
          p,
          k,
          when,
          n,
          consistency,
          chunk,
          execute);
    }

    Settings chunks(int c, int e, double weight) {
      return new Settings(
          klWeight,
          reconstructionWeight,
          annealing,
          freeBits,
          posterior,
          points,
          prior,
          components,
          drawn,
          samples,
          weight,
          c,
          e);
    }
  }

  private static LearnerContext context(int chunk) {
    return new TinyContext().coded(SIZE, chunk, 2).of(100);
  }

  private static ImitationLearner learner(Settings settings) {
    return new ImitationLearner(settings.config(), context(settings.chunk()), DType.FLOAT64);
  }

  private static Array parameter(ImitationLearner learner, String name) {
    return learner.model().parameters().arrays().get(name);
  }

  /** Through the solve into cost, dynamics, encoder, posterior and learned prior. */
  @Test
  void theGradientIsThatOfTheLoss() {
    assertExact(Settings.STANDARD);
    assertExact(Settings.STANDARD.posterior(Posterior.WINDOW, 2));
    assertExact(Settings.STANDARD.acting(Prior.LEARNED, 2, Drawn.EPISODE, 1));
    assertExact(Settings.STANDARD.chunks(2, 1, 0));
  }

  private static void assertExact(Settings settings) {
    Map<String, double[]> gradient;
    try (ImitationLearner learner = learner(settings)) {
      learner.update();
      gradient = learner.lastGradient();
    }
    assertTrue(gradient.containsKey("posterior/head/deviation/weight"), gradient::toString);
    gradient.forEach(
        (name, g) -> {
          int entry = g.length / 2;
          assertEquals(difference(settings, name, entry), g[entry], 1e-6, name);
        });
  }

  private static double difference(Settings settings, String name, int entry) {
    double h = 1e-5;
    double[] loss = new double[2];
    for (int side = 0; side < 2; side++) {
      try (ImitationLearner moved = learner(settings)) {
        Array values = parameter(moved, name);
        values.set(entry, values.get(entry) + (side == 0 ? h : -h));
        Metrics m = moved.update();
        assertEquals(1, m.get("converged"));
        loss[side] = m.get("loss");
      }
    }
    return (loss[0] - loss[1]) / (2 * h);
  }

  /** The consistency loss of dynamics that read the code reaches the posterior. */
  @Test
  void theConsistencyLossReachesThePosterior() {
    String name = "posterior/head/mean/weight";
    double[] without = gradient(Settings.STANDARD, name);
    double[] with = gradient(Settings.STANDARD.chunks(1, 1, 5), name);
    double difference = 0;
    for (int i = 0; i < with.length; i++) {
      difference = Math.max(difference, Math.abs(with[i] - without[i]));
    }
    assertTrue(difference > 1e-4, "differs by " + difference);
  }

  private static double[] gradient(Settings settings, String name) {
    try (ImitationLearner learner = learner(settings)) {
      learner.update();
      return learner.lastGradient().get(name);
    }
  }

  @Test
  void theLossIsReconstructionAndDivergence() {
    try (ImitationLearner learner = learner(Settings.STANDARD)) {
      Metrics m = learner.update();
      assertEquals(2 * m.get("reconstruction") + 0.1 * m.get("kl"), m.get("loss"), 1e-12);
      assertTrue(m.get("kl") > 0);
      assertTrue(m.get("active_dimensions") >= 0 && m.get("active_dimensions") <= SIZE);
    }
  }

  @Test
  void theDivergenceIsAnnealed() {
    try (ImitationLearner learner = learner(Settings.STANDARD.kl(0.1, 4, 0))) {
      for (double expected : new double[] {0.025, 0.05, 0.075, 0.1, 0.1}) {
        assertEquals(expected, learner.update().get("kl_weight"), 1e-12);
      }
    }
  }

  /** Below the free nats the divergence costs a constant, and pulls at nothing. */
  @Test
  void freeBitsCostNothing() {
    Settings free = Settings.STANDARD.kl(0.1, 0, 50);
    try (ImitationLearner learner = learner(free)) {
      Metrics m = learner.update();
      assertEquals(0.1 * 50 * SIZE, m.get("kl_loss"), 1e-12);
    }
    String name = "posterior/head/deviation/bias";
    assertArrayEquals(gradient(Settings.STANDARD.kl(0, 0, 0), name), gradient(free, name), 1e-12);
  }

  @Test
  void theAuditReachesCodesAndPosterior() {
    try (ImitationLearner learner = learner(Settings.STANDARD)) {
      learner.update();
      Set<String> blocks = new HashSet<>();
      for (GradientAudit.Row row : learner.audit().orElseThrow().rows()) {
        blocks.add(row.block());
        assertEquals(1, row.cosine(), 1e-5, row.block());
        assertEquals(1, row.ratio(), 1e-3, row.block());
      }
      Set<String> expected =
          new HashSet<>(List.of(GradientAudit.STATE, GradientAudit.CONTEXT + CodePrior.LEAF));
      expected.addAll(learner.model().parameters().arrays().keySet());
      assertEquals(expected, blocks);
    }
  }

  private static List<Double> actions(Policy policy, int episode, int steps) {
    List<Double> out = new ArrayList<>();
    try (Policy.Actor actor = policy.actor()) {
      actor.reset(RandomStream.root(episode));
      for (int t = 0; t < steps; t++) {
        out.add(actor.act(Map.of("o", Array.of(new double[] {0.5, -0.3})))[0]);
      }
    }
    return out;
  }

  /** One code an episode: the same state, the same action. A code a step: another each time. */
  @Test
  void codesAreDrawnOnceAnEpisodeOrAtEveryStep() {
    try (ImitationLearner learner = learner(Settings.STANDARD)) {
      List<Double> first = actions(learner.policy(), 1, 3);
      assertEquals(first.get(0), first.get(2));
      assertNotEquals(first.get(0), actions(learner.policy(), 2, 1).get(0));
      assertEquals(first, actions(learner.policy(), 1, 3));
    }
    Settings every = Settings.STANDARD.acting(Prior.STANDARD, 1, Drawn.STEP, 1);
    try (ImitationLearner learner = learner(every)) {
      List<Double> first = actions(learner.policy(), 1, 3);
      assertNotEquals(first.get(0), first.get(1));
    }
  }

  /** Of several codes the cheapest plan is executed, and its code kept. */
  @Test
  void theCheapestOfSeveralPlansIsExecuted() {
    Settings several = Settings.STANDARD.acting(Prior.STANDARD, 1, Drawn.EPISODE, 8);
    try (ImitationLearner one = learner(Settings.STANDARD);
        ImitationLearner eight = learner(several)) {
      List<Double> chosen = actions(eight.policy(), 1, 3);
      assertNotEquals(actions(one.policy(), 1, 1).get(0), chosen.get(0));
      assertEquals(chosen.get(0), chosen.get(2), 1e-9);
    }
  }

  @Test
  void aLearnedPriorIsDrawnFrom() {
    Settings learned = Settings.STANDARD.acting(Prior.LEARNED, 3, Drawn.EPISODE, 1);
    try (ImitationLearner standard = learner(Settings.STANDARD);
        ImitationLearner other = learner(learned)) {
      assertNotEquals(
          actions(standard.policy(), 1, 1).get(0), actions(other.policy(), 1, 1).get(0));
    }
  }

  /** All steps of a chunk, then another plan. */
  @Test
  void chunksAreExecuted() {
    try (ImitationLearner learner = learner(Settings.STANDARD.chunks(2, 2, 0))) {
      List<Double> acted = actions(learner.policy(), 1, 4);
      assertNotEquals(acted.get(0), acted.get(1));
      assertEquals(acted.get(0), acted.get(2));
      assertEquals(acted.get(1), acted.get(3));
    }
  }

  /** The policy comes back without its learner; posterior and prior are saved with it. */
  @Test
  void loadsAgain(@TempDir Path folder) {
    Settings learned = Settings.STANDARD.acting(Prior.LEARNED, 3, Drawn.EPISODE, 2);
    LearnerContext context = context(1);
    Path file = folder.resolve("latest.h5");
    try (ImitationLearner learner =
        new ImitationLearner(learned.config(), context, DType.FLOAT32)) {
      learner.update();
      Checkpoint.save(
          file, "imitation", learner.position(), learner.state(), learner.policy().state());
      Policy loaded =
          new ImitationProvider().load(learned.config(), context, Checkpoint.policy(file));
      assertEquals(actions(learner.policy(), 1, 3), actions(loaded, 1, 3));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    refused(
        () -> Settings.STANDARD.acting(Prior.STANDARD, 3, Drawn.EPISODE, 1).code(), "components");
    refused(() -> Settings.STANDARD.acting(Prior.LEARNED, 3, Drawn.STEP, 1).code(), "drawn");
    refused(() -> learner(Settings.STANDARD.chunks(1, 3, 0)), "execute: found 3 steps");
    refused(() -> learner(Settings.STANDARD.chunks(13, 1, 0)), "horizon of 26 steps");
    refused(
        () -> {
          LearnerContext uncoded = new TinyContext().of(10);
          new ImitationLearner(Settings.STANDARD.config(), uncoded, DType.FLOAT64).close();
        },
        "context leaf code");
    refused(
        () -> {
          LearnerContext coded = new TinyContext().coded(SIZE, 1, 2).of(10);
          new ImitationLearner(
                  new ImitationConfig(
                      6,
                      OptimizerSettings.adam(1e-2),
                      0.5,
                      0,
                      0.25,
                      Optional.empty(),
                      1,
                      1,
                      Optional.empty()),
                  coded,
                  DType.FLOAT64)
              .close();
        },
        "code");
  }

  private static void refused(Runnable wrong, String part) {
    String message = assertThrows(IllegalArgumentException.class, wrong::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
