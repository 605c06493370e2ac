package dev.difftop.learning.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Chosen;
import dev.difftop.api.Collaborators;
import dev.difftop.api.Parts;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.Position;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.learning.rollout.Rollout;
import dev.difftop.learning.rollout.SuccessRule;
import dev.difftop.learning.run.Compute;
import dev.difftop.learning.run.PolicyConfig;
import dev.difftop.learning.run.RunSettings;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.learning.run.StopSignal;
import dev.difftop.learning.storage.Checkpoint;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.LinearSolve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every learner promises: a plugin's test extends this and says how its learner is made. The
 * learner finds demonstrations of a point on a line, and the environment that they come from.
 *
 * @param <C> its configuration record
 */
public abstract class LearnerContract<C extends Record> {
  private static final long BUDGET = 60;

  @TempDir Path temp;

  /** The provider. */
  protected abstract LearnerProvider<C> provider();

  /** A configuration that learns fast: small networks, small batches. */
  protected abstract C config();

  /** A learner, as its constructor makes it. */
  protected abstract Learner newLearner(C config, LearnerContext context);

  /** Updates that a test makes; few for a learner whose updates are long. */
  protected int updates() {
    return 4;
  }

  /** The section {@code policy}, for a learner that plans. */
  protected Optional<PolicyConfig> policy() {
    return Optional.empty();
  }

  /**
   * Makes a part that the learner or its policy chooses, such as dynamics or a solver; only a
   * learner that plans needs it.
   */
  protected <T> T make(Chosen<T> choice) {
    throw new IllegalArgumentException("the contract makes no part named " + choice.name());
  }

  /**
   * The policy of another run, for a learner that reads one.
   *
   * @param signature of the contract's environment
   * @throws IllegalArgumentException if the learner reads none
   */
  protected Policy otherRun(Path run, PolicySignature signature) {
    throw new IllegalArgumentException("the contract has no other run: " + run);
  }

  private record Ready<T>(String name) implements Chosen<T> {}

  private final class Maker implements Parts {
    private final Interpreter engine = new Interpreter();

    @Override
    @SuppressWarnings("unchecked")
    public <T> T make(Chosen<T> choice) {
      if (choice.name().equals("point")) {
        return (T) new PointEnvironment();
      }
      return LearnerContract.this.make(choice);
    }

    @Override
    public <T> T make(Chosen<T> choice, Collaborators collaborators) {
      return make(choice);
    }

    @Override
    public Engine engine() {
      return engine;
    }
  }

  /** A section {@code policy} that names no part. */
  private static PolicyConfig noPlanning() {
    return new PolicyConfig(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Ready<>("none"),
        1,
        1,
        0,
        AdjointMode.EXACT,
        new AdjointOptions(1e-3, 5, Curvature.EXACT, 1e-3, LinearSolve.AUTO, 1),
        BadSamples.KEEP,
        ActingSettings.from(ActingSettings.Start.ZERO));
  }

  private LearnerContext context(String folder) {
    RunSettings run = new RunSettings(5, BUDGET, 1, 0, 0, 1, 1, 0, SuccessRule.ANY_STEP, false, 1);
    RunSpec spec =
        new RunSpec(
            Optional.of(new Ready<Environment>("point")),
            Optional.empty(),
            List.of(),
            new Ready<>("interpreter"),
            policy().orElseGet(LearnerContract::noPlanning),
            new Ready<>(provider().name()),
            run,
            List.of());
    try (PointEnvironment environment = new PointEnvironment()) {
      PolicySignature signature = PolicySignature.of(environment.spec(), List.of());
      return new LearnerContext(
          spec,
          new Maker(),
          signature,
          Optional.of(new PointDataset()),
          temp.resolve(folder),
          new Compute(),
          path -> otherRun(path, signature),
          line -> {});
    }
  }

  private Learner learner(String folder) {
    return newLearner(config(), context(folder));
  }

  /** Name of the observation, position and velocity, float32 (2). */
  protected static String observed() {
    return PointEnvironment.OBSERVATION;
  }

  private static Map<String, Array> observation(double position, double velocity) {
    return Map.of(
        PointEnvironment.OBSERVATION,
        Array.of(new float[] {(float) position, (float) velocity}, 2));
  }

  private static double[] act(Policy policy) {
    try (Policy.Actor actor = policy.actor()) {
      actor.reset(RandomStream.root(1));
      return actor.act(observation(0.4, -0.2));
    }
  }

  private byte[] saved(Learner learner, String name) throws IOException {
    Path file = temp.resolve(name);
    try (Policy policy = learner.policy()) {
      Checkpoint.save(file, provider().name(), learner.position(), learner.state(), policy.state());
    }
    return Files.readAllBytes(file);
  }

  /** Position advances with every update; what it reports was declared, with a meaning. */
  @Test
  void updatesAdvanceAndReportWhatWasDeclared() {
    try (Learner learner = learner("one")) {
      Set<String> declared =
          learner.metrics().stream().map(Metric::name).collect(Collectors.toSet());
      assertEquals(learner.metrics().size(), declared.size(), "a metric is declared twice");
      learner.metrics().forEach(metric -> assertFalse(metric.meaning().isBlank(), metric.name()));
      Position before = learner.position();
      assertEquals(0, before.done());
      assertFalse(before.unit().isBlank());
      for (int i = 0; i < updates(); i++) {
        Metrics metrics = learner.update().and(learner.measure());
        assertTrue(
            declared.containsAll(metrics.values().keySet()),
            () -> "not declared: " + metrics.values().keySet() + " of " + declared);
        Position after = learner.position();
        assertTrue(after.done() > before.done(), after::toString);
        before = after;
      }
    }
  }

  /** The same seed learns the same; measuring, auditing and acting change nothing. */
  @Test
  void onlyUpdatesChangeWhatIsLearned() throws IOException {
    try (Learner one = learner("one");
        Learner two = learner("two")) {
      for (int i = 0; i < updates(); i++) {
        one.update();
        two.update();
        two.measure();
        two.audit();
        try (Policy policy = two.policy()) {
          act(policy);
        }
      }
      assertArrayEquals(saved(one, "one.h5"), saved(two, "two.h5"));
    }
  }

  /** Half a run and the other half have the bytes of a whole one. */
  @Test
  void resumesToTheByte() throws IOException {
    try (Learner whole = learner("whole");
        Learner first = learner("half")) {
      for (int i = 0; i < 2 * updates(); i++) {
        whole.update();
      }
      for (int i = 0; i < updates(); i++) {
        first.update();
      }
      saved(first, "half.h5");
      first.close();
      try (Learner second = learner("half")) {
        Checkpoint.restore(temp.resolve("half.h5"), second.state());
        assertEquals(Checkpoint.header(temp.resolve("half.h5")).done(), second.position().done());
        for (int i = 0; i < updates(); i++) {
          second.update();
        }
        assertArrayEquals(saved(whole, "whole.h5"), saved(second, "second.h5"));
      }
    }
  }

  /** A policy comes back from what was saved, without its learner, and acts the same. */
  @Test
  void policiesLoadWithoutTheLearner() throws IOException {
    LearnerContext context = context("one");
    try (Learner learner = newLearner(config(), context)) {
      for (int i = 0; i < updates(); i++) {
        learner.update();
      }
      saved(learner, "one.h5");
      double[] expected = act(learner.policy());
      try (Policy policy =
          provider().load(config(), context, Checkpoint.policy(temp.resolve("one.h5")))) {
        assertArrayEquals(expected, act(policy));
        assertEquals(learner.policy().signature(), policy.signature());
      }
    }
  }

  /** It acts through whole episodes, each like the last with the same random numbers. */
  @Test
  void actsThroughEpisodes() {
    try (Learner learner = learner("one")) {
      learner.update();
      try (Policy policy = learner.policy();
          PointEnvironment environment = new PointEnvironment();
          Policy.Actor actor = policy.actor()) {
        Rollout rollout = new Rollout(environment, actor, StopSignal.NEVER);
        double first = rollout.run(RandomStream.root(3), Rollout.Listener.NONE).sum();
        rollout.run(RandomStream.root(4), Rollout.Listener.NONE);
        assertEquals(first, rollout.run(RandomStream.root(3), Rollout.Listener.NONE).sum());
      }
    }
  }

  /** An observation that is missing, or of another shape or element type, is refused by name. */
  @Test
  void refusesOtherObservations() {
    try (Learner learner = learner("one");
        Policy policy = learner.policy();
        Policy.Actor actor = policy.actor()) {
      actor.reset(RandomStream.root(1));
      for (Map<String, Array> other :
          List.of(
              Map.<String, Array>of(),
              Map.of(PointEnvironment.OBSERVATION, Array.zeros(DType.FLOAT32, Shape.of(3))),
              Map.of(PointEnvironment.OBSERVATION, Array.zeros(DType.FLOAT64, Shape.of(2))))) {
        String message =
            assertThrows(IllegalArgumentException.class, () -> actor.act(other)).getMessage();
        assertTrue(message.contains(PointEnvironment.OBSERVATION), message);
      }
    }
  }
}
