package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.physics.RenderSettings;
import dev.difftop.env.mujoco.physics.Renderer;
import dev.difftop.testkit.EnvironmentContract;
import org.junit.jupiter.api.Test;

/** The contract of environments, for the tasks of manipulation. */
abstract class ManipulationContract extends EnvironmentContract<MujocoConfig> {
  @Override
  protected EnvironmentProvider<MujocoConfig> provider() {
    return new MujocoEnvironmentProvider();
  }

  @Override
  protected boolean canRender() {
    return canDraw();
  }

  /** Whether there is a graphics library. */
  static boolean canDraw() {
    try (Model model = Model.parse("empty.xml", "<mujoco/>")) {
      new Renderer(model, new RenderSettings(0, false, false)).close();
      return true;
    } catch (MujocoException e) {
      return false;
    }
  }

  @Test
  void everyTaskHasAGoalAndAnExpert() {
    try (MujocoEnvironment environment = (MujocoEnvironment) make()) {
      assertFalse(environment.experts().isEmpty());
      environment.reset(dev.difftop.api.array.RandomStream.root(0));
      assertEquals(false, environment.success().orElseThrow());
    }
  }
}
