package dev.difftop.data.hdf5.reading;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which demonstrations to read, and how much of the heap may hold them. */
public record DemonstrationConfig(
    @Doc("the HDF5 file; a folder for formats that are folders") Path path,
    @Doc("filter key: only the episodes that this list in the file names, such as train")
        Optional<String> filter,
    @Doc("arrays to offer, such as [actions, obs/state]; empty offers all of them") @Default("[]")
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
  public DemonstrationConfig(
      Path path,
      Optional<String> filter,
      List<String> fields,
      long cacheBytes,
      long limitBytes,
      boolean external) {
    this(
        path,
        filter,
        fields,
        cacheBytes,
        limitBytes,
        external,
        SplitConfig.WHOLE,
        DerivedConfig.NOTHING);
  }

  /** All arrays of all episodes of a file. */
  public static DemonstrationConfig of(String path) {
    return new DemonstrationConfig(Path.of(path), Optional.empty(), List.of(), 0, 2L << 30, false);
  }

  /** All arrays, none of them kept in memory: for one look at a file that is open. */
  public static DemonstrationConfig looking() {
    return of("").withCacheBytes(1);
  }

  /** The same with a filter key. */
  public DemonstrationConfig withFilter(String key) {
    return new DemonstrationConfig(
        path, Optional.of(key), fields, cacheBytes, limitBytes, external, split, derived);
  }

  /** The same with only some arrays. */
  public DemonstrationConfig withFields(String... names) {
    return new DemonstrationConfig(
        path, filter, List.of(names), cacheBytes, limitBytes, external, split, derived);
  }

  /** The same with another limit of arrays in memory. */
  public DemonstrationConfig withCacheBytes(long bytes) {
    return new DemonstrationConfig(
        path, filter, fields, bytes, limitBytes, external, split, derived);
  }

  /** The same with another part of the episodes. */
  public DemonstrationConfig withSplit(SplitConfig other) {
    return new DemonstrationConfig(
        path, filter, fields, cacheBytes, limitBytes, external, other, derived);
  }

  /** The same with other computed fields. */
  public DemonstrationConfig withDerived(DerivedConfig other) {
    return new DemonstrationConfig(
        path, filter, fields, cacheBytes, limitBytes, external, split, other);
  }
}
