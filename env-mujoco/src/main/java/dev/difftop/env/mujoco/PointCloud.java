package dev.difftop.env.mujoco;

import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;

/**
 * Points from distances: every pixel of an image of distances is a point in the camera's frame (x
 * to the right, y up, z towards the viewer), moved to the frame asked for, kept if it is inside the
 * box and nearer than the far plane.
 */
final class PointCloud {
  private static final double NEARLY_FAR = 0.999;

  private final ViewConfig.Points config;
  private final int camera;
  private final int site;
  private final double focal;
  private final double far;

  /**
   * Clouds of a camera.
   *
   * @throws IllegalArgumentException on a camera or frame that the model has not, or a box that is
   *     none
   */
  PointCloud(ViewConfig.Points config, Model model, String camera) {
    this.config = config;
    this.camera = cameraNumber(model, camera);
    this.site =
        config.frame().equals("world") || config.frame().equals("camera")
            ? -1
            : model.index(Element.SITE, config.frame());
    requireBox(config.low(), "low");
    requireBox(config.high(), "high");
    double fovy = Math.toRadians(model.field("cam_fovy").values()[this.camera]);
    focal = config.height() / 2.0 / Math.tan(fovy / 2);
    far = NEARLY_FAR * model.farDistance();
  }

  private static int cameraNumber(Model model, String camera) {
    int count = model.count(Element.CAMERA);
    return model
        .find(Element.CAMERA, camera)
        .or(() -> Model.numberBelow(count, camera))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "points: no camera \"%s\" in the model; found %s"
                        .formatted(camera, model.names(Element.CAMERA))));
  }

  private static void requireBox(double[] corner, String name) {
    if (corner.length != 0 && corner.length != 3) {
      throw new IllegalArgumentException(
          "points: %s has %d numbers, expected 3 or none".formatted(name, corner.length));
    }
  }

  /**
   * The points.
   *
   * @param depth metres, shape (height, width), top row first, as drawn just now
   * @return shape (count, 3); zeros if there is no point
   */
  float[] of(Simulation simulation, float[] depth) {
    float[] kept = new float[3 * depth.length];
    double[] point = new double[3];
    int n = 0;
    for (int y = 0; y < config.height(); y++) {
      for (int x = 0; x < config.width(); x++) {
        double z = depth[y * config.width() + x];
        if (z < far) {
          point[0] = (x + 0.5 - config.width() / 2.0) * z / focal;
          point[1] = -(y + 0.5 - config.height() / 2.0) * z / focal;
          point[2] = -z;
          move(simulation, point);
          if (isInside(point)) {
            for (int axis = 0; axis < 3; axis++) {
              kept[3 * n + axis] = (float) point[axis];
            }
            n++;
          }
        }
      }
    }
    return take(kept, n);
  }

  private void move(Simulation simulation, double[] point) {
    if (config.frame().equals("camera")) {
      return;
    }
    simulation.fromCamera(camera, point);
    if (site >= 0) {
      simulation.toSite(site, point);
    }
  }

  private boolean isInside(double[] point) {
    for (int axis = 0; axis < 3; axis++) {
      boolean below = config.low().length > 0 && point[axis] < config.low()[axis];
      boolean above = config.high().length > 0 && point[axis] > config.high()[axis];
      if (below || above) {
        return false;
      }
    }
    return true;
  }

  /** Evenly spread over those there are. */
  private float[] take(float[] points, int n) {
    float[] taken = new float[3 * config.count()];
    for (int i = 0; i < config.count() && n > 0; i++) {
      int from = n >= config.count() ? (int) ((long) i * n / config.count()) : i % n;
      System.arraycopy(points, 3 * from, taken, 3 * i, 3);
    }
    return taken;
  }
}
