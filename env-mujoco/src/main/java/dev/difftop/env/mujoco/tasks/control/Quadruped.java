package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Numbers;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import dev.difftop.env.mujoco.tasks.definition.Tolerance.Kind;
import java.nio.DoubleBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Four legs of four joints, three of them driven; the reward is speed forward while upright. */
public final class Quadruped implements Task {
  /** The resource of its model. */
  /** The camera from the side. */
  public static final int CAMERA = 2;

  /** Sites of the official model's rangefinders, eyes and other tasks. */
  public static final String UNUSED_SITES = "(?!torso$|toe_.*).*";

  private static final double RUN_FLOOR = 100;
  private static final double WALK_SPEED = 0.5;
  private static final double RUN_SPEED = 5;
  private static final double LIFT = 0.01;
  private static final int MOST_LIFTS = 10000;
  private static final int HINGE = 3;
  private static final int QUATERNION = 3;
  private static final List<String> LEGS =
      List.of("front_left", "front_right", "back_right", "back_left");

  private final Simulation simulation;
  private final double speed;
  private final int torso;
  private final int velocity;
  private final int accelerometer;
  private final int gyro;
  private final int[] forces;
  private final int[] angles;
  private final int[] rates;

  private Quadruped(Simulation simulation, double speed) {
    this.simulation = simulation;
    this.speed = speed;
    Model model = simulation.model();
    torso = model.index(Element.BODY, "torso");
    velocity = model.sensorAddress("velocimeter");
    accelerometer = model.sensorAddress("imu_accel");
    gyro = model.sensorAddress("imu_gyro");
    forces =
        IntStream.range(0, 2 * LEGS.size()).map(i -> model.sensorAddress(forceSensor(i))).toArray();
    angles = hinges(model, "jnt_qposadr");
    rates = hinges(model, "jnt_dofadr");
  }

  private static String forceSensor(int i) {
    return (i < LEGS.size() ? "force_toe_" : "torque_toe_") + LEGS.get(i % LEGS.size());
  }

  private static int[] hinges(Model model, String address) {
    double[] types = model.field("jnt_type").values();
    double[] addresses = model.field(address).values();
    return IntStream.range(0, types.length)
        .filter(i -> types[i] == HINGE)
        .map(i -> (int) addresses[i])
        .toArray();
  }

  public static Task walk(Simulation simulation) {
    return new Quadruped(simulation, WALK_SPEED);
  }

  public static Task run(Simulation simulation) {
    int floor = simulation.model().index(Element.GEOM, "floor");
    simulation.ownParameter("geom_size").put(3 * floor, RUN_FLOOR).put(3 * floor + 1, RUN_FLOOR);
    return new Quadruped(simulation, RUN_SPEED);
  }

  @Override
  public void begin(RandomStream random) {
    turn(random);
    for (int i = 0; i < MOST_LIFTS; i++) {
      simulation.qpos().put(2, i * LIFT);
      simulation.forwardWithoutActuation();
      if (simulation.contacts() == 0) {
        return;
      }
    }
    throw new MujocoException("no height without contact was found up to " + MOST_LIFTS * LIFT);
  }

  /** A random orientation at the origin. */
  private void turn(RandomStream random) {
    DoubleBuffer qpos = simulation.qpos();
    double[] quaternion = new double[4];
    double norm = 0;
    for (int i = 0; i < quaternion.length; i++) {
      quaternion[i] = random.nextGaussian();
      norm += quaternion[i] * quaternion[i];
    }
    for (int i = 0; i < quaternion.length; i++) {
      qpos.put(QUATERNION + i, quaternion[i] / Math.sqrt(norm));
    }
    qpos.put(0, 0);
    qpos.put(1, 0);
  }

  @Override
  public List<Part> parts() {
    return List.of(
        new Part("egocentric_state", 2 * angles.length + simulation.model().na()),
        new Part("torso_velocity", 3),
        new Part("torso_upright", 1),
        new Part("imu", 6),
        new Part("force_torque", 3 * forces.length));
  }

  @Override
  public void observe(double[] out, int offset) {
    int at = offset;
    for (int angle : angles) {
      out[at++] = simulation.qpos().get(angle);
    }
    for (int rate : rates) {
      out[at++] = simulation.qvel().get(rate);
    }
    at = Numbers.rest(simulation.act(), 0, out, at);
    at = Numbers.some(simulation.sensors(), velocity, 3, out, at);
    out[at++] = simulation.bodyRotation(torso, 2, 2);
    at = Numbers.some(simulation.sensors(), accelerometer, 3, out, at);
    at = Numbers.some(simulation.sensors(), gyro, 3, out, at);
    for (int force : forces) {
      for (int i = 0; i < 3; i++) {
        out[at++] = arsinh(simulation.sensors().get(force + i));
      }
    }
  }

  /** The area hyperbolic sine, exact to rounding also near 0. */
  private static double arsinh(double x) {
    double a = Math.abs(x);
    double result = Math.log1p(a + a * a / (1 + Math.sqrt(1 + a * a)));
    return Math.copySign(result, x);
  }

  @Override
  public double reward() {
    double infinity = Double.POSITIVE_INFINITY;
    double upright =
        Tolerance.of(simulation.bodyRotation(torso, 2, 2), 1, infinity, 2, Kind.LINEAR, 0);
    double found = simulation.sensors().get(velocity);
    return upright * Tolerance.of(found, speed, infinity, speed, Kind.LINEAR, 0.5);
  }
}
