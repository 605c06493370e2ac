package dev.difftop.app.reference.problem;

import dev.difftop.api.DataException;
import dev.difftop.api.config.Nearest;
import dev.difftop.app.reference.format.Faults;
import dev.difftop.app.reference.format.InstanceBounds;
import dev.difftop.hdf5.H5Attribute;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Slab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** An HDF5 file that holds a trajectory problem. Everything in it is known, or refused. */
public final class Hdf5Problem {
  /** More elements than an array of a problem may have. */
  private static final long MOST_ELEMENTS = 1 << 28;

  private static final int LONGEST_HORIZON = 1_000_000;

  /**
   * A layer of a network.
   *
   * @param index its name in the file, which counts activations too
   * @param kind {@code linear}, {@code layernorm}, {@code elu} or {@code tanh}
   * @param size length of its output; 0 for an activation
   */
  record Layer(String index, String kind, int size) {}

  private final H5File file;
  private final String name;

  private Hdf5Problem(H5File file, String name) {
    this.file = file;
    this.name = name;
  }

  /**
   * Reads a file while it is open.
   *
   * @param name of the file in messages
   * @throws DataException for whatever is wrong with it
   */
  static <T> T read(Path path, String name, Function<Hdf5Problem, T> reader) {
    try (H5File file = H5File.open(path)) {
      return reader.apply(new Hdf5Problem(file, name));
    } catch (H5Exception e) {
      String where = e.where().replace(path.toString(), name);
      throw new DataException(e.kind().name(), where, e.detail(), e);
    }
  }

  String kind() {
    return file.requireAttribute("problem").asText();
  }

  /** The fault of a part of this file. */
  DataException fault(String kind, String path, String message) {
    return new DataException(kind, name + ": " + path, message, null);
  }

  /**
   * Refuses what no reader of this kind of problem knows.
   *
   * @param attributes the attributes of the file
   * @param members its groups and datasets
   */
  void requireKnown(List<String> attributes, List<String> members) {
    requireKnown("attribute ", file.attributeNames(), attributes);
    requireKnown("", file.names(), members);
  }

  /** Refuses members of a group that no reader knows. */
  void requireKnown(String group, List<String> members) {
    try (H5Group inner = file.group(group)) {
      requireKnown(group + "/", inner.names(), members);
    }
  }

  private void requireKnown(String where, List<String> found, List<String> known) {
    for (String one : found) {
      if (!known.contains(one)) {
        throw fault("UNKNOWN_KEY", where + one, "unknown name" + Nearest.hint(one, known));
      }
    }
  }

  /** The attribute {@code horizon}. */
  int horizon() {
    long horizon = file.requireAttribute("horizon").asLong();
    if (horizon < 1 || horizon > LONGEST_HORIZON) {
      throw fault(
          "OUT_OF_RANGE",
          "horizon",
          "found %d, expected 1 to %d".formatted(horizon, LONGEST_HORIZON));
    }
    return (int) horizon;
  }

  /** A discount, above 0 and at most 1. */
  double discount(String path) {
    double value = scalar(path);
    if (!(value > 0 && value <= 1)) {
      throw fault("OUT_OF_RANGE", path, "found %s, expected (0, 1]".formatted(value));
    }
    return value;
  }

  /** A penalty, at least 0. */
  double penalty(String path) {
    double value = scalar(path);
    if (value < 0) {
      throw fault("OUT_OF_RANGE", path, "found %s, expected at least 0".formatted(value));
    }
    return value;
  }

  private double scalar(String path) {
    try (H5Dataset data = file.dataset(path)) {
      return finite(path, data, 1)[0];
    }
  }

  boolean has(String path) {
    return file.has(path);
  }

  /** A dataset of finite numbers of that shape. */
  double[] numbers(String path, int... dims) {
    try (H5Dataset data = file.dataset(path)) {
      long[] expected = Arrays.stream(dims).asLongStream().toArray();
      if (!Arrays.equals(expected, data.shape())) {
        throw fault(
            "SHAPE_MISMATCH",
            path,
            "found shape %s, expected %s"
                .formatted(Arrays.toString(data.shape()), Arrays.toString(dims)));
      }
      return finite(path, data, Arrays.stream(expected).reduce(1, (a, b) -> a * b));
    }
  }

  private double[] finite(String path, H5Dataset data, long elements) {
    if (data.elements() != elements || elements > MOST_ELEMENTS) {
      throw fault(
          "SHAPE_MISMATCH",
          path,
          "found %d elements of shape %s, expected %s"
              .formatted(
                  data.elements(),
                  Arrays.toString(data.shape()),
                  elements > MOST_ELEMENTS ? "at most " + MOST_ELEMENTS : elements));
    }
    double[] values = data.readDoubles(H5Slab.all());
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw fault(
            "NOT_FINITE",
            path,
            "element %d (row-major) is %s, expected finite numbers".formatted(i, values[i]));
      }
    }
    return values;
  }

  /** Size of an axis of a dataset of so many axes. */
  int size(String path, int rank, int axis) {
    try (H5Dataset data = file.dataset(path)) {
      long[] shape = data.shape();
      if (shape.length != rank) {
        throw fault(
            "SHAPE_MISMATCH",
            path,
            "found shape %s, expected %d axes".formatted(Arrays.toString(shape), rank));
      }
      if (shape[axis] < 1 || shape[axis] > MOST_ELEMENTS) {
        throw fault(
            "SHAPE_MISMATCH",
            path,
            "found shape %s, expected axes of 1 to %d"
                .formatted(Arrays.toString(shape), MOST_ELEMENTS));
      }
      return (int) shape[axis];
    }
  }

  Optional<double[]> optional(String path, int... dims) {
    return has(path) ? Optional.of(numbers(path, dims)) : Optional.empty();
  }

  /**
   * Bounds of the actions: {@code action_low} and {@code action_high}, attributes or datasets, each
   * a number, one per stage, per component, per stage and component, or one of these per instance;
   * infinite for none.
   *
   * @param instances number of problems in the file
   * @param horizon H
   * @param nu size of an action
   */
  InstanceBounds bounds(int instances, int horizon, int nu) {
    Faults faults = new Faults(name);
    InstanceBounds bounds =
        InstanceBounds.read(raw("action_low"), raw("action_high"), instances, horizon, nu, faults);
    faults.throwIfAny();
    return bounds;
  }

  /** A number, or nested lists of numbers. */
  private Object raw(String path) {
    if (!has(path)) {
      H5Attribute attribute = file.requireAttribute(path);
      return lists(attribute.asDoubles(), attribute.shape(), 0, 0);
    }
    try (H5Dataset data = file.dataset(path)) {
      if (data.elements() > MOST_ELEMENTS) {
        throw fault("SHAPE_MISMATCH", path, "holds %d elements".formatted(data.elements()));
      }
      return lists(data.readDoubles(H5Slab.all()), data.shape(), 0, 0);
    }
  }

  private static Object lists(double[] values, long[] shape, int axis, int from) {
    if (axis == shape.length) {
      return values[from];
    }
    int stride = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      stride *= (int) shape[i];
    }
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < shape[axis]; i++) {
      out.add(lists(values, shape, axis + 1, from + i * stride));
    }
    return out;
  }

  /** The layers of a network, in order. */
  List<Layer> layers(String net) {
    List<Layer> layers = new ArrayList<>();
    try (H5Group group = file.group(net)) {
      int count = group.names().size();
      for (int i = 0; i < count; i++) {
        String index = String.valueOf(i);
        if (!group.has(index)) {
          throw fault(
              "NAME_MALFORMED",
              net,
              "found %s, expected layers numbered from 0".formatted(group.names()));
        }
        try (H5Group layer = group.group(index)) {
          String kind = layer.requireAttribute("kind").asText();
          boolean isParametric = kind.equals("linear") || kind.equals("layernorm");
          String bias = net + "/" + index + "/bias";
          layers.add(new Layer(index, kind, isParametric ? size(bias, 1, 0) : 0));
        }
      }
    }
    return layers;
  }
}
