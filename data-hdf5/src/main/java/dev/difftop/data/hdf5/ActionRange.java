package dev.difftop.data.hdf5;

import dev.difftop.hdf5.H5File;
import java.util.List;

/** How far actions reach. robomimic expects them in [-1, 1]; nothing in a file says so. */
final class ActionRange {
  private final Format format;
  private float least = Float.POSITIVE_INFINITY;
  private float most = Float.NEGATIVE_INFINITY;

  ActionRange(Format format) {
    this.format = format;
  }

  /** One warning if they reach further. */
  List<String> warnings(H5File file, Index index) {
    for (Demo demo : index.demos()) {
      Numbers.floats(file, format.fields(demo).get("actions"), this::add);
    }
    return least < -1 || most > 1
        ? List.of(
            "actions reach from %s to %s; robomimic expects them in [-1, 1]".formatted(least, most))
        : List.of();
  }

  private void add(float[] values) {
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
}
