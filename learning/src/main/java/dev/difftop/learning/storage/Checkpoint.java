package dev.difftop.learning.storage;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5Exception;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.H5Slab;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.optim.Optimizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The state of a run in one HDF5 file, readable by any HDF5 library:
 *
 * <pre>
 *   parameters/NAME                   what is learned, in its own format
 *   copies/COPY/NAME                  averaged and target copies
 *   optimizers/WHICH/STATE/NAME       what an optimiser keeps; attributes method, steps
 *   normalizer/NAME/offset, scale     float64
 *   attributes format, version, step
 * </pre>
 *
 * It is written beside and renamed, so that an interrupted save leaves the checkpoint of before.
 */
public final class Checkpoint {
  private static final String FORMAT = "difftop-checkpoint";
  private static final long VERSION = 2;

  private Checkpoint() {}

  // ------------------------------------------------------------------ saving

  /**
   * Saves everything that learning goes on from.
   *
   * @param step gradient steps done
   */
  public static void save(Path file, long step, TrainingState state, Normalizers normalizers) {
    try (H5File out = H5File.create(file)) {
      out.setAttribute("format", FORMAT);
      out.setAttribute("version", VERSION);
      out.setAttribute("step", step);
      writeAll(out, "parameters/", state.parameters().arrays());
      state.copies().forEach((name, copy) -> writeAll(out, "copies/" + name + "/", copy.arrays()));
      state.optimizers().forEach((name, optimizer) -> write(out, name, optimizer));
      normalizers.observations().forEach((name, n) -> write(out, "normalizer/obs/" + name, n));
      write(out, "normalizer/actions", normalizers.actions());
      out.commit();
    }
  }

  private static void writeAll(H5Group out, String prefix, Map<String, Array> arrays) {
    arrays.forEach((name, array) -> write(out, prefix + name, array));
  }

  private static void write(H5Group out, String path, Array array) {
    long[] shape = StoredArrays.dims(array);
    switch (array.dtype()) {
      case FLOAT32 -> out.write(path, array.toFloats(), shape);
      case FLOAT64 -> out.write(path, array.toDoubles(), shape);
      case UINT8 -> throw new IllegalArgumentException(path + ": found uint8, expected floats");
    }
  }

  private static void write(H5Group out, String name, Optimizer optimizer) {
    try (H5Group group = out.createGroup("optimizers/" + name)) {
      group.setAttribute("method", optimizer.method());
      group.setAttribute("steps", optimizer.steps());
    }
    writeAll(out, "optimizers/" + name + "/", optimizer.state());
  }

  private static void write(H5Group out, String path, Normalizer n) {
    out.write(path + "/offset", n.offset(), n.offset().length);
    out.write(path + "/scale", n.scale(), n.scale().length);
  }

  // ------------------------------------------------------------------ loading

  /**
   * Loads what a policy acts with: its parameters and normalisers.
   *
   * @param averaged whether the parameters are to be those of the averaged copy
   * @param observations names of the observations that are normalised
   * @return the normalisers
   * @throws IllegalArgumentException if parameters are missing, extra, of another shape or number
   *     format; all are listed, with the nearest names
   * @throws DataException if the file cannot be read, is no checkpoint or one of another version
   */
  public static Normalizers load(
      Path file, Parameters parameters, boolean averaged, List<String> observations) {
    return read(
        file,
        in -> {
          StoredArrays stored = new StoredArrays(file, in);
          String copy = "copies/" + TrainingState.AVERAGED + "/";
          stored.expect(averaged ? copy : "parameters/", parameters.arrays());
          stored.load();
          Map<String, Normalizer> all = new LinkedHashMap<>();
          observations.forEach(name -> all.put(name, normalizer(in, "normalizer/obs/" + name)));
          return new Normalizers(all, normalizer(in, "normalizer/actions"));
        });
  }

  /**
   * Loads everything that learning goes on from, so that it goes on as if never stopped.
   *
   * @throws IllegalArgumentException as {@link #load} does, for the copies and what optimisers keep
   *     as well; nothing is overwritten then
   * @throws DataException as {@link #load} does
   */
  public static void restore(Path file, TrainingState state) {
    read(
        file,
        in -> {
          StoredArrays stored = new StoredArrays(file, in);
          stored.expect("parameters/", state.parameters().arrays());
          stored.expectGroups("copies", state.copies().keySet());
          state.copies().forEach((name, c) -> stored.expect("copies/" + name + "/", c.arrays()));
          stored.expectGroups("optimizers", state.optimizers().keySet());
          state.optimizers().forEach((name, o) -> expect(stored, in, name, o));
          stored.load();
          state.optimizers().forEach((name, o) -> o.restoreSteps(optimizerSteps(in, name)));
          return null;
        });
  }

  private static void expect(StoredArrays stored, H5File in, String name, Optimizer optimizer) {
    String path = "optimizers/" + name;
    if (!in.has(path)) {
      return;
    }
    try (H5Group group = in.group(path)) {
      String method = group.requireAttribute("method").asText();
      if (method.equals(optimizer.method())) {
        stored.expect(path + "/", optimizer.state());
      } else {
        stored.fault(
            "optimizer of %s is %s, expected %s".formatted(name, method, optimizer.method()));
      }
    }
  }

  private static long optimizerSteps(H5File in, String name) {
    try (H5Group group = in.group("optimizers/" + name)) {
      return group.requireAttribute("steps").asLong();
    }
  }

  /**
   * The gradient steps done when a checkpoint was saved.
   *
   * @throws DataException as {@link #load} does
   */
  public static long steps(Path file) {
    return read(file, in -> in.requireAttribute("step").asLong());
  }

  private static <T> T read(Path file, Function<H5File, T> reading) {
    try (H5File in = H5File.open(file)) {
      checkVersion(file, in);
      return reading.apply(in);
    } catch (H5Exception e) {
      throw new DataException(
          e.kind().name(), e.where(), "the checkpoint cannot be read: " + e.detail(), e);
    }
  }

  private static void checkVersion(Path file, H5File in) {
    String format = in.attribute("format").map(a -> a.asText()).orElse("none");
    if (!format.equals(FORMAT)) {
      throw new DataException(
          "FORMAT",
          file.toString(),
          "is no checkpoint: found format %s, expected %s".formatted(format, FORMAT),
          null);
    }
    long version = in.requireAttribute("version").asLong();
    if (version != VERSION) {
      throw new DataException(
          "VERSION",
          file.toString(),
          "found a checkpoint of version %d, expected %d; use the difftop that wrote it, or train again"
              .formatted(version, VERSION),
          null);
    }
  }

  private static Normalizer normalizer(H5File in, String path) {
    return new Normalizer(doubles(in, path + "/offset"), doubles(in, path + "/scale"));
  }

  private static double[] doubles(H5File in, String path) {
    try (H5Dataset data = in.dataset(path)) {
      return data.readDoubles(H5Slab.all());
    }
  }
}
