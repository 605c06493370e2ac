package dev.difftop.data.hdf5;

import dev.difftop.api.Array;
import dev.difftop.api.Dataset;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.H5Slab;
import dev.difftop.hdf5.H5Type;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes episodes in robomimic layout: numbers as they come, float32 or float64, in one piece;
 * images in compressed chunks of whole frames; {@code dones} as int64. The file takes its name when
 * it is closed, and only if every episode could be written.
 */
final class RobomimicWriter implements Dataset.Writer {
  private final Path path;
  private final RobomimicOutput output;
  private boolean broken;
  private boolean closed;

  RobomimicWriter(Path path, Map<String, String> attributes) {
    this.path = path;
    this.output = Faults.guarded(() -> new RobomimicOutput(path, attributes));
  }

  @Override
  public void append(Map<String, Array> arrays) {
    int length = length(arrays);
    broken = true;
    Faults.run(
        () ->
            output.episode(
                length, group -> arrays.forEach((name, array) -> write(group, name, array))));
    broken = false;
  }

  private static int length(Map<String, Array> arrays) {
    Array actions = arrays.get("actions");
    if (actions == null || actions.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "an episode needs actions of shape (T, A); found "
              + (actions == null ? arrays.keySet() : actions));
    }
    int length = actions.shape().dim(0);
    arrays.forEach(
        (name, array) -> {
          if (array.shape().rank() < 1 || array.shape().dim(0) != length) {
            throw new IllegalArgumentException(
                "%s has shape %s; expected %d rows, as actions"
                    .formatted(name, array.shape(), length));
          }
        });
    return length;
  }

  private static void write(H5Group group, String name, Array array) {
    long[] shape = Arrays.stream(array.shape().dims()).asLongStream().toArray();
    H5Type type = type(name, array);
    try (H5Dataset dataset =
        group.create(name, type, shape, RobomimicOutput.storage(type, shape))) {
      switch (array.dtype()) {
        case UINT8 -> dataset.write(bytes(array), H5Slab.all());
        case FLOAT32 -> dataset.write(array.toFloats(), H5Slab.all());
        case FLOAT64 -> dataset.write(array.toDoubles(), H5Slab.all());
      }
    }
  }

  private static H5Type type(String name, Array array) {
    if (name.equals("dones")) {
      return H5Type.INT64;
    }
    return switch (array.dtype()) {
      case UINT8 -> H5Type.UINT8;
      case FLOAT32 -> H5Type.FLOAT32;
      case FLOAT64 -> H5Type.FLOAT64;
    };
  }

  private static byte[] bytes(Array array) {
    byte[] bytes = new byte[array.size()];
    ((ByteBuffer) array.buffer()).get(0, bytes);
    return bytes;
  }

  @Override
  public void abandon() {
    if (!closed) {
      closed = true;
      Faults.run(output::close);
    }
  }

  /**
   * Finishes the file. Nothing is left of it if an episode failed.
   *
   * @throws IllegalStateException if there is no episode
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (output) {
      if (!broken && output.episodes() == 0) {
        throw new IllegalStateException("no episode was written to " + path);
      } else if (!broken) {
        Faults.run(output::commit);
      }
    }
  }
}
