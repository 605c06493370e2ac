package dev.difftop.data.hdf5.robomimic;

import dev.difftop.api.array.Array;
import dev.difftop.data.hdf5.file.EpisodeWriter;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Problems;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.output.OutputFile;
import dev.difftop.hdf5.value.H5Access;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Type;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes episodes in robomimic layout: numbers as they come, float32 or float64, in one piece;
 * images in compressed chunks of whole frames; {@code dones} as int64. The file takes its name when
 * it is closed, and only if every episode could be written.
 */
public final class RobomimicWriter extends EpisodeWriter<RobomimicOutput> {
  /** Arrays of the first episode of a file that is added to. */
  private final Map<String, Rows> model = new TreeMap<>();

  public RobomimicWriter(Path path, Map<String, String> attributes, boolean overwrite) {
    super(path, Problems.guarded(() -> new RobomimicOutput(path, attributes, overwrite)));
  }

  /**
   * Adds to a file.
   *
   * @throws dev.difftop.api.DataException if it is missing or unsound
   */
  public static RobomimicWriter adding(Path path) {
    return Problems.guarded(
        () -> {
          OutputFile output = OutputFile.update(path);
          try {
            return adding(output);
          } catch (RuntimeException e) {
            output.close();
            throw e;
          }
        });
  }

  private static RobomimicWriter adding(OutputFile output) {
    RobomimicFormat format = new RobomimicFormat();
    Index index;
    try (H5File file = H5File.open(output.file())) {
      index = format.index(file, Format.Look.atParts(H5Access.careful()));
    }
    Map<String, Rows> first =
        index.demos().isEmpty() ? Map.of() : format.fields(index.demos().get(0));
    return new RobomimicWriter(output.file(), RobomimicOutput.reopen(output, index), first);
  }

  private RobomimicWriter(Path path, RobomimicOutput output, Map<String, Rows> first) {
    super(path, output);
    model.putAll(first);
  }

  /** An episode with other actions or observations would make a file that no reader accepts. */
  @Override
  public void check(Map<String, Array> arrays) {
    model.forEach(
        (name, rows) -> {
          boolean needed = name.equals("actions") || name.startsWith("obs/");
          Array array = arrays.get(name);
          if (needed && (array == null || !Arrays.equals(rowShape(array), rows.rowShape()))) {
            throw new IllegalArgumentException(
                "%s of %s has rows of shape %s; found %s"
                    .formatted(
                        name,
                        path(),
                        Arrays.toString(rows.rowShape()),
                        array == null ? "none in " + arrays.keySet() : array.toString()));
          }
        });
  }

  @Override
  public void write(RobomimicOutput into, Map<String, Array> arrays, int length) {
    into.episode(length, group -> arrays.forEach((name, array) -> write(group, name, array)));
  }

  private static long[] rowShape(Array array) {
    return Arrays.stream(array.shape().dims()).skip(1).asLongStream().toArray();
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
}
