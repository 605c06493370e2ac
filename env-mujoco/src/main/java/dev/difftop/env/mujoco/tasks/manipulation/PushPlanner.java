package dev.difftop.env.mujoco.tasks.manipulation;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Expert;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.StateCheck;
import dev.difftop.env.mujoco.tasks.manipulation.Overlap.Rectangle;
import java.util.Optional;

/**
 * Demonstrates {@code push-t}: tries straight pushes, drawn at random, in a simulation of its own,
 * makes the one that brings the T nearest to where it shall lie, and plans again. Between two
 * pushes the finger backs off from the T, goes around it on a circle and comes in along the line of
 * the next push.
 */
final class PushPlanner implements Expert {
  private static final int CANDIDATES = 40;
  private static final int MOST_STEPS = 32;
  private static final int STATE = 10;
  private static final int FINGER = 3;

  /** Metres by which the way around the T is wider than where the finger is free. */
  private static final double CLEARANCE = 0.003;

  /** Metres that the finger keeps from the ends of its joints. */
  private static final double MARGIN = 0.01;

  /** From this distance to the T on, the finger has slowed down to the speed of the push. */
  private static final double BRAKING = 0.02;

  /** Metres of distance of the T that a second is worth. */
  private static final double TIME_PENALTY = 0.0015;

  /** How often the bar is pushed, by its share of the outline. */
  private static final double BAR_SHARE = 0.55;

  /** Radians between a push and the side that it meets. */
  private static final double MOST_SLANT = 0.5;

  private static final double[] SPEEDS = {1, 0.5, 0.25};

  /**
   * A straight push.
   *
   * @param startX where the finger comes in from, on the circle
   * @param startY the same
   * @param dx direction, of length 1
   * @param dy the same
   * @param free metres until the finger touches the T
   * @param speed fraction of full speed while it pushes
   */
  private record Push(
      double startX, double startY, double dx, double dy, double free, double speed) {}

  private final Simulation simulation;
  private final Tee tee;
  private final int physicsSteps;

  /** Seconds. */
  private final double controlStep;

  /** Metres per second of action 1. */
  private final double fullSpeed;

  private final double fingerRadius;

  /** Radius of the way around the T. */
  private final double circle;

  /** Largest coordinate of a place where the finger goes. */
  private final double reach;

  private RandomStream random = RandomStream.root(0);
  private Optional<Push> push = Optional.empty();
  private int stepsLeft;
  private boolean arrived;
  private int bestSteps;

  /**
   * A planner for simulations of a model.
   *
   * @param physicsSteps per control step, as in the task
   * @throws dev.difftop.env.mujoco.physics.ModelException if the model has no such T or finger
   */
  PushPlanner(Model model, int physicsSteps) {
    StateCheck.require(model, "tee_x", "tee_y", "tee_turn", "finger_x", "finger_y");
    this.physicsSteps = physicsSteps;
    controlStep = physicsSteps * model.timestep();
    fullSpeed = model.field("actuator_ctrlrange").at(model.index(Element.ACTUATOR, "finger_x"), 1);
    fingerRadius = PushT.fingerRadius(model);
    reach = model.field("jnt_range").at(model.index(Element.JOINT, "finger_x"), 1) - MARGIN;
    simulation = new Simulation(model);
    try {
      tee = new Tee(simulation);
      circle = PushT.freeRadius(tee, model) + CLEARANCE;
    } catch (RuntimeException e) {
      simulation.close();
      throw e;
    }
  }

  @Override
  public void begin(RandomStream own) {
    random = own;
    push = Optional.empty();
  }

  @Override
  public double[] act(double[] state) {
    StateCheck.requireLength("push-t", state, STATE);
    if (push.isEmpty() && tee.coverage(state[0], state[1], state[2]) < goodEnough()) {
      plan(state);
    }
    if (push.isEmpty()) {
      return new double[2];
    }
    return arrived(state) ? pushOn(state) : approach(state);
  }

  /** A little more than is asked for, so that the goal does not hang on rounding. */
  private static double goodEnough() {
    return Tee.ENOUGH + 0.02;
  }

  private boolean arrived(double[] state) {
    Push next = push.orElseThrow();
    arrived |= Math.hypot(next.startX() - state[FINGER], next.startY() - state[FINGER + 1]) < 0.006;
    return arrived;
  }

  private double[] pushOn(double[] state) {
    double[] action = action(push.orElseThrow(), state[FINGER], state[FINGER + 1]);
    if (--stepsLeft <= 0) {
      push = Optional.empty();
    }
    return action;
  }

  /** What the finger does on the line of a push: forward, and back to the line. */
  private double[] action(Push push, double x, double y) {
    double ax = x - push.startX();
    double ay = y - push.startY();
    double along = ax * push.dx() + ay * push.dy();
    double beside = push.dx() * ay - push.dy() * ax;
    double left = push.free() - along;
    double speed =
        left > BRAKING ? Math.min(1, Math.max(push.speed(), left / (2 * BRAKING))) : push.speed();
    double back = -0.3 * beside / (fullSpeed * controlStep);
    return new double[] {
      clamp(speed * push.dx() - back * push.dy()), clamp(speed * push.dy() + back * push.dx())
    };
  }

  private static double clamp(double v) {
    return Math.max(-1, Math.min(1, v));
  }

  /** Back off, around, and to where the push begins. */
  private double[] approach(double[] state) {
    Push next = push.orElseThrow();
    double fx = state[FINGER] - state[0];
    double fy = state[FINGER + 1] - state[1];
    double radius = Math.hypot(fx, fy);
    double here = Math.atan2(fy, fx);
    double there = Math.atan2(next.startY() - state[1], next.startX() - state[0]);
    double turn = Math.IEEEremainder(there - here, 2 * Math.PI);
    if (radius < circle - 0.012) {
      return towards(state, state[0] + circle * fx / radius, state[1] + circle * fy / radius);
    }
    double ahead = here + Math.copySign(Math.min(Math.abs(turn), 0.25), turn);
    if (Math.abs(turn) < 0.15) {
      return towards(state, next.startX(), next.startY());
    }
    return towards(state, state[0] + circle * Math.cos(ahead), state[1] + circle * Math.sin(ahead));
  }

  private double[] towards(double[] state, double x, double y) {
    double dx = x - state[FINGER];
    double dy = y - state[FINGER + 1];
    double distance = Math.max(Math.hypot(dx, dy), 1e-9);
    double speed = Math.min(1, distance / (1.5 * fullSpeed * controlStep)) / distance;
    return new double[] {clamp(speed * dx), clamp(speed * dy)};
  }

  private void plan(double[] state) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < CANDIDATES; i++) {
      Optional<Push> candidate = draw(state);
      if (candidate.isPresent()) {
        double cost = tryOut(candidate.get(), state);
        if (cost < best) {
          best = cost;
          push = candidate;
          stepsLeft = bestSteps;
        }
      }
    }
    arrived = false;
  }

  /** A push at a random place of the T's outline, empty if the finger cannot come in there. */
  private Optional<Push> draw(double[] state) {
    Rectangle box = tee.boxes()[random.nextDouble() < BAR_SHARE ? 0 : 1];
    int side = (int) (4 * random.nextDouble());
    double along = random.nextDouble(-0.95, 0.95);
    double slant = random.nextDouble(-MOST_SLANT, MOST_SLANT);
    double speed = SPEEDS[(int) (SPEEDS.length * random.nextDouble())];
    double nx = side == 0 ? 1 : side == 1 ? -1 : 0;
    double ny = side == 2 ? 1 : side == 3 ? -1 : 0;
    double px = box.x() + (nx == 0 ? along : nx) * box.halfX() + nx * fingerRadius;
    double py = box.y() + (ny == 0 ? along : ny) * box.halfY() + ny * fingerRadius;
    Push drawn = push(state, px, py, Math.atan2(-ny, -nx) + slant, speed);
    boolean reachable = Math.abs(drawn.startX()) < reach && Math.abs(drawn.startY()) < reach;
    return reachable ? Optional.of(drawn) : Optional.empty();
  }

  /**
   * The push that begins on the circle around the T.
   *
   * @param px where the finger is when it touches the T, in the T's frame
   * @param py the same
   * @param heading of the push in the T's frame, radians
   */
  private Push push(double[] state, double px, double py, double heading, double speed) {
    double cosine = Math.cos(state[2]);
    double sine = Math.sin(state[2]);
    double wx = cosine * px - sine * py;
    double wy = sine * px + cosine * py;
    double dx = Math.cos(state[2] + heading);
    double dy = Math.sin(state[2] + heading);
    double inwards = wx * dx + wy * dy;
    double free =
        inwards + Math.sqrt(Math.max(0, inwards * inwards + circle * circle - wx * wx - wy * wy));
    return new Push(state[0] + wx - free * dx, state[1] + wy - free * dy, dx, dy, free, speed);
  }

  /** The least cost along a push; leaves in {@code bestSteps} after how many steps that is. */
  private double tryOut(Push candidate, double[] state) {
    simulation.reset();
    for (int i = 0; i < 3; i++) {
      simulation.qpos().put(i, state[i]);
    }
    simulation.qpos().put(FINGER, candidate.startX()).put(FINGER + 1, candidate.startY());
    simulation.forward();
    double best = Double.POSITIVE_INFINITY;
    for (int step = 1; step <= MOST_STEPS; step++) {
      double[] action =
          action(candidate, simulation.qpos().get(FINGER), simulation.qpos().get(FINGER + 1));
      simulation.ctrl().put(0, fullSpeed * action[0]).put(1, fullSpeed * action[1]);
      if (simulation.controlStep(physicsSteps).isPresent()) {
        return best;
      }
      double cost =
          tee.distance(simulation.qpos().get(0), simulation.qpos().get(1), simulation.qpos().get(2))
              + TIME_PENALTY * step * controlStep;
      if (cost < best) {
        best = cost;
        bestSteps = step;
      }
    }
    return best;
  }

  @Override
  public void close() {
    simulation.close();
  }
}
