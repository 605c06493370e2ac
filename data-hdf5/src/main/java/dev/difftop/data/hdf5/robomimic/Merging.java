package dev.difftop.data.hdf5.robomimic;

import dev.difftop.data.hdf5.file.Agreement;
import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Masks;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts the episodes of several files into one in robomimic layout. */
public final class Merging {
  private final Format format;
  private final Format.Look parts;
  private final Format.Look everything;
  private final List<String> warnings = new ArrayList<>();
  private final List<Demo> model = new ArrayList<>();

  /**
   * Of files of one format.
   *
   * @param parts how to look at the first file for its attributes
   * @param everything how to look at files that are copied
   */
  public Merging(Format format, Format.Look parts, Format.Look everything) {
    this.format = format;
    this.parts = parts;
    this.everything = everything;
  }

  public Map<String, Object> merge(List<Path> files, Path out, boolean overwrite) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no files to merge");
    }
    Map<String, String> attributes = attributes(files.get(0));
    Map<String, Object> origin = new LinkedHashMap<>();
    try (RobomimicOutput output = new RobomimicOutput(out, attributes, overwrite)) {
      for (Path path : files) {
        origin.put(path.toString(), add(path, output, attributes));
      }
      if (output.episodes() == 0) {
        throw new H5Exception(
            H5Exception.Kind.MISSING_KEY, files.get(0), "data", "holds no episodes, nor do others");
      }
      Map<String, Object> document = Document.ok("robomimic", "");
      document.put("out", out.toString());
      document.put("num_demos", output.episodes());
      document.put("demos", origin);
      document.put("warnings", warnings);
      output.commit();
      return document;
    }
  }

  private Map<String, String> attributes(Path path) {
    try (H5File file = H5File.open(format.locate(path), parts.access())) {
      return Conversion.attributes(file, format.index(file, parts));
    }
  }

  /** Adds the episodes of a file; returns their new names by their old ones. */
  private Map<String, String> add(
      Path path, RobomimicOutput output, Map<String, String> attributes) {
    Map<String, String> renamed = new LinkedHashMap<>();
    try (H5File file = H5File.open(format.locate(path), everything.access())) {
      Index index = format.index(file, everything);
      if (!Conversion.attributes(file, index).equals(attributes)) {
        warnings.add(path + " has other env_args than the first file, whose are kept");
      }
      if (index.demos().isEmpty()) {
        warnings.add(path + " holds no episodes");
        return renamed;
      }
      compareWithFirst(file, index);
      for (Demo demo : index.demos()) {
        renamed.put(demo.name(), add(file, index, demo, output));
      }
      index
          .filters()
          .forEach(
              (key, names) -> {
                Masks.check(file.file(), key, names, index.names());
                output.filter(key, names.stream().map(renamed::get).toList());
              });
    }
    return renamed;
  }

  /** Files with other observations or actions would make one that no reader accepts. */
  private void compareWithFirst(H5File file, Index index) {
    if (model.isEmpty()) {
      model.add(index.demos().get(0));
    }
    List<Demo> both = new ArrayList<>(model);
    both.addAll(index.demos());
    Agreement.check(file, both, format::place);
  }

  private String add(H5File file, Index index, Demo demo, RobomimicOutput output) {
    if (format instanceof RobomimicFormat && index.variant().isEmpty()) {
      try (H5Group group = file.group(format.place(demo))) {
        return output.copy(group, demo.length());
      }
    }
    return new Conversion(format).convert(file, demo, output);
  }
}
