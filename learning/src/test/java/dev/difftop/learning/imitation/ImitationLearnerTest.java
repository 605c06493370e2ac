package dev.difftop.learning.imitation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.model.PermutedDynamics;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.PlanningPolicy;
import dev.difftop.learning.model.TinyParts;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.optim.Schedule;
import dev.difftop.learning.storage.Checkpoint;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImitationLearnerTest {
  private static final double CONSISTENCY = 0.7;
  private static final OptimizerSettings ADAMW =
      new OptimizerSettings(
          OptimizerSettings.Method.ADAMW,
          1e-2,
          Schedule.COSINE,
          1e-3,
          2,
          0.9,
          0.999,
          1e-8,
          0,
          false,
          0.01,
          0,
          0,
          List.of(),
          0.5);

  private final Interpreter engine = new Interpreter();
  private final RandomStream random = RandomStream.root(3);
  private final Demonstrations data = new Demonstrations(new TinyParts.TinyData(12), List.of("o"));
  private final Normalizers normalizers = Normalizers.of(data);

  private PlanningModel model(DType dtype) {
    ProblemSpec spec =
        new ProblemSpec(new TinyParts.TinyDynamics(), new TinyParts.TinyCost(), 3, 0.9, 0.2);
    return new PlanningModel(
        engine, dtype, new TinyParts.TinyEncoder(), spec, data.observationShapes(), random);
  }

  private ImitationLearner learner(PlanningModel model, int steps) {
    ImitationSettings settings =
        new ImitationSettings(steps, 6, ADAMW, 0.5, CONSISTENCY, 0.25, 1, 0);
    return new ImitationLearner(
        model,
        new TinyParts.NewtonSolver(),
        new ImplicitAdjoint(engine, Curvature.EXACT, BadSamples.KEEP),
        data,
        normalizers,
        settings,
        random.child("learner"));
  }

  private double totalLoss(PlanningModel model) {
    try (ImitationLearner learner = learner(model, 10)) {
      ImitationMetrics m = learner.step();
      assertEquals(1, m.converged());
      return m.loss() + CONSISTENCY * m.consistency();
    }
  }

  /** Through the solve, into encoder, dynamics and cost; the stopped target is part of the loss. */
  @Test
  void theGradientIsThatOfTheLoss() {
    PlanningModel model = model(DType.FLOAT64);
    Map<String, double[]> gradient;
    try (ImitationLearner learner = learner(model, 10)) {
      learner.step();
      gradient = learner.lastGradient();
    }
    for (String name : model.parameters().arrays().keySet()) {
      if (name.startsWith("encoder/")) {
        continue;
      }
      PlanningModel moved = model(DType.FLOAT64);
      Array values = moved.parameters().arrays().get(name);
      for (int i = 0; i < values.size(); i++) {
        assertEquals(slope(name, i), gradient.get(name)[i], 1e-6, name + " " + i);
      }
    }
  }

  private double slope(String name, int i) {
    double h = 1e-5;
    double[] loss = new double[2];
    for (int side = 0; side < 2; side++) {
      PlanningModel moved = model(DType.FLOAT64);
      Array values = moved.parameters().arrays().get(name);
      values.set(i, values.get(i) + (side == 0 ? h : -h));
      loss[side] = totalLoss(moved);
    }
    return (loss[0] - loss[1]) / (2 * h);
  }

  /** Every second row of metrics; the audit changes nothing of what is learned. */
  @Test
  void audits() {
    PlanningModel audited = model(DType.FLOAT64);
    PlanningModel plain = model(DType.FLOAT64);
    ImitationSettings often = new ImitationSettings(10, 6, ADAMW, 0.5, CONSISTENCY, 0.25, 1, 2);
    try (ImitationLearner learner =
            new ImitationLearner(
                audited,
                new TinyParts.NewtonSolver(),
                new ImplicitAdjoint(engine, Curvature.EXACT, BadSamples.KEEP),
                data,
                normalizers,
                often,
                random.child("learner"));
        ImitationLearner other = learner(plain, 10)) {
      assertTrue(Double.isNaN(learner.step().audit().cosine()));
      ImitationMetrics.Audit audit = learner.step().audit();
      assertEquals(1, audit.cosine(), 1e-5);
      assertEquals(1, audit.ratio(), 1e-3);
      assertEquals(0, audit.leftOut());
      Set<String> blocks = new HashSet<>();
      audit.rows().forEach(row -> blocks.add(row.block()));
      Set<String> expected = new HashSet<>(audited.parameters().arrays().keySet());
      expected.add(GradientAudit.STATE);
      assertEquals(expected, blocks);
      assertTrue(Double.isNaN(learner.step().audit().ratio()));
      for (int i = 0; i < 3; i++) {
        other.step();
      }
    }
    for (String name : plain.parameters().arrays().keySet()) {
      double[] expected = plain.parameters().arrays().get(name).toDoubles();
      double[] found = audited.parameters().arrays().get(name).toDoubles();
      assertTrue(java.util.Arrays.equals(expected, found), name);
    }
  }

  /** A solver that stops early is audited against one that does not: the difference shows. */
  @Test
  void auditsWhatWasLearnedFromAgainstSolvesToTheEnd() {
    ImitationSettings often = new ImitationSettings(10, 6, ADAMW, 0.5, CONSISTENCY, 0.25, 1, 1);
    Solver hurried = new TinyParts.NewtonSolver(1);
    for (Solver auditor : List.of(hurried, new TinyParts.NewtonSolver())) {
      try (ImitationLearner learner =
          new ImitationLearner(
              model(DType.FLOAT64),
              hurried,
              auditor,
              new ImplicitAdjoint(engine, Curvature.EXACT, BadSamples.KEEP),
              data,
              normalizers,
              often,
              random.child("learner"))) {
        ImitationMetrics.Audit audit = learner.step().audit();
        boolean isTight = auditor != hurried;
        assertEquals(isTight ? 0 : 2, audit.leftOut());
        assertTrue(!isTight || Math.abs(audit.ratio() - 1) > 1e-4, "" + audit.ratio());
        assertEquals(!isTight, Double.isNaN(audit.ratio()), "nothing to compare");
      }
    }
  }

  /**
   * Without the consistency loss nothing is stopped, so that differences hold for the encoder too.
   */
  @Test
  void theGradientReachesTheEncoder() {
    ImitationSettings plain =
        new ImitationSettings(10, 6, OptimizerSettings.adam(1e-2), 0.5, 0, 0.25, 1, 0);
    double h = 1e-5;
    double[] loss = new double[2];
    double[] exact = null;
    for (int side = -1; side < 2; side++) {
      PlanningModel model = model(DType.FLOAT64);
      Array w = model.parameters().arrays().get("encoder/w");
      w.set(3, w.get(3) + side * h);
      try (ImitationLearner learner =
          new ImitationLearner(
              model,
              new TinyParts.NewtonSolver(),
              new ImplicitAdjoint(engine, Curvature.EXACT, BadSamples.KEEP),
              data,
              normalizers,
              plain,
              random.child("learner"))) {
        double value = learner.step().loss();
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

  /** Means over many batches: one small batch says little. */
  @Test
  void learns() {
    PlanningModel model = model(DType.FLOAT32);
    try (ImitationLearner learner = learner(model, 100)) {
      assertTrue(Double.isFinite(learner.validationError()));
      double first = meanLoss(learner, 20);
      meanLoss(learner, 60);
      double last = meanLoss(learner, 20);
      assertTrue(last < 0.95 * first, first + " -> " + last);
    }
  }

  private static double meanLoss(ImitationLearner learner, int steps) {
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += learner.step().loss();
    }
    return sum / steps;
  }

  @Test
  void goesOnExactlyWhereACheckpointWasSaved(@TempDir Path folder) {
    PlanningModel whole = model(DType.FLOAT32);
    PlanningModel first = model(DType.FLOAT32);
    Path file = folder.resolve("checkpoint.h5");
    try (ImitationLearner learner = learner(whole, 6)) {
      for (int i = 0; i < 6; i++) {
        learner.step();
      }
    }
    try (ImitationLearner learner = learner(first, 6)) {
      for (int i = 0; i < 3; i++) {
        learner.step();
      }
      Checkpoint.save(file, learner.steps(), learner.state(), normalizers);
    }
    PlanningModel second = model(DType.FLOAT32);
    Normalizers loaded = Checkpoint.load(file, second.parameters(), false, List.of("o"));
    assertArrayEquals(normalizers.actions().scale(), loaded.actions().scale());
    try (ImitationLearner learner = learner(second, 6)) {
      Checkpoint.restore(file, learner.state());
      assertEquals(3, learner.steps());
      for (int i = 3; i < 6; i++) {
        learner.step();
      }
    }
    whole
        .parameters()
        .arrays()
        .forEach(
            (name, values) ->
                assertArrayEquals(
                    values.toFloats(), second.parameters().arrays().get(name).toFloats(), name));
  }

  @Test
  void actsWithTheAveragedCopy() {
    PlanningModel model = model(DType.FLOAT64);
    try (ImitationLearner learner = learner(model, 10)) {
      double[] start = model.parameters().arrays().get("cost/w").toDoubles();
      learner.step();
      double now = model.parameters().arrays().get("cost/w").get(2);
      Parameters averaged = learner.averaged().orElseThrow();
      assertEquals((start[2] + now) / 2, averaged.arrays().get("cost/w").get(2), 1e-12);
      Map<String, Array> observation = Map.of("o", Array.of(new double[] {0.5, -0.3}));
      try (PlanningPolicy raw =
              new PlanningPolicy(model, new TinyParts.NewtonSolver(), normalizers, false);
          PlanningPolicy acting =
              new PlanningPolicy(
                  model.withParameters(averaged),
                  new TinyParts.NewtonSolver(),
                  normalizers,
                  false)) {
        assertTrue(Math.abs(raw.act(observation)[0] - acting.act(observation)[0]) > 1e-5);
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> model.withParameters(averaged.only(name -> !name.equals("cost/w"))));
    }
  }

  @Test
  void aCheckpointOfAnotherModelIsRefused(@TempDir Path folder) {
    PlanningModel model = model(DType.FLOAT32);
    Path file = folder.resolve("checkpoint.h5");
    try (ImitationLearner learner = learner(model, 2)) {
      Checkpoint.save(file, 0, learner.state(), normalizers);
    }
    BehaviorCloning other =
        new BehaviorCloning(
            engine,
            data,
            normalizers,
            new CloningSettings(true, new int[] {4}, 1, 2, OptimizerSettings.adam(0.1)),
            random);
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> Checkpoint.load(file, other.parameters(), false, List.of("o")));
    assertTrue(error.getMessage().contains("missing parameters/0/weight"), error::getMessage);
    assertTrue(error.getMessage().contains("extra parameters/cost/w"), error::getMessage);
  }

  @Test
  void planningWithPermutedDynamicsActsDifferently() {
    PlanningModel model = model(DType.FLOAT64);
    ProblemSpec spec = model.spec();
    ProblemSpec permuted =
        new ProblemSpec(new PermutedDynamics(spec.dynamics()), spec.cost(), 3, 0.9, 0.2);
    Map<String, Array> observation = Map.of("o", Array.of(new double[] {0.5, -0.3}));
    try (PlanningPolicy one =
            new PlanningPolicy(model, new TinyParts.NewtonSolver(), normalizers, false);
        PlanningPolicy two =
            new PlanningPolicy(
                model.withSpec(permuted), new TinyParts.NewtonSolver(), normalizers, false)) {
      assertTrue(Math.abs(one.act(observation)[0] - two.act(observation)[0]) > 1e-4);
      assertEquals(1, one.convergedShare());
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThrows(
        DataException.class,
        () -> new Demonstrations(new TinyParts.TinyData(12), List.of("image")));
    PlanningModel model = model(DType.FLOAT64);
    Demonstrations brief = new Demonstrations(new TinyParts.TinyData(0), List.of("o"));
    IllegalArgumentException tooShort =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new ImitationLearner(
                    model,
                    new TinyParts.NewtonSolver(),
                    new ImplicitAdjoint(engine, Curvature.EXACT, BadSamples.KEEP),
                    brief,
                    normalizers,
                    new ImitationSettings(1, 1, OptimizerSettings.adam(1), 1, 1, 0.25, 1, 0),
                    random));
    assertTrue(tooShort.getMessage().contains("horizon of 3"), tooShort::getMessage);
    try (PlanningPolicy policy =
        new PlanningPolicy(model, new TinyParts.NewtonSolver(), normalizers, true)) {
      IllegalArgumentException error =
          assertThrows(IllegalArgumentException.class, () -> policy.act(Map.of()));
      assertTrue(error.getMessage().contains("observation o"), error::getMessage);
    }
  }
}
