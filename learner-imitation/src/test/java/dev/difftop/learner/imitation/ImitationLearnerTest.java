package dev.difftop.learner.imitation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.NonFiniteLossException;
import dev.difftop.learning.Policy;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.storage.Checkpoint;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImitationLearnerTest {
  private static final double CONSISTENCY = 0.7;

  private static ImitationConfig config(OptimizerSettings optimizer, double consistency) {
    return new ImitationConfig(
        6, optimizer, 0.5, consistency, 0.25, Optional.empty(), 1, 1, Optional.empty());
  }

  private static ImitationLearner learner(DType dtype, LearnerContext context) {
    return new ImitationLearner(config(TinyContext.ADAMW, CONSISTENCY), context, dtype);
  }

  private static ImitationLearner learner(DType dtype) {
    return learner(dtype, new TinyContext().of(10));
  }

  private static Array parameter(ImitationLearner learner, String name) {
    return learner.model().parameters().arrays().get(name);
  }

  /** Through the solve, into dynamics and cost; the stopped target is part of the loss. */
  @Test
  void theGradientIsThatOfTheLoss() {
    Map<String, double[]> gradient;
    Set<String> names;
    try (ImitationLearner learner = learner(DType.FLOAT64)) {
      learner.update();
      gradient = learner.lastGradient();
      names = learner.model().parameters().arrays().keySet();
    }
    for (String name : names) {
      if (name.startsWith("encoder/")) {
        continue;
      }
      for (int i = 0; i < gradient.get(name).length; i++) {
        assertEquals(difference(name, i), gradient.get(name)[i], 1e-6, name + " " + i);
      }
    }
  }

  private static double difference(String name, int i) {
    double h = 1e-5;
    double[] loss = new double[2];
    for (int side = 0; side < 2; side++) {
      try (ImitationLearner moved = learner(DType.FLOAT64)) {
        Array values = parameter(moved, name);
        values.set(i, values.get(i) + (side == 0 ? h : -h));
        Metrics m = moved.update();
        assertEquals(1, m.get("converged"));
        loss[side] = m.get("loss") + CONSISTENCY * m.get("consistency");
      }
    }
    return (loss[0] - loss[1]) / (2 * h);
  }

  /** Without the consistency loss nothing is stopped: differences hold for the encoder too. */
  @Test
  void theGradientReachesTheEncoder() {
    double h = 1e-5;
    double[] loss = new double[2];
    double[] exact = null;
    for (int side = -1; side < 2; side++) {
      try (ImitationLearner learner =
          new ImitationLearner(
              config(OptimizerSettings.adam(1e-2), 0), new TinyContext().of(10), DType.FLOAT64)) {
        Array w = parameter(learner, "encoder/w");
        w.set(3, w.get(3) + side * h);
        double value = learner.update().get("loss");
        if (side == 0) {
          exact = learner.lastGradient().get("encoder/w");
        } else {
          loss[side < 0 ? 0 : 1] = value;
        }
      }
    }
    assertEquals((loss[1] - loss[0]) / (2 * h), exact[3], 1e-7);
    assertTrue(Math.abs(exact[3]) > 1e-4);
  }

  /** An audit reaches every block, and changes nothing of what is learned. */
  @Test
  void audits() {
    try (ImitationLearner audited = learner(DType.FLOAT64);
        ImitationLearner plain = learner(DType.FLOAT64)) {
      audited.update();
      GradientAudit.Report report = audited.audit().orElseThrow();
      assertEquals(0, report.leftOutCount());
      Set<String> blocks = new HashSet<>();
      for (GradientAudit.Row row : report.rows()) {
        blocks.add(row.block());
        assertEquals(1, row.cosine(), 1e-5, row.block());
        assertEquals(1, row.ratio(), 1e-3, row.block());
      }
      Set<String> expected = new HashSet<>(audited.model().parameters().arrays().keySet());
      expected.add(GradientAudit.STATE);
      assertEquals(expected, blocks);
      audited.update();
      plain.update();
      plain.update();
      plain
          .model()
          .parameters()
          .arrays()
          .forEach(
              (name, values) ->
                  assertArrayEquals(
                      values.toDoubles(), parameter(audited, name).toDoubles(), name));
    }
  }

  /** A solver that stops early is audited against one that does not: the difference shows. */
  @Test
  void auditsWhatWasLearnedFromAgainstSolvesToTheEnd() {
    LearnerContext hurried = new TinyContext().solver(() -> new TinyParts.NewtonSolver(1)).of(10);
    try (ImitationLearner learner = learner(DType.FLOAT64, hurried)) {
      GradientAudit.Report report = learner.audit().orElseThrow();
      assertEquals(0, report.leftOutCount());
      assertTrue(
          report.rows().stream().anyMatch(row -> Math.abs(row.ratio() - 1) > 1e-6),
          report.rows()::toString);
    }
  }

  /** Means over many batches: one small batch says little. */
  @Test
  void learns() {
    try (ImitationLearner learner = learner(DType.FLOAT32, new TinyContext().of(100))) {
      assertTrue(Double.isFinite(learner.measure().get("validation")));
      double first = meanLoss(learner, 20);
      meanLoss(learner, 60);
      double last = meanLoss(learner, 20);
      assertTrue(last < 0.95 * first, first + " -> " + last);
    }
  }

  private static double meanLoss(ImitationLearner learner, int steps) {
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += learner.update().get("loss");
    }
    return sum / steps;
  }

  /** Half a run and the other half have the numbers of a whole one. */
  @Test
  void resumesExactly(@TempDir Path folder) {
    Path file = folder.resolve("latest.h5");
    try (ImitationLearner whole = learner(DType.FLOAT32);
        ImitationLearner first = learner(DType.FLOAT32);
        ImitationLearner second = learner(DType.FLOAT32)) {
      for (int i = 0; i < 6; i++) {
        whole.update();
      }
      for (int i = 0; i < 3; i++) {
        first.update();
      }
      save(file, first);
      Checkpoint.restore(file, second.state());
      assertEquals(3, second.position().done());
      for (int i = 3; i < 6; i++) {
        second.update();
      }
      whole
          .model()
          .parameters()
          .arrays()
          .forEach(
              (name, values) ->
                  assertArrayEquals(values.toFloats(), parameter(second, name).toFloats(), name));
    }
  }

  private static void save(Path file, ImitationLearner learner) {
    Checkpoint.save(
        file, "imitation", learner.position(), learner.state(), learner.policy().state());
  }

  /** The policy is that of the averaged copy, and comes back without its learner. */
  @Test
  void actsWithTheAveragedCopyAndLoadsAgain(@TempDir Path folder) {
    Path file = folder.resolve("latest.h5");
    LearnerContext context = new TinyContext().of(10);
    Map<String, Array> observation = Map.of("o", Array.of(new double[] {0.5, -0.3}));
    try (ImitationLearner learner = learner(DType.FLOAT32, context)) {
      float[] start = parameter(learner, "cost/w").toFloats();
      learner.update();
      float now = parameter(learner, "cost/w").toFloats()[2];
      Array averaged = learner.policy().state().array("cost/w");
      assertEquals((start[2] + now) / 2, averaged.get(2), 1e-6);
      save(file, learner);
      double expected = act(learner.policy(), observation);
      Policy loaded =
          new ImitationProvider()
              .load(config(TinyContext.ADAMW, 0), context, Checkpoint.policy(file));
      assertEquals(expected, act(loaded, observation));
    }
  }

  private static double act(Policy policy, Map<String, Array> observation) {
    try (Policy.Actor actor = policy.actor()) {
      actor.reset(RandomStream.root(1));
      return actor.act(observation)[0];
    }
  }

  /** A gradient that is not finite is counted and changes nothing; many in a row end the run. */
  @Test
  void nonFiniteGradientsAreCountedAndEndTheRun() {
    try (ImitationLearner learner = learner(DType.FLOAT64, new TinyContext().of(1000))) {
      learner
          .model()
          .parameters()
          .below("dynamics/")
          .values()
          .forEach(values -> values.set(0, Double.NaN));
      assertThrows(
          NonFiniteLossException.class,
          () -> {
            for (int i = 0; i < 100; i++) {
              learner.update();
            }
          });
      assertTrue(learner.state().counters().get("skipped") >= 1);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertRefused(
        new TinyContext().data(new TinyParts.TinyData(0)), "horizon of 3 steps", "policy.horizon");
    assertRefused(
        new TinyContext().observation(new Observable(Shape.of(3), DType.FLOAT64)),
        "obs/o has shape (2)",
        "the environment gives (3)");
    assertRefused(
        new TinyContext().acting(ActingSettings.from(ActingSettings.Start.BASE)),
        "start: base",
        "no base policy");
    IllegalArgumentException frozen =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new ImitationLearner(
                    config(freezing("encodr/w"), 0), new TinyContext().of(10), DType.FLOAT32));
    assertTrue(frozen.getMessage().contains("did you mean encoder/w?"), frozen::getMessage);
    assertThrows(
        DataException.class,
        () -> new Demonstrations(new TinyParts.TinyData(12), List.of("image")));
  }

  private static OptimizerSettings freezing(String name) {
    OptimizerSettings adam = OptimizerSettings.adam(1e-2);
    return new OptimizerSettings(
        adam.method(),
        adam.learningRate(),
        adam.schedule(),
        adam.finalLearningRate(),
        adam.warmUp(),
        adam.beta1(),
        adam.beta2(),
        adam.epsilon(),
        adam.momentum(),
        adam.nesterov(),
        adam.weightDecay(),
        adam.gradientClip(),
        adam.valueClip(),
        List.of(name),
        adam.averaging());
  }

  private static void assertRefused(TinyContext context, String... parts) {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> learner(DType.FLOAT32, context.of(10)));
    for (String part : parts) {
      assertTrue(
          error.getMessage().contains(part), () -> part + " is not in " + error.getMessage());
    }
  }
}
