package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Numbers;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import dev.difftop.env.mujoco.tasks.definition.Tolerance.Kind;
import java.nio.DoubleBuffer;
import java.util.List;

/** A planar leg that is to stand: its torso 0.6 m above its foot, with little effort. */
public final class Hopper implements Task {
  private static final double STAND_HEIGHT = 0.6;

  private final Simulation simulation;
  private final RandomJoints joints;
  private final int torso;
  private final int foot;
  private final int toe;
  private final int heel;

  public Hopper(Simulation simulation) {
    this.simulation = simulation;
    Model model = simulation.model();
    joints = RandomJoints.all(simulation);
    torso = model.index(Element.BODY, "torso");
    foot = model.index(Element.BODY, "foot");
    toe = model.sensorAddress("touch_toe");
    heel = model.sensorAddress("touch_heel");
  }

  @Override
  public void begin(RandomStream random) {
    joints.draw(random);
  }

  @Override
  public List<Part> parts() {
    return List.of(
        new Part("position", simulation.model().nq() - 1),
        new Part("velocity", simulation.model().nv()),
        new Part("touch", 2));
  }

  @Override
  public void observe(double[] out, int offset) {
    int at = Numbers.rest(simulation.qpos(), 1, out, offset);
    at = Numbers.rest(simulation.qvel(), 0, out, at);
    out[at] = Math.log1p(simulation.sensors().get(toe));
    out[at + 1] = Math.log1p(simulation.sensors().get(heel));
  }

  @Override
  public double reward() {
    double height = simulation.bodyCentre(torso, 2) - simulation.bodyCentre(foot, 2);
    double idle = 0;
    DoubleBuffer ctrl = simulation.ctrl();
    for (int i = 0; i < ctrl.capacity(); i++) {
      idle += Tolerance.of(ctrl.get(i), 0, 0, 1, Kind.QUADRATIC, 0);
    }
    return Tolerance.inside(height, STAND_HEIGHT, 2) * (4 + idle / ctrl.capacity()) / 5;
  }
}
