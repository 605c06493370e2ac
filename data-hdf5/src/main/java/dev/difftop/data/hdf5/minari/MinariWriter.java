package dev.difftop.data.hdf5.minari;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.data.hdf5.file.EnvArgs;
import dev.difftop.data.hdf5.file.EpisodeWriter;
import dev.difftop.data.hdf5.file.Problems;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Type;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes episodes as Minari stores them. {@code obs/NAME} and the last row of {@code next_obs/NAME}
 * become T + 1 observations; without {@code next_obs} the last observation is repeated. {@code
 * dones} are terminations; an episode without one is truncated.
 */
public final class MinariWriter extends EpisodeWriter<MinariOutput> {
  private static final String OBS = "obs/";
  private static final String NEXT = "next_obs/";

  public MinariWriter(Path path, Map<String, String> attributes, boolean overwrite) {
    super(path, Problems.guarded(() -> new MinariOutput(path, facts(attributes), overwrite)));
  }

  private static Map<String, String> facts(Map<String, String> attributes) {
    Map<String, String> facts = new LinkedHashMap<>(attributes);
    EnvArgs.spec(attributes.getOrDefault("env_args", ""))
        .ifPresent(spec -> facts.putIfAbsent("env_spec", spec));
    return facts;
  }

  @Override
  public void check(Map<String, Array> arrays) {
    if (arrays.keySet().stream().noneMatch(name -> name.startsWith(OBS))) {
      throw new IllegalArgumentException(
          "an episode needs observations, obs/NAME; found " + arrays.keySet());
    }
  }

  @Override
  public void write(MinariOutput into, Map<String, Array> arrays, int length) {
    Array rewards = arrays.get("rewards");
    double[] values = rewards == null ? new double[length] : rewards.toDoubles();
    into.episode(length, values, group -> write(into, group, arrays, length));
  }

  private static void write(
      MinariOutput output, H5Group group, Map<String, Array> arrays, int length) {
    byte[] ends = ends(arrays.get("dones"), length);
    byte[] truncations = ends(arrays.get("truncations"), length);
    if (ends[length - 1] == 0) {
      truncations[length - 1] = 1;
    }
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith(OBS)) {
            Array next = arrays.get(NEXT + name.substring(OBS.length()));
            String path = MinariOutput.OBSERVATIONS + name.substring(OBS.length());
            write(output, group, path, array, next == null ? array : next);
          } else if (name.equals(MinariOutput.ACTIONS)) {
            write(output, group, name, array, null);
          } else if (!isPlaced(name)) {
            write(output, group, "infos/" + name, array, null);
          }
        });
    output.markers(group, "terminations", ends);
    output.markers(group, "truncations", truncations);
  }

  private static boolean isPlaced(String name) {
    return name.startsWith(NEXT)
        || name.equals("rewards")
        || name.equals("dones")
        || name.equals("truncations");
  }

  private static byte[] ends(Array markers, int length) {
    byte[] ends = new byte[length];
    for (int t = 0; markers != null && t < length; t++) {
      ends[t] = (byte) (markers.get(t) != 0 ? 1 : 0);
    }
    return ends;
  }

  /**
   * Writes an array.
   *
   * @param last its last row is one more; none if null
   */
  private static void write(
      MinariOutput output, H5Group group, String name, Array array, Array last) {
    int rows = array.shape().dim(0);
    long[] shape = Arrays.stream(array.shape().dims()).asLongStream().toArray();
    shape[0] += last == null ? 0 : 1;
    H5Type type =
        array.dtype() == DType.UINT8
            ? H5Type.UINT8
            : array.dtype() == DType.FLOAT32 ? H5Type.FLOAT32 : H5Type.FLOAT64;
    try (H5Dataset dataset = output.create(group, name, type, shape)) {
      write(dataset, array, H5Slab.rows(0, rows), 0);
      if (last != null) {
        write(dataset, last, H5Slab.rows(rows, 1), last.shape().dim(0) - 1);
      }
    }
  }

  private static void write(H5Dataset dataset, Array array, H5Slab to, int fromRow) {
    int rows = array.shape().dim(0);
    int at = array.size() / rows * fromRow;
    if (array.dtype() == DType.UINT8) {
      byte[] bytes = new byte[array.size() - at];
      ((ByteBuffer) array.buffer()).get(at, bytes);
      dataset.write(bytes, to);
    } else {
      double[] all = array.toDoubles();
      dataset.write(Arrays.copyOfRange(all, at, all.length), to);
    }
  }
}
