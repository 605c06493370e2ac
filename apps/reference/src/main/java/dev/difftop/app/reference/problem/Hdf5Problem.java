package dev.difftop.app.reference.problem;

import dev.difftop.api.DataException;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5Exception;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.H5Slab;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** An HDF5 file that holds a trajectory problem. */
final class Hdf5Problem {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /**
   * A layer of a network.
   *
   * @param index its name in the file, which counts activations too
   * @param kind {@code linear}, {@code layernorm}, {@code elu} or {@code tanh}
   * @param size length of its output; 0 for an activation
   */
  record Layer(String index, String kind, int size) {}

  private final H5File file;

  private Hdf5Problem(H5File file) {
    this.file = file;
  }

  /** Whether a file is HDF5, by its name or its first bytes. */
  static boolean is(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(".h5") || name.endsWith(".hdf5")) {
      return true;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(SIGNATURE, in.readNBytes(SIGNATURE.length));
    } catch (IOException e) {
      // Whoever reads it as text says what is wrong.
      return false;
    }
  }

  /**
   * Reads a file while it is open.
   *
   * @throws DataException for whatever is wrong with it
   */
  static <T> T read(Path path, Function<Hdf5Problem, T> reader) {
    try (H5File file = H5File.open(path)) {
      return reader.apply(new Hdf5Problem(file));
    } catch (H5Exception e) {
      throw new DataException(e.kind().name(), e.where(), e.detail(), e);
    }
  }

  String kind() {
    return file.requireAttribute("problem").asText();
  }

  /** The fault of a part of this file. */
  DataException fault(String kind, String path, String message) {
    return new DataException(kind, file.file() + ": " + path, message, null);
  }

  int attribute(String name) {
    return (int) file.requireAttribute(name).asLong();
  }

  double bound(String name) {
    return file.requireAttribute(name).asDouble();
  }

  double number(String path) {
    return numbers(path, 1)[0];
  }

  boolean has(String path) {
    return file.has(path);
  }

  /** A dataset, which must hold so many finite numbers. */
  double[] numbers(String path, int expected) {
    try (H5Dataset data = file.dataset(path)) {
      if (data.elements() != expected) {
        throw fault(
            "SHAPE_MISMATCH",
            path,
            "found %s numbers of shape %s, expected %d"
                .formatted(data.elements(), Arrays.toString(data.shape()), expected));
      }
      double[] values = data.readDoubles(H5Slab.all());
      for (double v : values) {
        if (!Double.isFinite(v)) {
          throw fault("BAD_METADATA", path, "holds " + v + ", expected finite numbers");
        }
      }
      return values;
    }
  }

  /** Size of an axis of a dataset of so many axes. */
  int size(String path, int rank, int axis) {
    try (H5Dataset data = file.dataset(path)) {
      if (data.shape().length != rank) {
        throw fault(
            "SHAPE_MISMATCH",
            path,
            "found shape %s, expected %d axes".formatted(Arrays.toString(data.shape()), rank));
      }
      return Math.toIntExact(data.shape()[axis]);
    }
  }

  Optional<double[]> optional(String path, int expected) {
    return has(path) ? Optional.of(numbers(path, expected)) : Optional.empty();
  }

  /** The layers of a network, in order. */
  List<Layer> layers(String net) {
    List<Layer> layers = new ArrayList<>();
    try (H5Group group = file.group(net)) {
      List<String> names = new ArrayList<>(group.names());
      names.sort(Comparator.comparing(name -> position(net, name)));
      for (String name : names) {
        try (H5Group layer = group.group(name)) {
          String kind = layer.requireAttribute("kind").asText();
          boolean hasBias = kind.equals("linear") || kind.equals("layernorm");
          String bias = net + "/" + name + "/bias";
          layers.add(new Layer(name, kind, hasBias ? size(bias, 1, 0) : 0));
        }
      }
    }
    return layers;
  }

  private int position(String net, String name) {
    try {
      return Integer.parseInt(name);
    } catch (NumberFormatException e) {
      throw fault("NAME_MALFORMED", net + "/" + name, "expected layers numbered from 0");
    }
  }
}
