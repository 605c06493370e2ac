package dev.difftop.env.mujoco.tasks.manipulation;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Expert;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.StateCheck;
import dev.difftop.env.mujoco.tasks.manipulation.Overlap.Rectangle;
import java.util.ArrayList;
import java.util.List;

/**
 * Pushes the T of {@code push-t} by a feedback law: the action is a deterministic function of the
 * present state, without random decisions and without memory, so that it can be imitated.
 *
 * <p>While the finger touches the T, it pushes along the normal as long as that moves the T well
 * towards its goal. Otherwise it goes around the T on a circle to the best contact and comes in
 * along its normal. A push at p along n moves a T on a table with dry friction by the twist (n, p ×
 * n / c²), with the ellipsoid as the limit surface and c the ratio of friction moment and force
 * (Lynch and Mason, "Stable pushing", 1996, section 3); the best contact is the one whose twist has
 * the largest cosine with the error, in the norm of that ellipsoid.
 */
final class ScriptedPusher implements Expert {
  private static final int STATE = 10;
  private static final int FINGER = 3;

  /** Distance from the outline, in metres, below which the finger counts as touching it. */
  private static final double TOUCHING = 0.004;

  /** Least cosine between push and error with which a contact is kept. */
  private static final double KEEP = 0.35;

  /** How far beside the line of the best contact the finger may be to come in. */
  private static final double CORRIDOR = 0.006;

  /** Distance of the contacts that are considered from the ends of a side. */
  private static final double INSET = 0.004;

  private static final int CONTACTS = 7;

  /** The way around is wider than where the finger is free, in metres. */
  private static final double CLEARANCE = 0.003;

  /** Metres of error from which on it pushes at full speed. */
  private static final double SLOW = 0.03;

  /** Fraction of full speed of the slowest push. */
  private static final double SLOWEST = 0.15;

  /** Largest coordinate of a place where the finger goes is so far from the end of its joints. */
  private static final double MARGIN = 0.01;

  /** A place on the outline and the inward normal, in the frame of the T. */
  private record Contact(double x, double y, double nx, double ny) {}

  private final Tee tee;
  private final List<Contact> contacts = new ArrayList<>();
  private final double fingerRadius;
  private final double circle;
  private final double reach;

  /** Metres that the finger moves in a step with action 1. */
  private final double stride;

  /** Ratio of friction moment and friction force, metres. */
  private final double lever;

  /**
   * An expert for a model.
   *
   * @param physicsSteps per control step, as in the task
   * @throws dev.difftop.env.mujoco.physics.ModelException if the model has no such T or finger
   */
  ScriptedPusher(Model model, int physicsSteps) {
    StateCheck.require(model, "tee_x", "tee_y", "tee_turn", "finger_x", "finger_y");
    try (Simulation simulation = new Simulation(model)) {
      tee = new Tee(simulation);
    }
    fingerRadius = PushT.fingerRadius(model);
    circle = PushT.freeRadius(tee, model) + CLEARANCE;
    reach = model.field("jnt_range").at(model.index(Element.JOINT, "finger_x"), 1) - MARGIN;
    double fullSpeed =
        model.field("actuator_ctrlrange").at(model.index(Element.ACTUATOR, "finger_x"), 1);
    stride = fullSpeed * physicsSteps * model.timestep();
    double[] friction = model.field("dof_frictionloss").values();
    lever = friction[2] / friction[0];
    addContacts();
  }

  /** Along all sides of both boxes, without those where the other box is in the way. */
  private void addContacts() {
    Rectangle[] boxes = tee.boxes();
    for (int b = 0; b < boxes.length; b++) {
      Rectangle box = boxes[b];
      for (int side = 0; side < 4; side++) {
        double nx = side == 0 ? 1 : side == 1 ? -1 : 0;
        double ny = side == 2 ? 1 : side == 3 ? -1 : 0;
        double length = (nx == 0 ? box.halfX() : box.halfY()) - INSET;
        for (int i = 0; i < CONTACTS; i++) {
          double along = length * (2.0 * i / (CONTACTS - 1) - 1);
          double x = box.x() + (nx == 0 ? along : nx * box.halfX());
          double y = box.y() + (ny == 0 ? along : ny * box.halfY());
          double away = fingerRadius + 0.001;
          if (outside(boxes[1 - b], x + away * nx, y + away * ny)) {
            contacts.add(new Contact(x, y, -nx, -ny));
          }
        }
      }
    }
  }

  /** Whether a finger there is clear of a box. */
  private boolean outside(Rectangle box, double x, double y) {
    double dx = Math.max(0, Math.abs(x - box.x()) - box.halfX());
    double dy = Math.max(0, Math.abs(y - box.y()) - box.halfY());
    return Math.hypot(dx, dy) > fingerRadius;
  }

  @Override
  public void begin(RandomStream random) {
    // It makes no random decisions.
  }

  /** The present situation in the frame of the T: the error to be made up for, and the finger. */
  private final class Situation {
    final double cosine;
    final double sine;
    final double ex;
    final double ey;
    final double turn;
    final double error;
    final double fx;
    final double fy;

    Situation(double[] state) {
      cosine = Math.cos(state[2]);
      sine = Math.sin(state[2]);
      double gx = tee.goalX() - state[0];
      double gy = tee.goalY() - state[1];
      ex = cosine * gx + sine * gy;
      ey = -sine * gx + cosine * gy;
      turn = Math.IEEEremainder(tee.goalAngle() - state[2], 2 * Math.PI);
      error = Math.sqrt(ex * ex + ey * ey + lever * lever * turn * turn);
      double dx = state[FINGER] - state[0];
      double dy = state[FINGER + 1] - state[1];
      fx = cosine * dx + sine * dy;
      fy = -sine * dx + cosine * dy;
    }

    /** Cosine between the twist of a push and the error. */
    double score(Contact at) {
      double moment = (at.x() * at.ny() - at.y() * at.nx()) / lever;
      double along = ex * at.nx() + ey * at.ny() + lever * turn * moment;
      return along / (error * Math.sqrt(1 + moment * moment));
    }

    /** An action from a direction in the frame of the T. */
    double[] action(double x, double y) {
      double wx = cosine * x - sine * y;
      double wy = sine * x + cosine * y;
      double scale = 1 / Math.max(1, Math.max(Math.abs(wx), Math.abs(wy)));
      return new double[] {scale * wx, scale * wy};
    }

    /** Towards a place in the frame of the T, slower close to it. */
    double[] towards(double x, double y) {
      double dx = x - fx;
      double dy = y - fy;
      double distance = Math.max(1e-9, Math.hypot(dx, dy));
      double speed = Math.min(1, distance / (1.5 * stride)) / distance;
      return action(speed * dx, speed * dy);
    }

    /** Where the finger touches the T, or nearly; null if nowhere. */
    Contact touched() {
      Contact nearest = null;
      double least = fingerRadius + TOUCHING;
      for (Rectangle box : tee.boxes()) {
        double x = Math.max(box.x() - box.halfX(), Math.min(box.x() + box.halfX(), fx));
        double y = Math.max(box.y() - box.halfY(), Math.min(box.y() + box.halfY(), fy));
        double distance = Math.hypot(fx - x, fy - y);
        if (distance < least && distance > 0) {
          least = distance;
          nearest = new Contact(x, y, (x - fx) / distance, (y - fy) / distance);
        }
      }
      return nearest;
    }

    double speed() {
      return Math.max(SLOWEST, Math.min(1, error / SLOW));
    }
  }

  @Override
  public double[] act(double[] state) {
    StateCheck.requireLength("push-t", state, STATE);
    if (tee.coverage(state[0], state[1], state[2]) >= Tee.ENOUGH + 0.02) {
      return new double[2];
    }
    Situation now = new Situation(state);
    Contact touched = now.touched();
    if (touched != null && now.score(touched) > KEEP) {
      return now.action(now.speed() * touched.nx(), now.speed() * touched.ny());
    }
    return approach(now, best(now, state));
  }

  /** The best contact that the finger can come in to. */
  private Contact best(Situation now, double[] state) {
    Contact best = contacts.get(0);
    double most = Double.NEGATIVE_INFINITY;
    for (Contact contact : contacts) {
      double[] start = start(contact);
      double x = state[0] + now.cosine * start[0] - now.sine * start[1];
      double y = state[1] + now.sine * start[0] + now.cosine * start[1];
      boolean isReachable = Math.abs(x) < reach && Math.abs(y) < reach;
      double score = now.score(contact);
      if (isReachable && score > most) {
        most = score;
        best = contact;
      }
    }
    return best;
  }

  /** Where the line of a contact meets the circle around the T. */
  private double[] start(Contact at) {
    double inwards = at.x() * at.nx() + at.y() * at.ny();
    double beside = at.x() * at.x() + at.y() * at.y() - inwards * inwards;
    double free = inwards + Math.sqrt(Math.max(0, circle * circle - beside));
    return new double[] {at.x() - free * at.nx(), at.y() - free * at.ny()};
  }

  /** Comes in on the line of the contact; off it, backs away from the T and goes around. */
  private double[] approach(Situation now, Contact to) {
    double rx = now.fx - to.x();
    double ry = now.fy - to.y();
    double beside = to.nx() * ry - to.ny() * rx;
    boolean isOutside = rx * to.nx() + ry * to.ny() < 0;
    if (Math.abs(beside) < CORRIDOR && isOutside) {
      double gap = -(rx * to.nx() + ry * to.ny()) - fingerRadius;
      double speed = Math.max(Math.min(1, gap / (1.5 * stride)), Math.min(now.speed(), 0.5));
      double back = -beside / (2 * stride);
      return now.action(speed * to.nx() - back * to.ny(), speed * to.ny() + back * to.nx());
    }
    double radius = Math.max(1e-9, Math.hypot(now.fx, now.fy));
    if (radius < circle - 0.012) {
      return now.towards(circle * now.fx / radius, circle * now.fy / radius);
    }
    double[] start = start(to);
    double here = Math.atan2(now.fy, now.fx);
    double turn = Math.IEEEremainder(Math.atan2(start[1], start[0]) - here, 2 * Math.PI);
    if (Math.abs(turn) < 0.15) {
      return now.towards(start[0], start[1]);
    }
    double ahead = here + Math.copySign(Math.min(Math.abs(turn), 0.25), turn);
    return now.towards(circle * Math.cos(ahead), circle * Math.sin(ahead));
  }

  @Override
  public void close() {
    // It owns nothing.
  }
}
