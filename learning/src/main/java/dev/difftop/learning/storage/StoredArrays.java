package dev.difftop.learning.storage;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.config.Nearest;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Arrays of a checkpoint that are to be read into arrays of a model. First all that does not fit is
 * found; only if nothing is, anything is overwritten.
 */
public final class StoredArrays {
  private final Path file;
  private final H5File in;
  private final Map<String, Array> wanted = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  StoredArrays(Path file, H5File in) {
    this.file = file;
    this.in = in;
  }

  public static long[] dims(Array array) {
    return Arrays.stream(array.shape().dims()).asLongStream().toArray();
  }

  void fault(String what) {
    faults.add(what);
  }

  /** Groups that must be there, and no others. */
  void expectGroups(String path, Collection<String> names) {
    TreeSet<String> there = new TreeSet<>();
    if (in.has(path)) {
      try (H5Group group = in.group(path)) {
        there.addAll(group.names());
      }
    }
    names.stream()
        .filter(name -> !there.contains(name))
        .forEach(name -> fault("missing %s/%s".formatted(path, name)));
    there.stream()
        .filter(name -> !names.contains(name))
        .forEach(name -> fault("extra %s/%s".formatted(path, name)));
  }

  /** Arrays that must be there below a path, which ends in a slash, and no others. */
  void expect(String prefix, Map<String, Array> arrays) {
    TreeSet<String> there = new TreeSet<>();
    String above = prefix.substring(0, prefix.length() - 1);
    if (in.has(above)) {
      try (H5Group group = in.group(above)) {
        group.walk((path, data) -> there.add(path));
      }
    }
    TreeSet<String> extra = new TreeSet<>(there);
    extra.removeAll(arrays.keySet());
    arrays.forEach(
        (name, array) -> {
          if (there.contains(name)) {
            expect(prefix + name, array);
          } else {
            fault("missing %s %s%s".formatted(prefix + name, array.shape(), like(name, extra)));
          }
        });
    extra.forEach(name -> faultExtra(prefix + name));
  }

  private static String like(String name, Collection<String> extra) {
    return Nearest.to(name, extra).map(n -> ", the nearest there is " + n).orElse("");
  }

  private void faultExtra(String path) {
    try (H5Dataset data = in.dataset(path)) {
      fault("extra %s %s".formatted(path, describe(data.shape())));
    }
  }

  private void expect(String path, Array array) {
    H5Type type = array.dtype() == DType.FLOAT32 ? H5Type.FLOAT32 : H5Type.FLOAT64;
    try (H5Dataset data = in.dataset(path)) {
      if (!Arrays.equals(data.shape(), dims(array))) {
        fault(
            "%s has shape %s, expected %s".formatted(path, describe(data.shape()), array.shape()));
      } else if (data.type().kind() != type.kind() || data.type().bytes() != type.bytes()) {
        fault("%s holds %s, expected %s".formatted(path, data.type().label(), type.label()));
      } else {
        wanted.put(path, array);
      }
    }
  }

  private static String describe(long[] shape) {
    String text = Arrays.toString(shape);
    return "(" + text.substring(1, text.length() - 1) + ")";
  }

  /**
   * Reads all of them.
   *
   * @throws IllegalArgumentException if anything did not fit; lists all of it
   */
  void load() {
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "%s does not fit the configured model: %s".formatted(file, String.join("; ", faults)));
    }
    wanted.forEach(this::read);
  }

  private void read(String path, Array array) {
    try (H5Dataset data = in.dataset(path)) {
      if (array.dtype() == DType.FLOAT32) {
        array.write(0, data.readFloats(H5Slab.all()), 0, array.size());
      } else {
        array.write(0, data.readDoubles(H5Slab.all()), 0, array.size());
      }
    }
  }
}
