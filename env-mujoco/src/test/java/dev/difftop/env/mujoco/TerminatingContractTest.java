package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.testkit.EnvironmentContract;
import org.junit.jupiter.api.Test;

/** The contract of environments, kept by a task in which a fall ends the episode. */
final class TerminatingContractTest extends EnvironmentContract<MujocoConfig> {
  @Override
  protected EnvironmentProvider<MujocoConfig> provider() {
    return new MujocoEnvironmentProvider();
  }

  @Override
  protected MujocoConfig config() {
    return MujocoConfig.of("cartpole-balance-terminating");
  }

  @Override
  protected boolean canRender() {
    return ManipulationContract.canDraw();
  }

  @Test
  void aFallEndsTheEpisodeAndTheTimeLimitTruncatesIt() {
    try (MujocoEnvironment environment = (MujocoEnvironment) make()) {
      TimeStep now = environment.reset(RandomStream.root(1));
      int steps = 0;
      while (!now.isLast()) {
        now = environment.step(new double[] {1});
        steps++;
      }
      assertEquals(End.TERMINATED, now.end());
      assertTrue(steps < 40, steps + " steps");
      double angle = environment.simulatorState()[1];
      assertTrue(Math.cos(angle) < 0.8, "angle " + angle);

      now = environment.reset(RandomStream.root(1));
      steps = 0;
      while (!now.isLast()) {
        environment.setSimulatorState(new double[4]);
        now = environment.step(new double[] {0});
        steps++;
      }
      assertEquals(End.TRUNCATED, now.end());
      assertEquals(environment.spec().episodeSteps(), steps);
    }
  }

  /** The repeat stops in the control step that ends the episode. */
  @Test
  void nothingIsRewardedAfterTheEnd() {
    try (MujocoEnvironment environment = (MujocoEnvironment) make()) {
      environment.reset(RandomStream.root(1));
      environment.setSimulatorState(new double[] {0, 0.63, 0, 8});
      TimeStep last = environment.step(new double[] {0});
      assertEquals(End.TERMINATED, last.end());
      double angle = environment.simulatorState()[1];
      assertTrue(angle > 0.64 && angle < 0.63 + 2 * 0.01 * 9, "angle " + angle);
    }
  }
}
