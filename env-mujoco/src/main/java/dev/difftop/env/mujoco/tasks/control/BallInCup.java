package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Numbers;
import dev.difftop.env.mujoco.tasks.definition.Task;
import java.util.List;

/**
 * A cup that two motors move in a plane, and a ball on a string. The reward is 1 while the ball is
 * inside the cup, else 0.
 */
public final class BallInCup implements Task {
  private static final double BALL_RADIUS = 0.025;
  private static final int BALL_X = 2;
  private static final int BALL_Z = 3;

  private final Simulation simulation;
  private final int target;
  private final int ball;
  private final double halfWidth;
  private final double halfHeight;

  public BallInCup(Simulation simulation) {
    this.simulation = simulation;
    target = simulation.model().index(Element.SITE, "target");
    ball = simulation.model().index(Element.BODY, "ball");
    halfWidth = simulation.model().field("site_size").at(target, 0);
    halfHeight = simulation.model().field("site_size").at(target, 2);
  }

  @Override
  public void begin(RandomStream random) {
    do {
      simulation.qpos().put(BALL_X, random.nextDouble(-0.2, 0.2));
      simulation.qpos().put(BALL_Z, random.nextDouble(0.2, 0.5));
      simulation.forwardWithoutActuation();
    } while (simulation.contacts() > 0);
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part("position", 4), new Part("velocity", 4));
  }

  @Override
  public void observe(double[] out, int offset) {
    int at = Numbers.rest(simulation.qpos(), 0, out, offset);
    Numbers.rest(simulation.qvel(), 0, out, at);
  }

  @Override
  public double reward() {
    return near(0, halfWidth) && near(2, halfHeight) ? 1 : 0;
  }

  private boolean near(int axis, double half) {
    double apart = simulation.sitePosition(target, axis) - simulation.bodyPosition(ball, axis);
    return Math.abs(apart) < half - BALL_RADIUS;
  }
}
