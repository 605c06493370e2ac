package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;

/**
 * Random joint positions as the control suite draws them, in the order of the model: a limited
 * hinge or slide uniformly within its range, an unlimited hinge uniformly over the full turn;
 * unlimited slides and free joints stay where they are.
 */
final class RandomJoints {
  private static final int SLIDE = 2;
  private static final int HINGE = 3;

  private final Simulation simulation;
  private final int[] address;
  private final boolean[] drawn;
  private final double[] low;
  private final double[] high;

  RandomJoints(Simulation simulation, boolean onlyLimited) {
    this.simulation = simulation;
    Model model = simulation.model();
    int count = model.count(Element.JOINT);
    address = new int[count];
    drawn = new boolean[count];
    low = new double[count];
    high = new double[count];
    Model.Field type = model.field("jnt_type");
    Model.Field limited = model.field("jnt_limited");
    Model.Field range = model.field("jnt_range");
    Model.Field place = model.field("jnt_qposadr");
    for (int i = 0; i < count; i++) {
      boolean bounded = limited.values()[i] != 0;
      boolean hinge = type.values()[i] == HINGE;
      address[i] = (int) place.values()[i];
      drawn[i] = bounded && (hinge || type.values()[i] == SLIDE) || hinge && !onlyLimited;
      low[i] = bounded ? range.at(i, 0) : -Math.PI;
      high[i] = bounded ? range.at(i, 1) : Math.PI;
    }
  }

  /** All of them. */
  static RandomJoints all(Simulation simulation) {
    return new RandomJoints(simulation, false);
  }

  /** Only those with limits. */
  static RandomJoints limited(Simulation simulation) {
    return new RandomJoints(simulation, true);
  }

  /** Writes positions. */
  void draw(RandomStream random) {
    for (int i = 0; i < drawn.length; i++) {
      if (drawn[i]) {
        simulation.qpos().put(address[i], random.nextDouble(low[i], high[i]));
      }
    }
  }
}
