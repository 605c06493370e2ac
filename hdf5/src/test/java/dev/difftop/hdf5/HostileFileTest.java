package dev.difftop.hdf5;

import static dev.difftop.hdf5.RoundTripTest.assertFault;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.hdf5.value.H5Access;
import dev.difftop.hdf5.value.H5Access.External;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.hdf5.global.hdf5;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Files that are broken, or that lead astray: a typed error, and nothing left open. */
class HostileFileTest {
  private static final H5Access TRUSTING = H5Access.careful().withExternal(External.SAME_FOLDER);

  @TempDir Path folder;
  private long baseline;

  @BeforeEach
  void countOpenObjects() {
    baseline = H5File.openObjects();
  }

  @AfterEach
  void nothingStaysOpen() {
    assertEquals(baseline, H5File.openObjects());
  }

  private Path file(String name, Consumer<H5File> content) {
    Path path = folder.resolve(name);
    try (H5File file = H5File.create(path)) {
      content.accept(file);
      file.commit();
    }
    return path;
  }

  private static float[] ramp(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return values;
  }

  private Path good(String name) {
    return file(name, f -> f.write("group/values", ramp(8), 8));
  }

  private void assertCannotOpen(Kind kind, Path path) {
    assertFault(kind, path.toString(), () -> H5File.open(path).close());
  }

  @Test
  void whatIsNoFileIsSaid() throws IOException {
    assertCannotOpen(Kind.UNREADABLE, folder.resolve("missing.h5"));
    assertCannotOpen(Kind.NOT_HDF5, folder);
    Path text = Files.writeString(folder.resolve("text.h5"), "demonstrations");
    assertCannotOpen(Kind.NOT_HDF5, text);
    assertCannotOpen(Kind.NOT_HDF5, Files.createFile(folder.resolve("empty.h5")));
  }

  @Test
  void aTruncatedFileIsSaid() throws IOException {
    byte[] bytes = Files.readAllBytes(good("good.h5"));
    Path cut = folder.resolve("cut.h5");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length * 6 / 10));
    assertCannotOpen(Kind.TRUNCATED, cut);
  }

  @Test
  void aFileThatChangesWhileItIsOpenIsSaid() throws IOException {
    Path path = folder.resolve("changing.h5");
    try (H5File file = H5File.create(path)) {
      file.write("numbers", new double[100_000], 100_000);
      file.commit();
    }
    try (H5File file = H5File.open(path);
        H5Dataset numbers = file.dataset("numbers")) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(4096);
      }
      H5Exception e =
          assertThrows(H5Exception.class, () -> numbers.readFloats(H5Slab.rows(90_000, 10)));
      assertEquals(Kind.CORRUPT, e.kind());
      assertTrue(e.getMessage().contains("shorter since it was opened"), e.getMessage());
    }
  }

  /** Who holds a file open reads what it was, whatever takes its name. */
  @Test
  void aFileThatIsReplacedByAFolderIsReadOn() throws IOException {
    Path path = folder.resolve("replaced.h5");
    try (H5File file = H5File.create(path)) {
      file.write("numbers", new double[] {1, 2, 3}, 3);
      file.commit();
    }
    try (H5File file = H5File.open(path);
        H5Dataset numbers = file.dataset("numbers")) {
      Files.delete(path);
      Files.createDirectory(path);
      assertArrayEquals(new float[] {1, 2, 3}, numbers.readFloats(H5Slab.all()));
    }
    assertCannotOpen(Kind.NOT_HDF5, path);
  }

  @Test
  void damageInsideIsSaidWithItsPath() throws IOException {
    Path path =
        file(
            "damaged.h5",
            f -> {
              H5Storage storage = H5Storage.chunked(1000).gzip(4);
              long[] shape = {1000};
              try (H5Dataset d = f.create("a/values", H5Type.FLOAT32, shape, storage)) {
                d.write(ramp(1000), H5Slab.all());
              }
            });
    byte[] bytes = Files.readAllBytes(path);
    // A zlib stream starts with 0x78 0x5e at level 4; spoil its middle.
    int start = indexOf(bytes, (byte) 0x78, (byte) 0x5e);
    Arrays.fill(bytes, start + 20, start + 60, (byte) 0xff);
    Files.write(path, bytes);
    try (H5File f = H5File.open(path)) {
      H5Dataset d = f.dataset("a/values");
      assertFault(Kind.CORRUPT, ":a/values", () -> d.readFloats(H5Slab.all()));
    }
  }

  private static int indexOf(byte[] bytes, byte first, byte second) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == first && bytes[i + 1] == second) {
        return i;
      }
    }
    throw new AssertionError("the bytes are not there");
  }

  @Test
  void wrongKindsOfObjectsAreSaid() {
    Path path = good("kinds.h5");
    try (H5File f = H5File.open(path)) {
      assertFault(Kind.MISSING_KEY, ":other", () -> f.dataset("other"));
      assertFault(Kind.MISSING_KEY, ":group/other", () -> f.dataset("group/other/deeper"));
      assertFault(Kind.TYPE_MISMATCH, ":group", () -> f.dataset("group"));
      assertFault(Kind.TYPE_MISMATCH, ":group/values", () -> f.group("group/values"));
      assertFault(Kind.TYPE_MISMATCH, ":group/values", () -> f.dataset("group/values/deeper"));
      H5Dataset d = f.dataset("group/values");
      assertFault(Kind.TYPE_MISMATCH, ":group/values", () -> d.readTexts(H5Slab.all()));
      assertFault(Kind.TYPE_MISMATCH, ":group/values", () -> d.readLongs(H5Slab.all()));
      assertFault(Kind.TYPE_MISMATCH, ":group/values", () -> d.readBytes(H5Slab.all()));
      assertTrue(f.has("group/values"));
      assertFalse(f.has("group/other"));
    }
  }

  @Test
  void otherDatatypesAreNoNumbers() {
    Path path = file("types.h5", f -> Craft.ofType(f, "reference", hdf5.H5T_STD_REF_OBJ_g()));
    try (H5File f = H5File.open(path)) {
      H5Dataset d = f.dataset("reference");
      assertEquals(H5Type.Kind.OTHER, d.type().kind());
      assertFault(Kind.TYPE_MISMATCH, ":reference", () -> d.readFloats(H5Slab.all()));
    }
  }

  /** The library would write past its own buffers if it converted such numbers. */
  @Test
  void damagedNumberFormatsAreNotConverted() throws IOException {
    Path path = folder.resolve("format.h5");
    try (H5File file = H5File.create(path)) {
      file.write("numbers", new double[] {1, 2}, 2);
      file.setAttribute("number", 0.5);
      file.commit();
    }
    byte[] bytes = Files.readAllBytes(path);
    // A float64 of the file: 64 bits from 0 on, exponent of 11 bits at 52, mantissa of 52 at 0.
    byte[] described = {0, 0, 64, 0, 52, 11, 0, 52, (byte) 0xff, 3};
    int found = 0;
    for (int at = 0; at + described.length <= bytes.length; at++) {
      if (Arrays.mismatch(bytes, at, at + 10, described, 0, 10) < 0) {
        bytes[at + 5] = (byte) 200;
        found++;
      }
    }
    assertEquals(2, found);
    Files.write(path, bytes);
    try (H5File file = H5File.open(path);
        H5Dataset numbers = file.dataset("numbers")) {
      assertRefused(() -> file.attribute("number"), "@number");
      assertRefused(() -> numbers.readFloats(H5Slab.all()), "numbers");
    }
  }

  private static void assertRefused(Executable read, String path) {
    H5Exception e = assertThrows(H5Exception.class, read);
    assertTrue(e.kind() == Kind.UNSUPPORTED || e.kind() == Kind.CORRUPT, e.toString());
    assertEquals(path, e.path());
  }

  @Test
  void softLinksAreFollowedAndBrokenOnesSaid() {
    Path path =
        file(
            "soft.h5",
            f -> {
              f.write("group/values", ramp(8), 8);
              f.link("absolute", "/group/values");
              f.link("group/relative", "values");
              f.link("chain", "absolute");
              f.link("nowhere", "/group/gone");
              f.link("loop/a", "/loop/b");
              f.link("loop/b", "/loop/a");
            });
    try (H5File f = H5File.open(path)) {
      for (String name : new String[] {"absolute", "group/relative", "chain"}) {
        try (H5Dataset d = f.dataset(name)) {
          assertArrayEquals(ramp(8), d.readFloats(H5Slab.all()));
          assertEquals(name, d.path());
        }
      }
      assertFault(Kind.LINK_BROKEN, ":nowhere", () -> f.dataset("nowhere"));
      assertFalse(f.has("nowhere"));
      H5Exception loop = assertThrows(H5Exception.class, () -> f.dataset("loop/a"));
      assertEquals(Kind.LINK_BROKEN, loop.kind());
    }
  }

  @Test
  void groupsThatContainThemselvesAreSaid() {
    Path path =
        file(
            "cycle.h5",
            f -> {
              f.write("data/obs/values", ramp(8), 8);
              f.linkHard("data/obs/again", "data");
              f.write("shared/a/values", ramp(8), 8);
              f.linkHard("shared/b", "shared/a");
            });
    try (H5File f = H5File.open(path)) {
      assertFault(Kind.LINK_CYCLE, ":data/obs/again", () -> f.group("data").walk((name, d) -> {}));
      int[] seen = {0};
      f.group("shared").walk((name, d) -> seen[0]++);
      assertEquals(2, seen[0]);
    }
  }

  @Test
  void deepAndManyAreLimited() {
    Path path =
        file(
            "deep.h5",
            f -> {
              f.createGroup("g/".repeat(40) + "end").close();
              for (int i = 0; i < 30; i++) {
                f.createGroup("wide/" + i).close();
              }
            });
    try (H5File f = H5File.open(path)) {
      assertEquals(
          Kind.LIMIT_EXCEEDED,
          assertThrows(H5Exception.class, () -> f.walk((name, d) -> {})).kind());
    }
    H5Access few = new H5Access(1 << 20, 100, 32, 20, External.REFUSE);
    try (H5File f = H5File.open(path, few)) {
      assertFault(Kind.LIMIT_EXCEEDED, ":wide", () -> f.group("wide").names());
    }
  }

  @Test
  void externalLinksAreRefusedUnlessAllowed() throws IOException {
    Path other = good("other.h5");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path far = Files.copy(other, elsewhere.resolve("far.h5"));
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.move(other, inner.resolve("other.h5"));
    Path path = inner.resolve("links.h5");
    try (H5File f = H5File.create(path)) {
      f.linkExternal("near", Path.of("other.h5"), "/group");
      f.linkExternal("far", far, "/group");
      f.linkExternal("up", Path.of("../elsewhere/far.h5"), "/group");
      f.linkExternal("gone", Path.of("gone.h5"), "/group");
      f.commit();
    }
    try (H5File f = H5File.open(path)) {
      assertFault(Kind.EXTERNAL_REFUSED, ":near", () -> f.dataset("near/values"));
      assertFault(Kind.EXTERNAL_REFUSED, ":near", () -> f.has("near/values"));
    }
    try (H5File f = H5File.open(path, TRUSTING)) {
      assertArrayEquals(ramp(8), f.dataset("near/values").readFloats(H5Slab.all()));
      assertFault(Kind.EXTERNAL_REFUSED, ":far", () -> f.dataset("far/values"));
      assertFault(Kind.EXTERNAL_REFUSED, ":up", () -> f.dataset("up/values"));
      assertFault(Kind.LINK_BROKEN, ":gone", () -> f.dataset("gone/values"));
    }
  }

  @Test
  void rawDataElsewhereIsRefusedUnlessAllowed() throws IOException {
    ByteBuffer raw = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(ramp(8));
    Files.write(folder.resolve("raw.bin"), raw.array());
    Path path =
        file(
            "raw.h5",
            f -> {
              Craft.rawElsewhere(f, "near", "raw.bin");
              Craft.rawElsewhere(f, "far", "/etc/hostname");
            });
    try (H5File f = H5File.open(path)) {
      assertFault(Kind.EXTERNAL_REFUSED, ":near", () -> f.dataset("near"));
    }
    try (H5File f = H5File.open(path, TRUSTING)) {
      assertArrayEquals(ramp(8), f.dataset("near").readFloats(H5Slab.all()));
      assertFault(Kind.EXTERNAL_REFUSED, ":far", () -> f.dataset("far"));
    }
  }

  @Test
  void virtualDatasetsAreRefusedUnlessAllowed() {
    good("source.h5");
    Path path = file("virtual.h5", f -> Craft.virtual(f, "v", "source.h5", "/group/values"));
    try (H5File f = H5File.open(path)) {
      assertFault(Kind.EXTERNAL_REFUSED, ":v", () -> f.dataset("v"));
    }
    try (H5File f = H5File.open(path, TRUSTING)) {
      assertArrayEquals(ramp(8), f.dataset("v").readFloats(H5Slab.all()));
    }
  }

  @Test
  void whatAVirtualDatasetIsMadeOfIsLookedInto() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.write(elsewhere.resolve("secret.bin"), new byte[32]);
    Path path =
        file(
            "virtual.h5",
            f -> {
              Craft.virtual(f, "gone", "gone.h5", "/group/values");
              Craft.virtual(f, "lost", "source.h5", "/group/other");
              Craft.virtual(f, "itself", ".", "/itself");
              Craft.virtualPattern(f, "pattern", "source%b.h5", "/group/values");
              Craft.virtual(f, "further", "source.h5", "/further");
              Craft.rawElsewhere(f, "raw", "gone.bin");
            });
    file(
        "source.h5",
        f -> {
          f.write("group/values", ramp(8), 8);
          Craft.rawElsewhere(
              f, "further", elsewhere.getParent().resolve("../secret.bin").toString());
        });
    try (H5File f = H5File.open(path, TRUSTING)) {
      assertFault(Kind.LINK_BROKEN, ":gone", () -> f.dataset("gone"));
      assertFault(Kind.LINK_BROKEN, ":lost", () -> f.dataset("lost"));
      assertFault(Kind.LINK_CYCLE, ":itself", () -> f.dataset("itself"));
      assertFault(Kind.UNSUPPORTED, ":pattern", () -> f.dataset("pattern"));
      assertFault(Kind.EXTERNAL_REFUSED, "source.h5:further", () -> f.dataset("further"));
      assertFault(Kind.LINK_BROKEN, ":raw", () -> f.dataset("raw"));
    }
  }

  @Test
  void aMissingFilterIsNamed() {
    Path path = file("filter.h5", f -> Craft.unknownFilter(f, "values"));
    try (H5File f = H5File.open(path)) {
      H5Exception e =
          assertThrows(H5Exception.class, () -> f.dataset("values").readFloats(H5Slab.all()));
      assertEquals(Kind.UNSUPPORTED_FILTER, e.kind());
      assertTrue(e.getMessage().contains("32000"), e.getMessage());
    }
  }

  @Test
  void giganticShapesAreRefusedBeforeAllocation() {
    Path path =
        file(
            "huge.h5",
            f -> {
              Craft.empty(
                  f,
                  "rows",
                  hdf5.H5T_IEEE_F64LE_g(),
                  new long[] {1L << 40, 7},
                  new long[] {100, 7});
              Craft.empty(
                  f,
                  "overflow",
                  hdf5.H5T_IEEE_F64LE_g(),
                  new long[] {1L << 40, 1L << 40},
                  new long[] {1, 1});
              Craft.empty(
                  f,
                  "chunk",
                  hdf5.H5T_IEEE_F64LE_g(),
                  new long[] {1L << 28, 2},
                  new long[] {1L << 28, 1});
            });
    try (H5File f = H5File.open(path)) {
      for (String name : new String[] {"rows", "overflow"}) {
        H5Dataset d = f.dataset(name);
        assertFault(Kind.LIMIT_EXCEEDED, ":" + name, () -> d.readFloats(H5Slab.all()));
        assertFault(Kind.LIMIT_EXCEEDED, ":" + name, () -> d.checkReadable(H5Slab.all()));
      }
      float[] window = f.dataset("rows").readFloats(H5Slab.rows(1L << 39, 3));
      assertArrayEquals(new float[21], window);
    }
    try (H5File f = H5File.open(path, H5Access.careful().withMaxBytes(1 << 20))) {
      assertFault(
          Kind.LIMIT_EXCEEDED, ":chunk", () -> f.dataset("chunk").readFloats(H5Slab.rows(0, 1)));
    }
  }

  @Test
  void aClosedHandleIsTheCallersFault() {
    Path path = good("closed.h5");
    H5File f = H5File.open(path);
    H5Dataset d = f.dataset("group/values");
    f.close();
    f.close();
    assertThrows(IllegalStateException.class, () -> d.readFloats(H5Slab.all()));
    assertThrows(IllegalStateException.class, f::names);
  }

  /** The library prints to the process's own stream, so this takes a process of its own. */
  @Test
  void nothingIsPrinted() throws Exception {
    Path text = Files.writeString(folder.resolve("text.h5"), "demonstrations");
    Path printed = folder.resolve("printed");
    String path = System.getProperty("jdk.module.path", "") + File.pathSeparator;
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                path + System.getProperty("java.class.path") + File.pathSeparator + testClasses(),
                OpensBadFile.class.getName(),
                text.toString())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    assertEquals(OpensBadFile.REFUSED, process.waitFor(), () -> read(printed));
    List<String> lines =
        read(printed).lines().filter(line -> !line.isBlank() && !isOfJava(line)).toList();
    assertEquals(List.of(), lines);
  }

  private static String testClasses() throws Exception {
    return Path.of(
            HostileFileTest.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        + File.pathSeparator
        + Path.of(OpensBadFile.class.getResource("OpensBadFile.class").toURI())
            .resolve("../../../..")
            .normalize();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Newer Java warns of native libraries. */
  private static boolean isOfJava(String line) {
    return line.startsWith("WARNING: ");
  }
}
