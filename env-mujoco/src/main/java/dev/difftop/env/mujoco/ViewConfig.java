package dev.difftop.env.mujoco;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import java.util.Optional;

/** What is observed beside, or in place of, the task's own numbers. */
public record ViewConfig(
    @Doc("whether the task's own observations are among them") @Default("true") boolean state,
    @Doc("images, observed as pixels: uint8 (height, width, 3 stack), the newest last")
        Optional<Pixels> pixels,
    @Doc("distances in metres, observed as depth: float32 (height, width)") Optional<Depth> depth,
    @Doc("points in metres, observed as points: float32 (count, 3)") Optional<Points> points) {

  /** Images in colour. */
  public record Pixels(
      @Doc("pixels") @Range(min = 1, max = 4096) @Default("84") int width,
      @Doc("pixels") @Range(min = 1, max = 4096) @Default("84") int height,
      @Doc("name or number of the camera; task: its own") @Default("task") String camera,
      @Doc("how many images of successive steps are observed together")
          @Range(min = 1, max = 64)
          @Default("1")
          int stack) {}

  /** Distances from the plane of the camera. */
  public record Depth(
      @Doc("pixels") @Range(min = 1, max = 4096) @Default("84") int width,
      @Doc("pixels") @Range(min = 1, max = 4096) @Default("84") int height,
      @Doc("name or number of the camera; task: its own") @Default("task") String camera) {}

  /** A cloud of points, from distances. */
  public record Points(
      @Doc("pixels of the image that it is made from") @Range(min = 1, max = 4096) @Default("84")
          int width,
      @Doc("pixels") @Range(min = 1, max = 4096) @Default("84") int height,
      @Doc("name or number of a camera of the model; task: its own") @Default("task") String camera,
      @Doc("N, how many points; evenly taken from those there are, repeated if they are fewer")
          @Range(min = 1, max = 1_000_000)
          @Default("512")
          int count,
      @Doc("frame of the points and of the box: world, camera (z towards the viewer), or a site")
          @Default("world")
          String frame,
      @Doc("lower corner of the box that points are taken from; empty for none") @Default("[]")
          double[] low,
      @Doc("upper corner of the box; empty for none") @Default("[]") double[] high) {}

  /** The task's own observations alone. */
  public static ViewConfig stateAlone() {
    return new ViewConfig(true, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Whether anything has to be drawn. */
  boolean draws() {
    return pixels.isPresent() || depth.isPresent() || points.isPresent();
  }
}
