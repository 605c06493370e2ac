package dev.difftop.app.reference.bench;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** The files that {@code bench data} reads: made where they are missing, and kept. */
final class DatasetFiles {
  private static final int STEPS = 200;
  private static final int LOW_DIM_EPISODES = 200;
  private static final int IMAGE_EPISODES = 40;
  private static final int SIDE = 84;
  private static final int CHANNELS = 3;
  private static final int NOISE = 6;

  private final Path folder;
  private final Function<Path, Dataset.Writer> writer;

  /**
   * Files in a folder, which must be there.
   *
   * @param writer starts a new file
   */
  DatasetFiles(Path folder, Function<Path, Dataset.Writer> writer) {
    this.folder = folder;
    this.writer = writer;
  }

  /** 200 episodes of 200 rows of 40 numbers in seven arrays, as robomimic's {@code lift}. */
  Path lowDim() {
    return made("low_dim.hdf5", LOW_DIM_EPISODES, DatasetFiles::lowDimEpisode);
  }

  /** 40 episodes of 200 pictures, 169 MB before compression. */
  Path images() {
    return made("image.hdf5", IMAGE_EPISODES, DatasetFiles::imageEpisode);
  }

  private Path made(String name, int episodes, Function<Random, Map<String, Array>> episode) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      try (Dataset.Writer open = writer.apply(file)) {
        Random random = new Random(1);
        for (int i = 0; i < episodes; i++) {
          open.append(episode.apply(random));
        }
      }
    }
    return file;
  }

  private static Map<String, Array> lowDimEpisode(Random random) {
    Map<String, Array> arrays = new LinkedHashMap<>();
    arrays.put("actions", numbers(random, 7));
    arrays.put("obs/object", numbers(random, 10));
    arrays.put("obs/robot0_eef_pos", numbers(random, 3));
    arrays.put("obs/robot0_eef_quat", numbers(random, 4));
    arrays.put("obs/robot0_gripper_qpos", numbers(random, 2));
    arrays.put("obs/robot0_joint_pos_cos", numbers(random, 7));
    arrays.put("obs/robot0_joint_pos_sin", numbers(random, 7));
    return arrays;
  }

  private static Array numbers(Random random, int width) {
    return Array.of(random.doubles((long) STEPS * width, -1, 1).toArray(), STEPS, width);
  }

  /** A smooth, moving picture with noise in its middle. */
  private static Map<String, Array> imageEpisode(Random random) {
    byte[] pixels = new byte[STEPS * SIDE * SIDE * CHANNELS];
    double phase = random.nextDouble();
    int at = 0;
    for (int t = 0; t < STEPS; t++) {
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          double wave = Math.sin(x / 9.0 + phase + t * 0.1) * Math.cos(y / 7.0);
          boolean middle = Math.abs(x - SIDE / 2) < SIDE / 4 && Math.abs(y - SIDE / 2) < SIDE / 4;
          for (int c = 0; c < CHANNELS; c++) {
            int noise = middle ? random.nextInt(NOISE) : 0;
            pixels[at++] = (byte) (127 + (60 - 10 * c) * wave + noise);
          }
        }
      }
    }
    Array pictures = Array.wrap(ByteBuffer.wrap(pixels), Shape.of(STEPS, SIDE, SIDE, CHANNELS));
    return Map.of("actions", numbers(random, 7), "obs/agentview_image", pictures);
  }
}
