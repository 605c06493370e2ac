package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.hdf5.H5File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files opened, read and closed over and over, and by many threads: nothing stays open, nothing
 * grows, everybody reads the same. More of it by {@code -Ddifftop.open.rounds=25000}.
 */
class OpenCloseTest {
  private static final int ROUNDS = Integer.getInteger("difftop.open.rounds", 500);
  private static final int THREADS = 8;
  private static final long MOST_GROWTH_BYTES = 4L << 20;

  @TempDir Path folder;

  private static final List<Path> FILES =
      List.of(Fixtures.file("robomimic_low_dim.hdf5"), Fixtures.file("robomimic_image_gzip.hdf5"));

  private static List<double[]> read(Path file) {
    List<double[]> all = new ArrayList<>();
    try (Dataset data =
        new RobomimicDataset(DemonstrationConfig.of(file.toString()).withCacheBytes(1))) {
      for (String field : data.fields().keySet()) {
        Array rows = data.read(0, field, 2, 9);
        all.add(rows.toDoubles());
      }
    }
    return all;
  }

  private static boolean same(List<double[]> one, List<double[]> other) {
    for (int i = 0; i < one.size(); i++) {
      if (!Arrays.equals(one.get(i), other.get(i))) {
        return false;
      }
    }
    return one.size() == other.size();
  }

  @Test
  void nothingStaysOpen() throws IOException {
    List<double[]> expected = read(FILES.get(0));
    for (int i = 0; i < ROUNDS / 10; i++) {
      read(FILES.get(0));
    }
    long objects = H5File.openObjects();
    long descriptors = descriptors();
    for (int i = 0; i < ROUNDS; i++) {
      assertTrue(same(expected, read(FILES.get(0))), "round " + i);
    }
    assertEquals(objects, H5File.openObjects());
    assertEquals(descriptors, descriptors());
  }

  /**
   * A little is kept by the library and by the virtual machine, however many rounds there are; what
   * is lost in every round would be seen: 40 bytes of it in 100 000 rounds.
   */
  @Test
  void noMemoryIsLost() throws Exception {
    List<String> options =
        List.of(
            "-Xms48m",
            "-Xmx48m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1");
    Path printed = folder.resolve("printed");
    ProcessBuilder child =
        new ProcessBuilder(
            ChildJava.command(options, OpensAndCloses.class, FILES.get(0), 4 * ROUNDS));
    // One arena: what is freed by one thread is used again by another.
    child.environment().put("MALLOC_ARENA_MAX", "1");
    int status = child.redirectErrorStream(true).redirectOutput(printed.toFile()).start().waitFor();
    String said = Files.readString(printed).strip();
    assertEquals(0, status, said);
    assertTrue(Long.parseLong(said) < MOST_GROWTH_BYTES, said + " bytes more");
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void manyThreadsReadOneAndSeveralFiles() throws InterruptedException, ExecutionException {
    List<List<double[]>> expected = FILES.stream().map(OpenCloseTest::read).toList();
    long objects = H5File.openObjects();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (Dataset shared =
        new RobomimicDataset(DemonstrationConfig.of(FILES.get(1).toString()).withCacheBytes(1))) {
      List<Future<Integer>> work = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int seed = t;
        work.add(pool.submit(() -> differing(shared, expected, seed)));
      }
      for (Future<Integer> one : work) {
        assertEquals(0, one.get());
      }
    } finally {
      pool.shutdown();
    }
    assertEquals(objects, H5File.openObjects());
  }

  /** Rounds in which a thread read anything else than expected. */
  private static int differing(Dataset shared, List<List<double[]>> expected, int seed) {
    int differing = 0;
    for (int i = 0; i < ROUNDS / THREADS; i++) {
      List<double[]> one = new ArrayList<>();
      shared.fields().keySet().forEach(f -> one.add(shared.read(0, f, 2, 9).toDoubles()));
      differing += same(expected.get(1), one) ? 0 : 1;
      int other = (seed + i) % 2;
      differing += same(expected.get(other), read(FILES.get(other))) ? 0 : 1;
    }
    return differing;
  }
}
