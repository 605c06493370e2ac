package dev.difftop.data.hdf5;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.data.hdf5.reading.DerivedConfig;
import dev.difftop.data.hdf5.reading.SplitConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which D4RL file to read, and how to cut it into episodes. */
public record D4rlConfig(
    @Doc("the HDF5 file") Path path,
    @Doc("without timeouts in the file: cut after so many rows; 0 cuts at terminals only")
        @Range(min = 0)
        @Default("0")
        int maxEpisodeSteps,
    @Doc("arrays to offer, such as [actions, obs/flat]; empty offers all of them") @Default("[]")
        List<String> fields,
    @Doc("bytes of heap for low-dimensional arrays, kept as float32; 0 is a quarter of the heap")
        @Range(min = 0)
        @Default("0")
        long cacheBytes,
    @Doc("most decoded bytes of one read and of one chunk") @Range(min = 1) @Default("2147483648")
        long limitBytes,
    @Doc("follow links to other files, as long as they lie in the same folder or below")
        @Default("false")
        boolean external,
    @Doc("which of the episodes, drawn by a seed") @Default("{}") SplitConfig split,
    @Doc("fields that are computed: goals, targets over several steps") @Default("{}")
        DerivedConfig derived) {

  /** All episodes, nothing derived. */
  D4rlConfig(
      Path path,
      int maxEpisodeSteps,
      List<String> fields,
      long cacheBytes,
      long limitBytes,
      boolean external) {
    this(
        path,
        maxEpisodeSteps,
        fields,
        cacheBytes,
        limitBytes,
        external,
        SplitConfig.WHOLE,
        DerivedConfig.NOTHING);
  }

  /** The settings that all formats share. */
  DemonstrationConfig demonstrations() {
    return new DemonstrationConfig(
        path, Optional.empty(), fields, cacheBytes, limitBytes, external, split, derived);
  }
}
