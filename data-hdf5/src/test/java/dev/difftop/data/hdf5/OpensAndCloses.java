package dev.difftop.data.hdf5;

import dev.difftop.api.dataset.Dataset;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens, reads and closes a file over and over and says by how much the process grew: {@code
 * OpensAndCloses FILE ROUNDS}. With a heap that is in memory from the start, that is what was
 * allocated outside of it and never freed.
 */
public final class OpensAndCloses {
  private static final int WARM_UP = 1500;
  private static final long PAGE_BYTES = 4096;

  private OpensAndCloses() {}

  /** Ends with 0. */
  public static void main(String[] args) throws IOException {
    int rounds = Integer.parseInt(args[1]);
    run(args[0], WARM_UP);
    long before = residentBytes();
    run(args[0], rounds);
    System.out.println(residentBytes() - before);
  }

  private static void run(String file, int rounds) {
    for (int i = 0; i < rounds; i++) {
      try (Dataset data = new RobomimicDataset(DemonstrationConfig.of(file).withCacheBytes(1))) {
        for (String field : data.fields().keySet()) {
          data.read(i % 2, field, 2, 9);
        }
      }
    }
  }

  private static long residentBytes() throws IOException {
    System.gc();
    String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
    return Long.parseLong(pages) * PAGE_BYTES;
  }
}
