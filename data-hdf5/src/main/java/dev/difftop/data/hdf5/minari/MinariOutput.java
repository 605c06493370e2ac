package dev.difftop.data.hdf5.minari;

import dev.difftop.data.hdf5.file.EpisodeOutput;
import dev.difftop.data.hdf5.file.Json;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.output.OutputFile;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A dataset as Minari stores it, episode by episode: {@code main_data.hdf5} with metadata as
 * attributes, as up to 0.4, and in {@code metadata.json} beside it, as from 0.5 on. The file takes
 * its name by {@link #commit()}; closed without it, nothing is left of it.
 */
public final class MinariOutput implements EpisodeOutput {
  public static final String OBSERVATIONS = "observations/";
  public static final String ACTIONS = "actions";
  private static final String MAIN = "main_data.hdf5";
  private static final String METADATA = "metadata.json";
  private static final String VERSION = "minari_version";
  private static final String ATTRIBUTES_AS_OF = "0.4.3";
  private static final String METADATA_AS_OF = "0.5.0";
  private static final long CHUNK_BYTES = 1 << 16;

  private final Path path;
  private final H5File file;
  private final Map<String, String> attributes;

  /** Rows of observations and actions, for the description of their spaces. */
  private final Map<String, Rows> rows = new TreeMap<>();

  private long episodes;
  private long steps;

  /**
   * Starts a dataset.
   *
   * @param path the file; without the ending of HDF5, the dataset's folder, which is made
   * @param attributes facts about the whole dataset
   * @param overwrite whether an existing file is replaced
   */
  public MinariOutput(Path path, Map<String, String> attributes, boolean overwrite) {
    this.path = locate(path);
    this.attributes = new LinkedHashMap<>(attributes);
    this.attributes.putIfAbsent("dataset_id", id(path));
    this.file = H5File.createOrdered(OutputFile.create(this.path, overwrite));
  }

  private static Path locate(Path path) {
    String name = path.getFileName().toString();
    if (name.endsWith(".hdf5") || name.endsWith(".h5")) {
      return path;
    }
    Path data = path.resolve("data");
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new H5Exception(Kind.WRITE_FAILED, path, "", "cannot be made: " + e, e);
    }
    return data.resolve(MAIN);
  }

  private static String id(Path path) {
    String name = path.getFileName().toString().replaceAll("\\.(hdf5|h5)$", "");
    return name.matches(".*-v\\d+") ? name : name + "-v0";
  }

  /**
   * Adds an episode.
   *
   * @param length T
   * @param rewards (T)
   * @param content writes observations, actions and what else there is
   */
  public void episode(int length, double[] rewards, Consumer<H5Group> content) {
    try (H5Group group = file.createGroup("episode_" + episodes)) {
      group.setAttribute("id", episodes);
      group.setAttribute("total_steps", (long) length);
      content.accept(group);
      try (H5Dataset dataset = create(group, "rewards", H5Type.FLOAT64, length)) {
        dataset.write(rewards, H5Slab.all());
      }
      group.setAttribute("rewards_sum", Arrays.stream(rewards).sum());
      group.setAttribute("rewards_mean", Arrays.stream(rewards).average().orElse(0));
    }
    episodes++;
    steps += length;
  }

  /** Makes an array of an episode: chunked, able to grow, not compressed. */
  public H5Dataset create(H5Group group, String name, H5Type type, long... shape) {
    long[] chunk = shape.clone();
    long row = Arrays.stream(shape).skip(1).reduce(type.bytes(), (a, b) -> a * b);
    chunk[0] = Math.max(1, Math.min(shape[0], CHUNK_BYTES / Math.max(1, row)));
    H5Dataset dataset = group.create(name, type, shape, H5Storage.chunked(chunk).unlimited());
    if (name.equals(ACTIONS) || name.startsWith(OBSERVATIONS)) {
      rows.putIfAbsent(name, Rows.of(name, dataset));
    }
    return dataset;
  }

  /** Writes a marker of every step. */
  public void markers(H5Group group, String name, byte[] markers) {
    try (H5Dataset dataset = create(group, name, H5Type.BOOLEAN, markers.length)) {
      dataset.write(markers, H5Slab.all());
    }
  }

  @Override
  public long episodes() {
    return episodes;
  }

  @Override
  public void attribute(String name, String value) {
    attributes.put(name, value);
  }

  @Override
  public void commit() {
    attributes.put("observation_space", Json.write(observationSpace()));
    if (rows.containsKey(ACTIONS)) {
      attributes.put("action_space", Json.write(MinariSpaces.of(rows.get(ACTIONS))));
    }
    attributes.forEach(file::setAttribute);
    file.setAttribute("total_episodes", episodes);
    file.setAttribute("total_steps", steps);
    file.setAttribute(VERSION, ATTRIBUTES_AS_OF);
    if (!path.getFileName().toString().equals(MAIN)) {
      file.commit();
      return;
    }
    // Only the owner of the data writes what describes them, so an older description is its own.
    try (OutputFile metadata = OutputFile.create(path.resolveSibling(METADATA), true)) {
      writeMetadata(metadata.draft());
      file.commit();
      metadata.publish();
    }
  }

  private void writeMetadata(Path to) {
    Map<String, Object> metadata = new LinkedHashMap<>(attributes);
    metadata.put("total_episodes", episodes);
    metadata.put("total_steps", steps);
    metadata.put(VERSION, METADATA_AS_OF);
    metadata.put("data_format", "hdf5");
    metadata.put("jpeg_encoding", false);
    try {
      Files.writeString(to, Json.write(metadata));
    } catch (IOException e) {
      throw new H5Exception(Kind.WRITE_FAILED, to, "", "cannot be written: " + e, e);
    }
  }

  private Map<String, Object> observationSpace() {
    MinariSpaces.Tree tree = new MinariSpaces.Tree();
    rows.forEach(
        (name, row) -> {
          if (name.startsWith(OBSERVATIONS)) {
            tree.add(name.substring(OBSERVATIONS.length()), MinariSpaces.of(row));
          }
        });
    return tree.document();
  }

  @Override
  public void close() {
    file.close();
    if (path.getFileName().toString().equals(MAIN) && !Files.exists(path)) {
      removeIfEmpty(path.getParent());
      removeIfEmpty(path.getParent().getParent());
    }
  }

  /** Folders of a dataset that did not come to be. Those with other content stay. */
  private static void removeIfEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // It holds something else: it stays.
    }
  }
}
