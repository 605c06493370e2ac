package dev.difftop.data.hdf5;

import dev.difftop.api.DataException;
import dev.difftop.hdf5.H5Exception;
import java.util.function.Supplier;

/** Turns faults of HDF5 files into those that the service promises. */
final class Faults {
  private Faults() {}

  /** Runs what touches a file. */
  static <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (H5Exception e) {
      throw of(e);
    }
  }

  /** Runs what touches a file. */
  static void run(Runnable work) {
    guarded(
        () -> {
          work.run();
          return null;
        });
  }

  private static DataException of(H5Exception e) {
    return new DataException(e.kind().name(), e.where(), e.detail(), e);
  }
}
