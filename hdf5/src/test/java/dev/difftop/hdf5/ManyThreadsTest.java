package dev.difftop.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library is not thread-safe; we are. */
class ManyThreadsTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 500;

  @TempDir Path folder;

  @Test
  void manyThreadsReadTheSameBytes() throws Exception {
    Path path = folder.resolve("shared.h5");
    float[] values = new float[4000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    try (H5File f = H5File.create(path)) {
      f.write("plain", values, 1000, 4);
      long[] shape = {1000, 4};
      try (H5Dataset d =
          f.create("packed", H5Type.FLOAT32, shape, H5Storage.chunked(64, 4).gzip(4))) {
        d.write(values, H5Slab.all());
      }
      f.commit();
    }
    long baseline = H5File.openObjects();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (H5File shared = H5File.open(path)) {
      List<Future<?>> work = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int seed = t;
        work.add(pool.submit(() -> read(path, shared, values, seed)));
      }
      for (Future<?> one : work) {
        one.get();
      }
    } finally {
      pool.shutdown();
    }
    assertEquals(baseline, H5File.openObjects());
  }

  private static void read(Path path, H5File shared, float[] values, int seed) {
    String name = seed % 2 == 0 ? "plain" : "packed";
    float[] expected = new float[40];
    try (H5Dataset kept = shared.dataset(name)) {
      for (int i = 0; i < ROUNDS; i++) {
        int row = (seed * 131 + i * 17) % 990;
        System.arraycopy(values, 4 * row, expected, 0, 40);
        assertArrayEquals(expected, kept.readFloats(H5Slab.rows(row, 10)));
        try (H5File own = H5File.open(path);
            H5Dataset opened = own.dataset(name)) {
          assertArrayEquals(expected, opened.readFloats(H5Slab.rows(row, 10)));
        }
      }
    }
  }
}
