package dev.difftop.env.mujoco.tasks.manipulation;

import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.manipulation.Overlap.Rectangle;

/** The T of {@code push-t}: its two boxes, where it shall lie, and how much of it lies there. */
final class Tee {
  /** Share of the painted T that has to be covered. */
  static final double ENOUGH = 0.9;

  private static final String[] BOXES = {"bar", "stem"};

  private final Rectangle[] boxes = new Rectangle[BOXES.length];
  private final double area;
  private final double goalX;
  private final double goalY;
  private final double goalCosine;
  private final double goalSine;
  private final Overlap overlap = new Overlap();

  /**
   * That of a model.
   *
   * @throws dev.difftop.env.mujoco.physics.ModelException if the model has no such T
   */
  Tee(Simulation simulation) {
    Model model = simulation.model();
    double sum = 0;
    for (int i = 0; i < BOXES.length; i++) {
      int geom = model.index(Element.GEOM, BOXES[i]);
      Model.Field place = model.field("geom_pos");
      Model.Field size = model.field("geom_size");
      boxes[i] =
          new Rectangle(place.at(geom, 0), place.at(geom, 1), size.at(geom, 0), size.at(geom, 1));
      sum += boxes[i].area();
    }
    area = sum;
    int goal = model.index(Element.BODY, "goal");
    Model.Field position = model.field("body_pos");
    goalX = position.at(goal, 0);
    goalY = position.at(goal, 1);
    double w = model.field("body_quat").at(goal, 0);
    double z = model.field("body_quat").at(goal, 3);
    goalCosine = w * w - z * z;
    goalSine = 2 * w * z;
  }

  Rectangle[] boxes() {
    return boxes;
  }

  /** Where the painted T is, x. */
  double goalX() {
    return goalX;
  }

  /** Where the painted T is, y. */
  double goalY() {
    return goalY;
  }

  /** The angle of the painted T, radians. */
  double goalAngle() {
    return Math.atan2(goalSine, goalCosine);
  }

  /** Distance in metres of its outermost corner from the middle that it turns about. */
  double radius() {
    double farthest = 0;
    for (Rectangle box : boxes) {
      farthest =
          Math.max(
              farthest,
              Math.hypot(Math.abs(box.x()) + box.halfX(), Math.abs(box.y()) + box.halfY()));
    }
    return farthest;
  }

  /** Share of the painted T that a T at (x, y), turned by an angle in radians, covers: 0 to 1. */
  double coverage(double x, double y, double angle) {
    double dx = x - goalX;
    double dy = y - goalY;
    double localX = goalCosine * dx + goalSine * dy;
    double localY = -goalSine * dx + goalCosine * dy;
    double cosine = goalCosine * Math.cos(angle) + goalSine * Math.sin(angle);
    double sine = goalCosine * Math.sin(angle) - goalSine * Math.cos(angle);
    double shared = 0;
    for (Rectangle fixed : boxes) {
      for (Rectangle moved : boxes) {
        shared += overlap.area(fixed, moved, localX, localY, cosine, sine);
      }
    }
    return shared / area;
  }

  /**
   * How far a T is from where it shall lie, in metres: distance of two points of it, 5 cm from the
   * middle between its boxes, root of the mean square.
   */
  double distance(double x, double y, double angle) {
    double lever = 0.05;
    double middle = -0.0225;
    double cosine = goalCosine * Math.cos(angle) + goalSine * Math.sin(angle);
    double mx = x - middle * Math.sin(angle) - (goalX - middle * goalSine);
    double my = y + middle * Math.cos(angle) - (goalY + middle * goalCosine);
    return Math.sqrt(mx * mx + my * my + 2 * lever * lever * (1 - cosine));
  }
}
