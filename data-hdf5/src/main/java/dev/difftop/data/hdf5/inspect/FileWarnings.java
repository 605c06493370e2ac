package dev.difftop.data.hdf5.inspect;

import dev.difftop.api.DataException;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetWarnings;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.data.hdf5.reading.DemonstrationDataset;
import dev.difftop.hdf5.H5File;
import java.util.ArrayList;
import java.util.List;

/** The warnings about an open file: those of its index, and what its numbers show. */
public final class FileWarnings {
  private FileWarnings() {}

  /**
   * Reads the numbers.
   *
   * @return of arrays that cannot be read, that they were not looked at
   */
  public static List<String> of(Format format, H5File file, Index index) {
    if (index.demos().isEmpty()) {
      return index.warnings();
    }
    Dataset dataset = new DemonstrationDataset(format, file, index, DemonstrationConfig.looking());
    try {
      return DatasetWarnings.of(dataset);
    } catch (DataException e) {
      List<String> warnings = new ArrayList<>(index.warnings());
      warnings.add("the numbers were not looked at: " + e.getMessage());
      return warnings;
    }
  }
}
