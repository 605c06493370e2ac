package dev.difftop.data.hdf5.file;

import dev.difftop.api.DataException;
import dev.difftop.hdf5.value.H5Exception;
import java.util.function.Supplier;

/** Turns problems of HDF5 files into the exceptions that the service declares. */
public final class Problems {
  private Problems() {}

  /** Runs what touches a file. */
  public static <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (H5Exception e) {
      throw of(e);
    }
  }

  /** Runs what touches a file. */
  public static void run(Runnable work) {
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
