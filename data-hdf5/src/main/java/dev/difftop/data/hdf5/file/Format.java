package dev.difftop.data.hdf5.file;

import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Access;
import java.nio.file.Path;
import java.util.Map;

/** A way of laying demonstrations out in HDF5. */
public interface Format {
  /**
   * How a file is to be looked at.
   *
   * @param access how far it is trusted
   * @param whole whether every array is going to be read whole, so that limits hold for each
   * @param maxEpisodeSteps where a flat file without time-outs is cut; 0 means nowhere
   */
  record Look(H5Access access, boolean whole, int maxEpisodeSteps) {
    /** For reading parts. */
    public static Look atParts(H5Access access) {
      return new Look(access, false, 0);
    }
  }

  /** The name by which it is chosen. */
  String name();

  /** Whether a file is one long run of rows, which is cut into episodes. */
  default boolean isFlat() {
    return false;
  }

  /** The HDF5 file, where the format is a folder of several; the same path otherwise. */
  default Path locate(Path path) {
    return path;
  }

  /** Whether a path is of this format and of no other, though there is no HDF5 file to look at. */
  default boolean claims(Path path) {
    return false;
  }

  /** Whether a file looks like this format, sound or not. */
  boolean recognises(H5File file);

  /**
   * Looks at everything except the numbers.
   *
   * @throws dev.difftop.hdf5.value.H5Exception on a fault of the file
   */
  Index index(H5File file, Look look);

  /** The path of an episode's group in the file; of the arrays' common group in a flat file. */
  String place(Demo demo);

  /**
   * The arrays under the names that all formats share: {@code actions}, {@code rewards}, {@code
   * dones}, {@code obs/NAME}, {@code next_obs/NAME}; T rows each.
   */
  Map<String, Rows> fields(Demo demo);
}
