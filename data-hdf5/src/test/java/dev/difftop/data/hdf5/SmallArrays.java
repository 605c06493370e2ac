package dev.difftop.data.hdf5;

import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Writes a file of small arrays with less and less free disk space: {@code SmallArrays FILE}. */
public final class SmallArrays {
  private static final int KIB = 1024;
  private static final int MOST = 640;
  private static final int LEAST = 240;
  private static final int STEP = 20;
  private static final int ARRAYS = 20;
  private static final int ENTRIES = 1400;

  private SmallArrays() {}

  /** Ends with 0 if every fault is a typed one. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Path filler = file.resolveSibling("filler");
    for (int free = MOST; free >= LEAST; free -= STEP) {
      long usable = Files.getFileStore(file.getParent()).getUsableSpace();
      Files.write(filler, new byte[(int) usable - free * KIB]);
      System.out.println("free " + free + ": " + write(file));
      Files.deleteIfExists(file);
      Files.delete(filler);
    }
    try (Stream<Path> left = Files.list(file.getParent())) {
      System.out.println("left " + left.toList());
    }
  }

  private static String write(Path file) {
    try (H5File out = H5File.create(file)) {
      H5Group group = out.createGroup("group");
      for (int i = 0; i < ARRAYS; i++) {
        group.write("array" + i, new double[ENTRIES], ENTRIES);
      }
      out.commit();
      return "written";
    } catch (H5Exception e) {
      return e.kind().name();
    }
  }
}
