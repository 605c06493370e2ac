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

/** Looks at an environment during an episode, and makes a video that plays as fast as it was. */
public final class Video implements Consumer<Environment> {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 214;

  /** Shortest time between images: more would only make the video larger. */
  private static final double FRAME_MILLIS = 30;

  private final List<Image> frames = new ArrayList<>();
  private final int every;
  private final int delayMillis;
  private boolean looking;
  private int steps;
  private Optional<String> problem = Optional.empty();

  private Video(boolean looking, double timestep) {
    this.looking = looking;
    this.every = (int) Math.max(1, Math.ceil(FRAME_MILLIS / (1000 * timestep) - 1e-6));
    this.delayMillis = (int) Math.round(1000 * every * timestep);
  }

  /** Of an environment, if it can be looked at. */
  public Video(Environment environment) {
    this(environment instanceof Environment.Camera, environment.spec().controlTimestep());
  }

  /** Looks at nothing. */
  public static Video none() {
    return new Video(false, 1);
  }

  @Override
  public void accept(Environment environment) {
    if (looking && steps++ % every == 0) {
      try {
        look(environment);
      } catch (RuntimeException | LinkageError e) {
        // A machine without a graphics library can still learn and measure.
        looking = false;
        frames.clear();
        problem = Optional.of(String.valueOf(e.getMessage()));
      }
    }
  }

  private void look(Environment environment) {
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

  /** Writes what was seen; nothing if nothing was. */
  public void write(Path file) throws IOException {
    if (!frames.isEmpty()) {
      Gif.write(file, frames, delayMillis);
    }
  }
}
