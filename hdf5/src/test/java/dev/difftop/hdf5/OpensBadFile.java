package dev.difftop.hdf5;

import dev.difftop.hdf5.value.H5Exception;
import java.nio.file.Path;

/** A program that meets a file which is none. */
final class OpensBadFile {
  static final int REFUSED = 7;

  private OpensBadFile() {}

  /** Opens the file of that name; ends with {@link #REFUSED} if that is refused. */
  public static void main(String[] arguments) {
    try {
      H5File.open(Path.of(arguments[0])).close();
    } catch (H5Exception e) {
      System.exit(REFUSED);
    }
  }
}
