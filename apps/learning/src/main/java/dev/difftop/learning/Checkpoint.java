package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.H5Slab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The state of a run in one HDF5 file, readable by any HDF5 library: {@code parameters/NAME} as
 * float32, {@code optimizer/first/NAME} and {@code optimizer/second/NAME} as float64, {@code
 * normalizer/NAME/offset} and {@code scale}, attributes {@code format}, {@code version}, {@code
 * step}. It is written beside and renamed.
 */
public final class Checkpoint {
  private static final String FORMAT = "difftop-checkpoint";
  private static final long VERSION = 1;

  private Checkpoint() {}

  /** Saves a learner. */
  public static void save(
      Path file, Parameters parameters, Normalizers normalizers, ImitationLearner learner) {
    try (H5File out = H5File.create(file)) {
      out.setAttribute("format", FORMAT);
      out.setAttribute("version", VERSION);
      out.setAttribute("step", learner.steps());
      for (Map.Entry<String, Array> p : parameters.arrays().entrySet()) {
        write(out, "parameters/" + p.getKey(), p.getValue());
        long[] shape = shape(p.getValue());
        out.write("optimizer/first/" + p.getKey(), learner.adam().first().get(p.getKey()), shape);
        out.write("optimizer/second/" + p.getKey(), learner.adam().second().get(p.getKey()), shape);
      }
      normalizers.observations().forEach((name, n) -> write(out, "normalizer/obs/" + name, n));
      write(out, "normalizer/actions", normalizers.actions());
      out.commit();
    }
  }

  private static long[] shape(Array array) {
    int[] dims = array.shape().dims();
    long[] shape = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      shape[i] = dims[i];
    }
    return shape;
  }

  private static void write(H5Group out, String path, Array array) {
    out.write(path, array.toFloats(), shape(array));
  }

  private static void write(H5Group out, String path, Normalizer n) {
    out.write(path + "/offset", n.offset(), n.offset().length);
    out.write(path + "/scale", n.scale(), n.scale().length);
  }

  /**
   * Loads parameters and normalisers.
   *
   * @param observations names of the observations that are normalised
   * @return the normalisers
   * @throws IllegalArgumentException if parameters are missing, extra or of another shape; all are
   *     listed
   */
  public static Normalizers load(Path file, Parameters parameters, List<String> observations) {
    try (H5File in = open(file)) {
      checkNames(file, in, parameters);
      for (Map.Entry<String, Array> p : parameters.arrays().entrySet()) {
        try (H5Dataset data = in.dataset("parameters/" + p.getKey())) {
          float[] values = data.readFloats(H5Slab.all());
          p.getValue().write(0, values, 0, values.length);
        }
      }
      Map<String, Normalizer> all = new java.util.LinkedHashMap<>();
      observations.forEach(name -> all.put(name, normalizer(in, "normalizer/obs/" + name)));
      return new Normalizers(all, normalizer(in, "normalizer/actions"));
    }
  }

  /** Loads the optimiser's state into a learner, so that training goes on as if never stopped. */
  public static void restore(Path file, ImitationLearner learner) {
    try (H5File in = open(file)) {
      learner.adam().restoreSteps(in.requireAttribute("step").asLong());
      learner.adam().first().forEach((n, v) -> read(in, "optimizer/first/" + n, v));
      learner.adam().second().forEach((n, v) -> read(in, "optimizer/second/" + n, v));
    }
  }

  /** The gradient steps done when a checkpoint was saved. */
  public static long steps(Path file) {
    try (H5File in = open(file)) {
      return in.requireAttribute("step").asLong();
    }
  }

  private static H5File open(Path file) {
    H5File in = H5File.open(file);
    String format = in.attribute("format").map(a -> a.asText()).orElse("none");
    long version = in.attribute("version").map(a -> a.asLong()).orElse(-1L);
    if (!format.equals(FORMAT) || version != VERSION) {
      in.close();
      throw new IllegalArgumentException(
          "%s: found format %s version %d, expected %s version %d"
              .formatted(file, format, version, FORMAT, VERSION));
    }
    return in;
  }

  private static void checkNames(Path file, H5File in, Parameters parameters) {
    List<String> faults = new ArrayList<>();
    TreeSet<String> extra = new TreeSet<>();
    try (H5Group group = in.group("parameters")) {
      group.walk((path, data) -> extra.add(path));
    }
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              if (!extra.remove(name)) {
                faults.add("missing " + name);
                return;
              }
              try (H5Dataset data = in.dataset("parameters/" + name)) {
                if (!java.util.Arrays.equals(data.shape(), shape(array))) {
                  faults.add(
                      "%s has shape %s, expected %s"
                          .formatted(name, java.util.Arrays.toString(data.shape()), array.shape()));
                }
              }
            });
    extra.forEach(name -> faults.add("extra " + name));
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "%s does not fit the configured model: %s".formatted(file, String.join("; ", faults)));
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

  private static void read(H5File in, String path, double[] into) {
    double[] values = doubles(in, path);
    System.arraycopy(values, 0, into, 0, into.length);
  }
}
