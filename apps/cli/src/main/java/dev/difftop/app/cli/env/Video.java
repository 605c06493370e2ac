package dev.difftop.app.cli.env;

import dev.difftop.api.array.Array;
import dev.difftop.api.environment.Environment;
import dev.difftop.app.media.Gif;
import dev.difftop.app.media.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Records an episode of an environment as a video in real time. */
public final class Video implements Consumer<Environment> {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 214;

  /** Shortest time between images: more would only make the video larger. */
  private static final double FRAME_MILLIS = 30;

  private final List<Image> frames = new ArrayList<>();
  private final int every;
  private final int delayMillis;
  private boolean recording;
  private int steps;
  private Optional<String> problem = Optional.empty();

  private Video(boolean recording, double timestep) {
    this.recording = recording;
    this.every = (int) Math.max(1, Math.ceil(FRAME_MILLIS / (1000 * timestep) - 1e-6));
    this.delayMillis = (int) Math.round(1000 * every * timestep);
  }

  /** Of an environment with a camera; of another one, no frame. */
  public Video(Environment environment) {
    this(environment instanceof Environment.Camera, environment.spec().controlTimestep());
  }

  /** Records nothing. */
  public static Video none() {
    return new Video(false, 1);
  }

  @Override
  public void accept(Environment environment) {
    if (recording && steps++ % every == 0) {
      try {
        record(environment);
      } catch (RuntimeException | LinkageError e) {
        // A machine without a graphics library can still learn and measure.
        recording = false;
        frames.clear();
        problem = Optional.of(String.valueOf(e.getMessage()));
      }
    }
  }

  private void record(Environment environment) {
    Environment.Camera camera = (Environment.Camera) environment;
    Array pixels = camera.render(WIDTH, HEIGHT, camera.cameras().get(0));
    byte[] rgb = new byte[pixels.size()];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) pixels.get(i);
    }
    frames.add(new Image(WIDTH, HEIGHT, rgb));
  }

  /** Why there is no video, where there could be one. */
  public Optional<String> problem() {
    return problem;
  }

  /** Whether there is a frame. */
  public boolean isPresent() {
    return !frames.isEmpty();
  }

  /** Writes the frames; no file without one. */
  public void write(Path file) throws IOException {
    if (!frames.isEmpty()) {
      Gif.write(file, frames, delayMillis);
    }
  }
}
