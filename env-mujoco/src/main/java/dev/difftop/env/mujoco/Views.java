package dev.difftop.env.mujoco;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.env.mujoco.physics.Renderer;
import dev.difftop.env.mujoco.physics.Simulation;
import java.util.LinkedHashMap;
import java.util.Map;

/** Images, distances and points that are observed, with the stack of the last images. */
final class Views {
  private static final int CHANNELS = 3;

  private final ViewConfig config;
  private final Simulation simulation;
  private final Renderer renderer;
  private final String camera;
  private final PointCloud cloud;
  private final byte[][] frames;

  /**
   * The views of a simulation.
   *
   * @param camera the one that is used where none is named
   * @throws IllegalArgumentException on an unknown camera or frame, or a box without sense
   */
  Views(ViewConfig config, Simulation simulation, Renderer renderer, String camera) {
    this.config = config;
    this.simulation = simulation;
    this.renderer = renderer;
    this.camera = camera;
    config.pixels().ifPresent(p -> renderer.requireCamera(or(p.camera())));
    config.depth().ifPresent(d -> renderer.requireCamera(or(d.camera())));
    cloud =
        config
            .points()
            .map(p -> new PointCloud(p, simulation.model(), or(p.camera())))
            .orElse(null);
    frames =
        config
            .pixels()
            .map(p -> new byte[p.stack()][p.width() * p.height() * CHANNELS])
            .orElse(new byte[0][]);
  }

  private String or(String named) {
    return named.isEmpty() || named.equals("task") ? camera : named;
  }

  /** Names, shapes and formats. */
  Map<String, Observable> observables() {
    Map<String, Observable> all = new LinkedHashMap<>();
    config
        .pixels()
        .ifPresent(
            p ->
                all.put(
                    "pixels",
                    new Observable(
                        Shape.of(p.height(), p.width(), CHANNELS * p.stack()), DType.UINT8)));
    config
        .depth()
        .ifPresent(
            d -> all.put("depth", new Observable(Shape.of(d.height(), d.width()), DType.FLOAT32)));
    config
        .points()
        .ifPresent(p -> all.put("points", new Observable(Shape.of(p.count(), 3), DType.FLOAT32)));
    return all;
  }

  /** Something new begins, with no past: the stack holds the present image alone. */
  void begin() {
    if (frames.length > 0) {
      look();
      for (int i = 0; i < frames.length - 1; i++) {
        System.arraycopy(frames[frames.length - 1], 0, frames[i], 0, frames[i].length);
      }
    }
  }

  /** A step was taken: the oldest image makes room for a new one. */
  void advance() {
    if (frames.length > 0) {
      byte[] oldest = frames[0];
      System.arraycopy(frames, 1, frames, 0, frames.length - 1);
      frames[frames.length - 1] = oldest;
    }
  }

  private void look() {
    ViewConfig.Pixels p = config.pixels().orElseThrow();
    renderer.color(simulation, p.width(), p.height(), or(p.camera()), frames[frames.length - 1], 0);
  }

  /** Adds what is seen at the present state. */
  void observe(Map<String, Array> out) {
    config.pixels().ifPresent(p -> out.put("pixels", stacked(p)));
    config
        .depth()
        .ifPresent(
            d ->
                out.put(
                    "depth", renderer.depth(simulation, d.width(), d.height(), or(d.camera()))));
    config.points().ifPresent(p -> out.put("points", points(p)));
  }

  private Array stacked(ViewConfig.Pixels p) {
    look();
    int channels = CHANNELS * frames.length;
    byte[] all = new byte[p.width() * p.height() * channels];
    for (int frame = 0; frame < frames.length; frame++) {
      for (int i = 0; i < frames[frame].length; i++) {
        all[i / CHANNELS * channels + frame * CHANNELS + i % CHANNELS] = frames[frame][i];
      }
    }
    return Array.of(all, p.height(), p.width(), channels);
  }

  private Array points(ViewConfig.Points p) {
    float[] depth = renderer.depth(simulation, p.width(), p.height(), or(p.camera())).toFloats();
    return Array.of(cloud.of(simulation, depth), p.count(), 3);
  }
}
