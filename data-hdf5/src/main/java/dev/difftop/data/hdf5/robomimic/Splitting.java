package dev.difftop.data.hdf5.robomimic;

import dev.difftop.api.array.RandomStream;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.output.OutputFile;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Draws which episodes are for training and which for validation, and writes it into the file. */
public final class Splitting {
  private Splitting() {}

  public static Map<String, Object> split(
      Format format, OutputFile output, Index index, double validShare, long seed) {
    if (!(validShare > 0 && validShare < 1)) {
      throw new IllegalArgumentException(
          "the share of validation must be between 0 and 1; found " + validShare);
    } else if (!(format instanceof RobomimicFormat) || index.demos().size() < 2) {
      throw new H5Exception(
          Kind.UNSUPPORTED,
          output.file(),
          "mask",
          "filters are written to files in robomimic layout with at least two episodes; this is "
              + format.name()
              + " with "
              + index.demos().size());
    }
    Set<String> valid = valid(index.names(), validShare, seed);
    List<String> forValidation = index.names().stream().filter(valid::contains).toList();
    List<String> forTraining = index.names().stream().filter(n -> !valid.contains(n)).toList();
    try (H5File file = H5File.edit(output)) {
      replace(file, "mask/train", forTraining);
      replace(file, "mask/valid", forValidation);
      file.commit();
    }
    Map<String, Object> document = Document.ok(format.name(), index.variant());
    document.put("seed", seed);
    document.put("train", forTraining);
    document.put("valid", forValidation);
    return document;
  }

  private static void replace(H5File file, String path, List<String> names) {
    if (file.has(path)) {
      file.remove(path);
    }
    file.writeFixed(path, names);
  }

  /** The names for validation: at least one, and not all of them. */
  public static Set<String> valid(List<String> names, double share, long seed) {
    List<String> drawn = new ArrayList<>(names);
    shuffle(drawn, RandomStream.root(seed).child("dataset-split"));
    int count = (int) Math.round(share * drawn.size());
    return Set.copyOf(drawn.subList(0, Math.max(1, Math.min(drawn.size() - 1, count))));
  }

  private static void shuffle(List<String> names, RandomGenerator random) {
    for (int i = names.size() - 1; i > 0; i--) {
      Collections.swap(names, i, random.nextInt(i + 1));
    }
  }
}
