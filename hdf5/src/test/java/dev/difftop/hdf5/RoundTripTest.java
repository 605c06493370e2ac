package dev.difftop.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read back, bit for bit. */
class RoundTripTest {
  @TempDir Path folder;

  private Path file(java.util.function.Consumer<H5File> content) {
    Path path = folder.resolve("trip.h5");
    try (H5File file = H5File.create(path)) {
      content.accept(file);
      file.commit();
    }
    return path;
  }

  @Test
  void numbersOfEveryKindComeBack() {
    float[] floats = {1.5f, Float.NaN, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, 3e38f};
    double[] doubles = {Math.PI, Double.MIN_VALUE, -1e308};
    long[] longs = {Long.MIN_VALUE, 0, Long.MAX_VALUE};
    byte[] bytes = {0, 127, (byte) 200, (byte) 255};
    Path path =
        file(
            f -> {
              f.write("a/floats", floats, 2, 3);
              f.write("a/doubles", doubles, 3);
              f.write("a/b/longs", longs, 3, 1);
              f.write("bytes", bytes, 4);
            });
    try (H5File f = H5File.open(path)) {
      assertArrayEquals(floats, f.dataset("a/floats").readFloats(H5Slab.all()));
      assertArrayEquals(doubles, f.dataset("a/doubles").readDoubles(H5Slab.all()));
      assertArrayEquals(longs, f.dataset("a/b/longs").readLongs(H5Slab.all()));
      assertArrayEquals(bytes, f.dataset("/bytes").readBytes(H5Slab.all()));
      assertArrayEquals(new long[] {2, 3}, f.dataset("a/floats").shape());
      assertEquals("float32", f.dataset("a/floats").type().label());
      assertEquals("<f8", f.dataset("a/doubles").type().code());
      assertEquals("|u1", f.dataset("bytes").type().code());
      assertArrayEquals(
          new float[] {0, 127, 200, 255}, f.dataset("bytes").readFloats(H5Slab.all()));
      assertEquals(List.of("a", "bytes"), f.names());
    }
  }

  @Test
  void partsAreTheRowsAskedFor() {
    float[] values = new float[5 * 4 * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path path =
        file(
            f -> {
              f.write("plain", values, 5, 4, 3);
              H5Storage storage = H5Storage.chunked(2, 3, 3).gzip(4);
              try (H5Dataset d =
                  f.create("chunked", H5Type.FLOAT32, new long[] {5, 4, 3}, storage)) {
                d.write(values, H5Slab.all());
              }
            });
    try (H5File f = H5File.open(path)) {
      for (String name : List.of("plain", "chunked")) {
        H5Dataset d = f.dataset(name);
        float[] rows = d.readFloats(H5Slab.rows(3, 2));
        assertEquals(2 * 12, rows.length);
        assertEquals(36, rows[0]);
        assertEquals(59, rows[23]);
        float[] part = d.readFloats(H5Slab.of(new long[] {1, 2}, new long[] {1, 1}));
        assertArrayEquals(new float[] {18, 19, 20}, part);
        float[] into = new float[5];
        d.read(H5Slab.of(new long[] {4, 3}, new long[] {1, 1}), into, 2);
        assertArrayEquals(new float[] {0, 0, 57, 58, 59}, into);
        assertEquals(0, d.readFloats(H5Slab.rows(5, 0)).length);
        assertThrows(IllegalArgumentException.class, () -> d.readFloats(H5Slab.rows(4, 2)));
        assertThrows(IllegalArgumentException.class, () -> d.readFloats(H5Slab.rows(-1, 2)));
      }
      H5Storage storage = f.dataset("chunked").storage();
      assertArrayEquals(new long[] {2, 3, 3}, storage.chunk());
      assertEquals("deflate", storage.filters().get(0).name());
      assertEquals(4, storage.filters().get(0).parameter());
      assertTrue(storage.filters().get(0).available());
    }
  }

  @Test
  void aGrowingDatasetTakesMoreRows() {
    Path path =
        file(
            f -> {
              H5Storage storage = H5Storage.chunked(4, 2).unlimited();
              try (H5Dataset d = f.create("rows", H5Type.FLOAT64, new long[] {0, 2}, storage)) {
                d.resize(1);
                d.write(new double[] {1, 2}, H5Slab.rows(0, 1));
                d.resize(3);
                d.write(new float[] {3, 4, 5, 6}, H5Slab.rows(1, 2));
              }
            });
    try (H5File f = H5File.open(path)) {
      assertTrue(f.dataset("rows").storage().growing());
      assertArrayEquals(
          new double[] {1, 2, 3, 4, 5, 6}, f.dataset("rows").readDoubles(H5Slab.all()));
    }
  }

  @Test
  void textOfBothKindsComesBack() {
    String[] texts = {"", "größe", "a longer text\nwith two lines", "日本"};
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      many.add("demo_" + i);
    }
    Path path =
        file(
            f -> {
              f.writeFixed("mask/train", many);
              try (H5Dataset d =
                  f.create("texts", H5Type.TEXT, new long[] {2, 2}, H5Storage.contiguous())) {
                d.write(texts);
              }
              try (H5Dataset d =
                  f.create("many", H5Type.TEXT, new long[] {3000}, H5Storage.contiguous())) {
                d.write(many.toArray(String[]::new));
              }
            });
    try (H5File f = H5File.open(path)) {
      assertArrayEquals(texts, f.dataset("texts").readTexts(H5Slab.all()));
      assertEquals("|S9", f.dataset("mask/train").type().code());
      assertEquals(many, List.of(f.dataset("mask/train").readTexts(H5Slab.all())));
      assertEquals(many, List.of(f.dataset("many").readTexts(H5Slab.all())));
      assertArrayEquals(
          new String[] {"demo_7", "demo_8"}, f.dataset("many").readTexts(H5Slab.rows(7, 2)));
    }
  }

  @Test
  void booleansAreTheEnumerationOfH5py() {
    Path path =
        file(
            f -> {
              try (H5Dataset d =
                  f.create("flags", H5Type.BOOLEAN, new long[] {3}, H5Storage.contiguous())) {
                d.write(new byte[] {0, 1, 1}, H5Slab.all());
              }
              f.setAttribute("yes", true);
            });
    try (H5File f = H5File.open(path)) {
      H5Dataset d = f.dataset("flags");
      assertEquals(H5Type.Kind.BOOLEAN, d.type().kind());
      assertArrayEquals(new float[] {0, 1, 1}, d.readFloats(H5Slab.all()));
      assertArrayEquals(new long[] {0, 1, 1}, d.readLongs(H5Slab.all()));
      assertArrayEquals(new byte[] {0, 1, 1}, d.readBytes(H5Slab.all()));
      assertEquals(1, f.requireAttribute("yes").asLong());
    }
  }

  @Test
  void attributesComeBackAndAreReplaced() {
    String large = "x".repeat(200_000);
    Path path =
        file(
            f -> {
              f.setAttribute("text", "first");
              f.setAttribute("text", "grün");
              f.setAttribute("large", large);
              f.setAttribute("whole", Long.MAX_VALUE);
              f.setAttribute("number", 2.5);
              f.setAttribute("numbers", new double[] {1, -2});
              f.setAttribute("texts", new String[] {"a", ""});
              f.createGroup("deep/er").setAttribute("n", 3);
            });
    try (H5File f = H5File.open(path)) {
      assertEquals("grün", f.requireAttribute("text").asText());
      assertEquals(large, f.requireAttribute("large").asText());
      assertEquals(Long.MAX_VALUE, f.requireAttribute("whole").asLong());
      assertEquals(2.5, f.requireAttribute("number").asDouble());
      assertArrayEquals(new double[] {1, -2}, f.requireAttribute("numbers").asDoubles());
      assertArrayEquals(new String[] {"a", ""}, f.requireAttribute("texts").asTexts());
      assertEquals(3, f.group("deep/er").requireAttribute("n").asLong());
      assertEquals(
          List.of("large", "number", "numbers", "text", "texts", "whole"), f.attributeNames());
      assertFalse(f.attribute("other").isPresent());
      assertFault(
          H5Exception.Kind.BAD_METADATA, "@number", () -> f.requireAttribute("number").asLong());
      assertFault(
          H5Exception.Kind.TYPE_MISMATCH, "@text", () -> f.requireAttribute("text").asLong());
      assertFault(H5Exception.Kind.MISSING_KEY, "@other", () -> f.requireAttribute("other"));
    }
  }

  @Test
  void anEditedCopyTakesTheFilesPlace() {
    Path path = file(f -> f.write("a", new double[] {1}, 1));
    try (H5File f = H5File.edit(path)) {
      f.write("b", new double[] {2}, 1);
      f.commit();
    }
    try (H5File f = H5File.open(path)) {
      assertEquals(List.of("a", "b"), f.names());
    }
  }

  @Test
  void walkShowsEveryDataset() {
    Path path =
        file(
            f -> {
              f.write("obs/a", new double[] {1}, 1);
              f.write("obs/deep/b", new double[] {1}, 1);
              f.createGroup("empty");
              f.link("same", "/obs/a");
            });
    List<String> seen = new ArrayList<>();
    try (H5File f = H5File.open(path)) {
      f.walk((name, d) -> seen.add(name + d.elements()));
    }
    assertEquals(List.of("obs/a1", "obs/deep/b1", "same1"), seen);
  }

  static void assertFault(H5Exception.Kind kind, String where, Runnable call) {
    H5Exception e = assertThrows(H5Exception.class, call::run);
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.where().endsWith(where), e.getMessage());
    assertTrue(e.getMessage().startsWith(e.where()), e.getMessage());
  }
}
