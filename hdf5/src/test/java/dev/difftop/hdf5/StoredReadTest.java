package dev.difftop.hdf5;

import static dev.difftop.hdf5.RoundTripTest.assertFault;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.decode.Element;
import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.zip.Deflater;
import org.bytedeco.hdf5.global.hdf5;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is decoded here is what the library decodes: a file that is only read is decoded here, one
 * that is edited by the library.
 */
class StoredReadTest {
  private static final Map<String, LongSupplier> TYPES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("f4", hdf5::H5T_IEEE_F32LE_g),
              Map.entry("f4be", hdf5::H5T_IEEE_F32BE_g),
              Map.entry("f8", hdf5::H5T_IEEE_F64LE_g),
              Map.entry("f8be", hdf5::H5T_IEEE_F64BE_g),
              Map.entry("i1", hdf5::H5T_STD_I8LE_g),
              Map.entry("u1", hdf5::H5T_STD_U8LE_g),
              Map.entry("i2be", hdf5::H5T_STD_I16BE_g),
              Map.entry("u2", hdf5::H5T_STD_U16LE_g),
              Map.entry("i4", hdf5::H5T_STD_I32LE_g),
              Map.entry("u4be", hdf5::H5T_STD_U32BE_g),
              Map.entry("i8be", hdf5::H5T_STD_I64BE_g),
              Map.entry("u8", hdf5::H5T_STD_U64LE_g)));
  private static final long[] SHAPE = {11, 7, 5};

  @TempDir Path folder;

  private Path file() {
    Path path = folder.resolve("types.h5");
    Random random = new Random(1);
    try (H5File f = H5File.create(path)) {
      TYPES.forEach(
          (name, type) -> {
            long id = Native.call(type::getAsLong);
            Craft.filtered(f, "packed/" + name, id, SHAPE, new long[] {4, 3, 5});
            Craft.empty(f, "chunked/" + name, id, SHAPE, new long[] {2, 7, 5});
            Craft.plain(f, "plain/" + name, id, SHAPE);
            for (String layout : new String[] {"packed/", "chunked/", "plain/"}) {
              try (H5Dataset d = f.dataset(layout + name)) {
                d.write(values(random, name), H5Slab.rows(2, 5));
              }
            }
          });
      f.commit();
    }
    return path;
  }

  /** Five rows; of the whole range for wide numbers, so that rounding is seen. */
  private static double[] values(Random random, String type) {
    double scale = type.startsWith("f") ? 1e30 : Math.pow(2, 8 * (type.charAt(1) - '0'));
    double[] values = new double[5 * 35];
    for (int i = 0; i < values.length; i++) {
      double value = type.startsWith("u") ? random.nextDouble() : random.nextDouble() - 0.5;
      values[i] = value * scale;
    }
    return values;
  }

  @Test
  void everyTypeAndLayoutIsReadAsTheLibraryReadsIt() {
    Path path = file();
    Random random = new Random(2);
    try (H5File here = H5File.open(path);
        H5File library = H5File.edit(path)) {
      for (String layout : new String[] {"packed/", "chunked/", "plain/"}) {
        for (String name : TYPES.keySet()) {
          try (H5Dataset a = here.dataset(layout + name);
              H5Dataset b = library.dataset(layout + name)) {
            assertSame(a, b, H5Slab.all());
            for (int i = 0; i < 20; i++) {
              assertSame(a, b, slab(random));
            }
          }
        }
      }
    }
  }

  private static void assertSame(H5Dataset here, H5Dataset library, H5Slab slab) {
    assertArrayEquals(library.readFloats(slab), here.readFloats(slab), here + " " + slab);
    assertArrayEquals(library.readDoubles(slab), here.readDoubles(slab), here + " " + slab);
    if (here.type().kind() == H5Type.Kind.INTEGER) {
      assertArrayEquals(library.readLongs(slab), here.readLongs(slab), here + " " + slab);
    }
    if (here.type().equals(H5Type.UINT8)) {
      assertArrayEquals(library.readBytes(slab), here.readBytes(slab), here + " " + slab);
    }
  }

  private static H5Slab slab(Random random) {
    int axes = 1 + random.nextInt(3);
    long[] start = new long[axes];
    long[] count = new long[axes];
    for (int i = 0; i < axes; i++) {
      start[i] = random.nextInt((int) SHAPE[i]);
      count[i] = random.nextInt((int) (SHAPE[i] - start[i]) + 1);
    }
    return H5Slab.of(start, count);
  }

  @Test
  void whatWasNeverWrittenIsTheFillValue() {
    try (H5File f = H5File.open(file())) {
      for (String type : TYPES.keySet()) {
        assertEquals(7, f.dataset("packed/" + type).readFloats(H5Slab.rows(9, 1))[3]);
        assertEquals(0, f.dataset("chunked/" + type).readFloats(H5Slab.rows(9, 1))[3]);
      }
    }
  }

  @Test
  void halfPrecisionIsExact() {
    // Bits of 1, -2, 65504, 2^-24, infinity, NaN.
    short[] bits = {0x3c00, (short) 0xc000, 0x7bff, 0x0001, 0x7c00, 0x7e00};
    float[] expected = {1, -2, 65504, 0x1p-24f, Float.POSITIVE_INFINITY, Float.NaN};
    ByteBuffer stored = ByteBuffer.allocate(2 * bits.length);
    stored.asShortBuffer().put(bits);
    float[] read = new float[bits.length];
    H5Type half = new H5Type(H5Type.Kind.FLOAT, 2, true, ByteOrder.BIG_ENDIAN);
    Elements.convert(half, stored, 0, Element.FLOAT, read, 0, bits.length);
    assertArrayEquals(expected, read);
  }

  @Test
  void wholeFramesAreTheSameWhereverTheyGo() {
    Path path = folder.resolve("frames.h5");
    Random random = new Random(3);
    byte[] values = new byte[11 * 35];
    random.nextBytes(values);
    try (H5File f = H5File.create(path)) {
      for (int frames : new int[] {1, 3}) {
        H5Storage storage = H5Storage.chunked(frames, 7, 5).gzip(4);
        try (H5Dataset d = f.create("d" + frames, H5Type.UINT8, SHAPE, storage)) {
          d.write(values, H5Slab.all());
        }
      }
      f.commit();
    }
    try (H5File f = H5File.open(path)) {
      for (String name : new String[] {"d1", "d3"}) {
        for (int from = 0; from < 11; from++) {
          for (int count = 0; count <= 11 - from; count++) {
            byte[] into = new byte[35 * count + 2];
            f.dataset(name).read(H5Slab.rows(from, count), into, 1);
            byte[] expected = new byte[35 * count + 2];
            System.arraycopy(values, 35 * from, expected, 1, 35 * count);
            assertArrayEquals(expected, into, name + " from " + from + ", " + count);
          }
        }
      }
    }
  }

  @Test
  void chunksThatComeOutWrongAreCorrupt() throws IOException {
    byte[] wrongSum = deflated(1000);
    wrongSum[wrongSum.length - 1] ^= 1;
    for (byte[] damaged :
        new byte[][] {deflated(10), deflated(999), deflated(1001), deflated(1100), wrongSum}) {
      Path path = folder.resolve("wrong" + damaged.length + ".h5");
      try (H5File f = H5File.create(path)) {
        H5Storage storage = H5Storage.chunked(1000).gzip(1);
        try (H5Dataset d = f.create("d", H5Type.UINT8, new long[] {1000}, storage)) {
          d.write(new byte[1000], H5Slab.all());
        }
        f.commit();
      }
      byte[] bytes = Files.readAllBytes(path);
      int at = indexOf(bytes, deflated(1000));
      System.arraycopy(damaged, 0, bytes, at, Math.min(damaged.length, bytes.length - at));
      Files.write(path, bytes);
      try (H5File f = H5File.open(path);
          H5Dataset d = f.dataset("d")) {
        assertFault(Kind.CORRUPT, ":d", () -> d.readBytes(H5Slab.all()));
        assertFault(Kind.CORRUPT, ":d", () -> d.readBytes(H5Slab.rows(0, 5)));
        assertFault(Kind.CORRUPT, ":d", () -> d.readFloats(H5Slab.all()));
      }
    }
  }

  private static byte[] deflated(int zeros) {
    Deflater deflater = new Deflater(1);
    deflater.setInput(new byte[zeros]);
    deflater.finish();
    byte[] out = new byte[100];
    int n = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, n);
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("the bytes are not there");
  }
}
