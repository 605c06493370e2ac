package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import dev.difftop.env.mujoco.tasks.definition.Tolerance.Kind;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A pole on a cart that a motor pushes along a rail. Observed: position (cart, cosine and sine of
 * the pole's angle, upright is 0) and velocity (cart, pole). The graded reward is near 1 when the
 * pole is upright, the cart in the middle, the motor idle and the pole stationary; the sparse one
 * is 1 when the pole is upright and the cart near the middle, else 0.
 */
public final class Cartpole implements Task {
  /** Cosine of the pole's angle below which it has fallen: 37 degrees. */
  private static final double FALLEN = 0.8;

  private final Simulation simulation;
  private final int pole;
  private final boolean sparse;
  private final boolean falls;
  private final BiConsumer<Simulation, RandomStream> initialPosition;

  private Cartpole(
      Simulation simulation,
      boolean sparse,
      boolean falls,
      BiConsumer<Simulation, RandomStream> initialPosition) {
    this.simulation = simulation;
    this.sparse = sparse;
    this.falls = falls;
    this.initialPosition = initialPosition;
    pole = simulation.model().index(Element.BODY, "pole_1");
  }

  /** From near upright. */
  public static Task balance(Simulation simulation) {
    return balance(simulation, false);
  }

  /** From near upright; a fall of the pole ends the episode. Not part of the control suite. */
  public static Task balanceTerminating(Simulation simulation) {
    return balance(simulation, true);
  }

  private static Task balance(Simulation simulation, boolean falls) {
    return new Cartpole(
        simulation,
        false,
        falls,
        (world, random) -> {
          world.qpos().put(0, random.nextDouble(-0.1, 0.1));
          world.qpos().put(1, random.nextDouble(-0.034, 0.034));
        });
  }

  /** From hanging. */
  public static Task swingup(Simulation simulation) {
    return swingup(simulation, false);
  }

  /** From hanging, with the sparse reward. */
  public static Task swingupSparse(Simulation simulation) {
    return swingup(simulation, true);
  }

  private static Task swingup(Simulation simulation, boolean sparse) {
    return new Cartpole(
        simulation,
        sparse,
        false,
        (world, random) -> {
          world.qpos().put(0, 0.01 * random.nextGaussian());
          world.qpos().put(1, Math.PI + 0.01 * random.nextGaussian());
        });
  }

  @Override
  public void begin(RandomStream random) {
    initialPosition.accept(simulation, random);
    simulation.qvel().put(0, 0.01 * random.nextGaussian());
    simulation.qvel().put(1, 0.01 * random.nextGaussian());
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part("position", 3), new Part("velocity", 2));
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = simulation.qpos().get(0);
    out[offset + 1] = uprightness();
    out[offset + 2] = simulation.bodyRotation(pole, 0, 2);
    out[offset + 3] = simulation.qvel().get(0);
    out[offset + 4] = simulation.qvel().get(1);
  }

  @Override
  public double reward() {
    return sparse ? rewardOfTheGoal() : gradedReward();
  }

  @Override
  public boolean isTerminal() {
    return falls && uprightness() < FALLEN;
  }

  private double rewardOfTheGoal() {
    return Tolerance.inside(simulation.qpos().get(0), -0.25, 0.25)
        * Tolerance.inside(uprightness(), 0.995, 1);
  }

  private double gradedReward() {
    double upright = (uprightness() + 1) / 2;
    double centred = (1 + Tolerance.nearZero(simulation.qpos().get(0), 2)) / 2;
    double effort = Tolerance.of(simulation.ctrl().get(0), 0, 0, 1, Kind.QUADRATIC, 0);
    double idle = (4 + effort) / 5;
    double still = (1 + Tolerance.nearZero(simulation.qvel().get(1), 5)) / 2;
    return upright * centred * idle * still;
  }

  private double uprightness() {
    return simulation.bodyRotation(pole, 2, 2);
  }
}
