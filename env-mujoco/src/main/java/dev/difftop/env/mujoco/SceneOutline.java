package dev.difftop.env.mujoco;

import dev.difftop.api.environment.PlanarScene;
import dev.difftop.api.environment.PlanarScene.Area;
import dev.difftop.api.environment.PlanarScene.Kind;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * The geoms that stand on the ground, seen from above: those that collide are obstacles, those that
 * are named {@code goal} are goals. Boxes, cylinders and spheres, turned about the vertical alone.
 */
final class SceneOutline {
  private static final String GOAL = "goal";
  private static final int SPHERE = 2;
  private static final int CYLINDER = 5;
  private static final int BOX = 6;
  private static final int CORNERS = 40;

  private SceneOutline() {}

  static PlanarScene of(Model model) {
    List<Area> areas = new ArrayList<>();
    double[] bodies = model.field("geom_bodyid").values();
    double[] types = model.field("geom_type").values();
    double[] collides = model.field("geom_contype").values();
    for (int geom = 0; geom < types.length; geom++) {
      boolean isGoal = model.name(Element.GEOM, geom).filter(GOAL::equals).isPresent();
      boolean isShown = bodies[geom] == 0 && (isGoal || collides[geom] != 0);
      double[][] outline = isShown ? outline(model, geom, (int) types[geom]) : new double[0][];
      if (outline.length > 0) {
        areas.add(new Area(isGoal ? Kind.GOAL : Kind.OBSTACLE, outline));
      }
    }
    return new PlanarScene(areas);
  }

  private static double[][] outline(Model model, int geom, int type) {
    Model.Field place = model.field("geom_pos");
    Model.Field size = model.field("geom_size");
    double w = model.field("geom_quat").at(geom, 0);
    double z = model.field("geom_quat").at(geom, 3);
    double[][] corners =
        switch (type) {
          case SPHERE, CYLINDER -> disc(size.at(geom, 0));
          case BOX -> box(size.at(geom, 0), size.at(geom, 1));
          default -> new double[0][];
        };
    double cosine = w * w - z * z;
    double sine = 2 * w * z;
    for (double[] corner : corners) {
      double x = corner[0];
      double y = corner[1];
      corner[0] = place.at(geom, 0) + cosine * x - sine * y;
      corner[1] = place.at(geom, 1) + sine * x + cosine * y;
    }
    return corners;
  }

  private static double[][] box(double halfX, double halfY) {
    return new double[][] {{-halfX, -halfY}, {halfX, -halfY}, {halfX, halfY}, {-halfX, halfY}};
  }

  private static double[][] disc(double radius) {
    double[][] corners = new double[CORNERS][];
    for (int i = 0; i < CORNERS; i++) {
      double angle = 2 * Math.PI * i / CORNERS;
      corners[i] = new double[] {radius * Math.cos(angle), radius * Math.sin(angle)};
    }
    return corners;
  }
}
