package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract of environments, kept by {@code lift} seen as images and points. A stack of images
 * holds more than the state of the simulator, so it is of one.
 */
final class LiftViewsContractTest extends ManipulationContract {
  @BeforeAll
  static void needsOpenGl() {
    assumeTrue(canDraw(), "no images on this machine");
  }

  @Override
  protected MujocoConfig config() {
    ViewConfig views =
        new ViewConfig(
            false,
            Optional.of(new ViewConfig.Pixels(84, 84, "task", 1)),
            Optional.empty(),
            Optional.of(
                new ViewConfig.Points(84, 84, "task", 128, "pinch", new double[0], new double[0])));
    return new MujocoConfig(
        "lift", 0, Optional.empty(), Optional.empty(), 0, new RenderConfig(0, false, false), views);
  }
}
