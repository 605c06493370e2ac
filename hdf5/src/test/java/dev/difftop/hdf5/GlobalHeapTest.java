package dev.difftop.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged heap collections, on which the library itself loops for ever or breaks down. */
class GlobalHeapTest {
  private static final int FIRST_OBJECT = 16;

  @TempDir Path folder;

  private Path file() {
    Path path = folder.resolve("heap.h5");
    try (H5File f = H5File.create(path)) {
      f.setAttribute("text", "twelve bytes");
      f.commit();
    }
    return path;
  }

  private H5Exception damaged(int offset, long value) throws IOException {
    Path path = file();
    byte[] bytes = Files.readAllBytes(path);
    int heap = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("GCOL");
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(heap + offset, value);
    Files.write(path, bytes);
    try (H5File f = H5File.open(path)) {
      return assertThrows(H5Exception.class, () -> f.requireAttribute("text"));
    }
  }

  @Test
  void sizesThatLeaveTheCollectionAreCorrupt() throws IOException {
    assertEquals(Kind.CORRUPT, damaged(FIRST_OBJECT + 8, -8).kind());
    assertEquals(Kind.CORRUPT, damaged(FIRST_OBJECT + 8, 1L << 40).kind());
    assertEquals(Kind.CORRUPT, damaged(FIRST_OBJECT + 8, 4).kind());
    assertEquals(Kind.CORRUPT, damaged(0, 0).kind());
  }

  @Test
  void anObjectThatIsNotThereIsCorrupt() throws IOException {
    // Its place is free space of no size: a reader that goes on by sizes stays where it is.
    assertEquals(Kind.CORRUPT, damaged(FIRST_OBJECT, 0).kind());
    assertEquals(Kind.CORRUPT, damaged(8, 0).kind());
  }

  @Test
  void manyAttributesAreReadWhereverTheyLie() {
    Path path = folder.resolve("many.h5");
    try (H5File f = H5File.create(path)) {
      for (int i = 0; i < 100; i++) {
        f.setAttribute("attribute " + i, "value ".repeat(i * 50));
        f.setAttribute("number " + i, i);
      }
      f.setAttribute("list", new String[] {"a", "", "größe"});
      f.commit();
    }
    try (H5File f = H5File.open(path)) {
      for (int i = 0; i < 100; i++) {
        assertEquals("value ".repeat(i * 50), f.requireAttribute("attribute " + i).asText());
      }
      assertArrayEquals(new String[] {"a", "", "größe"}, f.requireAttribute("list").asTexts());
    }
  }
}
