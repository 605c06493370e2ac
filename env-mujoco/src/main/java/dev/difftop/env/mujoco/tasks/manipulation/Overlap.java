package dev.difftop.env.mujoco.tasks.manipulation;

/**
 * The area that two rectangles in a plane share, by clipping one at the sides of the other
 * (Sutherland and Hodgman). Makes no objects after it was made.
 */
final class Overlap {
  private static final int MOST_CORNERS = 8;

  private double[] corners = new double[2 * MOST_CORNERS];
  private double[] clipped = new double[2 * MOST_CORNERS];
  private int count;

  /**
   * A rectangle along the axes of its frame.
   *
   * @param x middle
   * @param y middle
   * @param halfX half its width
   * @param halfY half its height
   */
  record Rectangle(double x, double y, double halfX, double halfY) {
    double area() {
      return 4 * halfX * halfY;
    }
  }

  /**
   * The shared area.
   *
   * @param moved in a frame that lies at (x, y), turned by an angle of that cosine and sine
   */
  double area(Rectangle fixed, Rectangle moved, double x, double y, double cosine, double sine) {
    count = 0;
    for (int i = 0; i < 4; i++) {
      double px = moved.x() + (i == 1 || i == 2 ? moved.halfX() : -moved.halfX());
      double py = moved.y() + (i >= 2 ? moved.halfY() : -moved.halfY());
      corners[2 * count] = x + cosine * px - sine * py - fixed.x();
      corners[2 * count + 1] = y + sine * px + cosine * py - fixed.y();
      count++;
    }
    for (int side = -1; side <= 1; side += 2) {
      clip(0, side, fixed.halfX());
      clip(1, side, fixed.halfY());
    }
    return shoelace();
  }

  /** Keeps the part of the polygon with {@code side * coordinate <= half}. */
  private void clip(int axis, int side, double half) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int next = 2 * ((i + 1) % count);
      double here = half - side * corners[2 * i + axis];
      double there = half - side * corners[next + axis];
      if (here >= 0) {
        clipped[2 * kept] = corners[2 * i];
        clipped[2 * kept + 1] = corners[2 * i + 1];
        kept++;
      }
      if (here > 0 && there < 0 || here < 0 && there > 0) {
        double along = here / (here - there);
        clipped[2 * kept] = corners[2 * i] + along * (corners[next] - corners[2 * i]);
        clipped[2 * kept + 1] =
            corners[2 * i + 1] + along * (corners[next + 1] - corners[2 * i + 1]);
        kept++;
      }
    }
    double[] old = corners;
    corners = clipped;
    clipped = old;
    count = kept;
  }

  private double shoelace() {
    double twice = 0;
    for (int i = 0; i < count; i++) {
      int next = 2 * ((i + 1) % count);
      twice += corners[2 * i] * corners[next + 1] - corners[next] * corners[2 * i + 1];
    }
    return twice / 2;
  }
}
