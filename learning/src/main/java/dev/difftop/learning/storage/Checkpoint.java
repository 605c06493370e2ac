package dev.difftop.learning.storage;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.learning.Counters;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.optim.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The state of a run in one HDF5 file, readable by any HDF5 library:
 *
 * <pre>
 *   policy/arrays/PATH                what the policy acts with; attributes of policy: its own,
 *                                     signature (JSON)
 *   parameters/NAME                   what is learned, in its own element type
 *   copies/COPY/NAME                  averaged and target copies
 *   optimizers/WHICH/STATE/NAME       what an optimiser keeps; attributes method, steps
 *   counters                          attributes
 *   extensions/NAME                   whatever else the learner keeps
 *   attributes format, version, learner, done, environment_steps, gradient_steps
 * </pre>
 *
 * A policy alone has the first group only. A file is written beside its place and renamed, so that
 * an interrupted save leaves the one before.
 */
public final class Checkpoint {
  private static final String FORMAT = "difftop-checkpoint";
  private static final long VERSION = 3;
  private static final String POLICY = "policy";
  private static final String ARRAYS = "policy/arrays";

  private Checkpoint() {}

  // ------------------------------------------------------------------ saving

  /** Saves everything that training resumes from. */
  public static void save(
      Path file, String learner, Position position, TrainingState state, PolicyState policy) {
    try (H5File out = create(file, learner, position)) {
      write(out, policy);
      writeAll(out, "parameters/", state.parameters().arrays());
      state.copies().forEach((name, copy) -> writeAll(out, "copies/" + name + "/", copy.arrays()));
      state.optimizers().forEach((name, optimizer) -> write(out, name, optimizer));
      try (H5Group counters = out.createGroup("counters")) {
        state
            .counters()
            .values()
            .forEach((name, v) -> counters.setAttribute(name, v.doubleValue()));
      }
      state
          .extensions()
          .forEach(
              (name, extension) -> {
                try (H5Group group = out.createGroup("extensions/" + name)) {
                  extension.save(group);
                }
              });
      out.commit();
    } catch (H5Exception e) {
      throw unwritable(file, e);
    }
    state.extensions().values().forEach(TrainingState.Extension::saved);
  }

  /** Saves a policy alone. */
  public static void savePolicy(Path file, String learner, Position position, PolicyState policy) {
    try (H5File out = create(file, learner, position)) {
      write(out, policy);
      out.commit();
    } catch (H5Exception e) {
      throw unwritable(file, e);
    }
  }

  private static DataException unwritable(Path file, H5Exception e) {
    return new DataException(
        e.kind().name(),
        file.toString(),
        "checkpoint: %s; the checkpoint before is unchanged".formatted(e.detail()),
        e);
  }

  private static H5File create(Path file, String learner, Position position) {
    H5File out = H5File.create(file);
    out.setAttribute("format", FORMAT);
    out.setAttribute("version", VERSION);
    out.setAttribute("learner", learner);
    out.setAttribute("done", position.done());
    out.setAttribute("environment_steps", position.environmentSteps());
    out.setAttribute("gradient_steps", position.gradientSteps());
    return out;
  }

  private static void write(H5File out, PolicyState policy) {
    try (H5Group group = out.createGroup(POLICY)) {
      policy.attributes().forEach((name, text) -> group.setAttribute(name, text));
      group.setAttribute("signature", SignatureJson.write(policy.signature()));
    }
    writeAll(out, ARRAYS + "/", policy.arrays());
  }

  private static void writeAll(H5Group out, String prefix, Map<String, Array> arrays) {
    arrays.forEach((name, array) -> write(out, prefix + name, array));
  }

  private static void write(H5Group out, String path, Array array) {
    long[] shape = StoredArrays.dims(array);
    switch (array.dtype()) {
      case FLOAT32 -> out.write(path, array.toFloats(), shape);
      case FLOAT64 -> out.write(path, array.toDoubles(), shape);
      case UINT8 -> {
        byte[] bytes = new byte[array.size()];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) array.get(i);
        }
        out.write(path, bytes, shape);
      }
    }
  }

  private static void write(H5Group out, String name, Optimizer optimizer) {
    try (H5Group group = out.createGroup("optimizers/" + name)) {
      group.setAttribute("method", optimizer.method());
      group.setAttribute("steps", optimizer.steps());
    }
    writeAll(out, "optimizers/" + name + "/", optimizer.state());
  }

  // ------------------------------------------------------------------ loading

  /**
   * What a policy was saved with, in float32 and float64 arrays of its own.
   *
   * @throws DataException if the file cannot be read, is not a checkpoint, or has another version
   */
  public static PolicyState policy(Path file) {
    return read(
        file,
        in -> {
          Map<String, Array> arrays = new LinkedHashMap<>();
          if (in.has(ARRAYS)) {
            List<String> paths = new ArrayList<>();
            try (H5Group group = in.group(ARRAYS)) {
              group.walk((path, data) -> paths.add(path));
            }
            paths.forEach(path -> arrays.put(path, array(in, ARRAYS + "/" + path)));
          }
          try (H5Group group = in.group(POLICY)) {
            Map<String, String> attributes = new LinkedHashMap<>();
            for (String name : group.attributeNames()) {
              attributes.put(name, group.requireAttribute(name).asText());
            }
            PolicySignature signature =
                SignatureJson.read(file.toString(), attributes.remove("signature"));
            return new PolicyState(signature, arrays, attributes);
          }
        });
  }

  private static Array array(H5File in, String path) {
    try (H5Dataset data = in.dataset(path)) {
      int[] dims = Arrays.stream(data.shape()).mapToInt(Math::toIntExact).toArray();
      boolean floating = data.type().kind() == H5Type.Kind.FLOAT;
      boolean single = floating && data.type().bytes() == Float.BYTES;
      DType dtype = single ? DType.FLOAT32 : floating ? DType.FLOAT64 : DType.UINT8;
      Array out = Array.zeros(dtype, Shape.of(dims));
      if (single) {
        out.write(0, data.readFloats(H5Slab.all()), 0, out.size());
      } else {
        out.write(0, data.readDoubles(H5Slab.all()), 0, out.size());
      }
      return out;
    }
  }

  /**
   * Loads everything that training resumes from.
   *
   * @throws IllegalArgumentException if parameters, copies or what optimisers keep are missing,
   *     extra, of another shape or element type; all are listed and nothing is overwritten
   * @throws DataException as {@link #policy} does
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
          stored.expectGroups("extensions", state.extensions().keySet());
          stored.load();
          state.optimizers().forEach((name, o) -> o.restoreSteps(optimizerSteps(in, name)));
          restoreCounters(in, state.counters());
          state
              .extensions()
              .forEach(
                  (name, extension) -> {
                    try (H5Group group = in.group("extensions/" + name)) {
                      extension.restore(group);
                    }
                  });
          return null;
        });
  }

  private static void restoreCounters(H5File in, Counters counters) {
    try (H5Group group = in.group("counters")) {
      Map<String, Double> values = new LinkedHashMap<>();
      for (String name : group.attributeNames()) {
        values.put(name, group.requireAttribute(name).asDouble());
      }
      counters.restore(values);
    }
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
   * What a checkpoint is of.
   *
   * @param learner name of the learner
   * @param done units of the budget
   * @param environmentSteps control steps of the environment
   * @param gradientSteps steps of the optimiser
   */
  public record Header(String learner, long done, long environmentSteps, long gradientSteps) {}

  /**
   * What a checkpoint is of.
   *
   * @throws DataException as {@link #policy} does
   */
  public static Header header(Path file) {
    return read(
        file,
        in ->
            new Header(
                in.requireAttribute("learner").asText(),
                in.requireAttribute("done").asLong(),
                in.requireAttribute("environment_steps").asLong(),
                in.requireAttribute("gradient_steps").asLong()));
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
          "not a checkpoint: found format %s, expected %s".formatted(format, FORMAT),
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
}
