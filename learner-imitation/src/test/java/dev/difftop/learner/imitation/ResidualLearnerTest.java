package dev.difftop.learner.imitation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.storage.Checkpoint;
import dev.difftop.learning.testkit.LearnerContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResidualLearnerTest extends LearnerContract<ResidualConfig> {
  private static final PolicySignature SIGNATURE =
      new PolicySignature(Map.of("o", new Observable(Shape.of(2), DType.FLOAT64)), 1);

  @Override
  protected LearnerProvider<ResidualConfig> provider() {
    return new ResidualProvider();
  }

  @Override
  protected ResidualConfig config() {
    return new ResidualConfig(Path.of("base"), 4, new int[] {6}, TinyContext.ADAMW, 0.2);
  }

  @Override
  protected Learner newLearner(ResidualConfig config, LearnerContext context) {
    return new ResidualLearner(config, context);
  }

  @Override
  protected Policy otherRun(Path run, PolicySignature signature) {
    return new FixedPolicy(signature, 0.25);
  }

  private static LearnerContext withBase(double action) {
    return new TinyContext().policies(run -> new FixedPolicy(SIGNATURE, action)).of(20);
  }

  private static double act(Policy policy) {
    try (Policy.Actor actor = policy.actor()) {
      actor.reset(RandomStream.root(1));
      return actor.act(Map.of("o", Array.of(new double[] {0.5, -0.3})))[0];
    }
  }

  /** Training begins with the base policy, and moves away from it. */
  @Test
  void beginsAsTheBase() {
    try (Learner learner = new ResidualLearner(config(), withBase(0.25))) {
      assertEquals(0.25, act(learner.policy()), 1e-6);
      for (int i = 0; i < 5; i++) {
        learner.update();
      }
      assertNotEquals(0.25, act(learner.policy()), 1e-3);
    }
  }

  @Test
  void refusesAChangedBase(@TempDir Path folder) {
    Path file = folder.resolve("latest.h5");
    try (Learner learner = new ResidualLearner(config(), withBase(0.25));
        Learner other = new ResidualLearner(config(), withBase(0.26))) {
      Checkpoint.save(
          file, "residual", learner.position(), learner.state(), learner.policy().state());
      changed(() -> Checkpoint.restore(file, other.state()));
      changed(() -> new ResidualProvider().load(config(), withBase(0.26), Checkpoint.policy(file)));
      assertEquals(
          act(learner.policy()),
          act(new ResidualProvider().load(config(), withBase(0.25), Checkpoint.policy(file))));
    }
  }

  private static void changed(Runnable wrong) {
    String message = assertThrows(DataException.class, wrong::run).getMessage();
    assertTrue(message.contains("learner.base") && message.contains("sha-256"), message);
  }

  /** The base of another task: its observations are named. */
  @Test
  void refusesABaseOfOtherObservations() {
    PolicySignature other =
        new PolicySignature(Map.of("p", new Observable(Shape.of(2), DType.FLOAT64)), 1);
    LearnerContext context = new TinyContext().policies(r -> new FixedPolicy(other, 0)).of(20);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new ResidualLearner(config(), context))
            .getMessage();
    assertTrue(message.contains("observes p"), message);
  }
}
