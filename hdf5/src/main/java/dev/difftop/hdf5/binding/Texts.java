package dev.difftop.hdf5.binding;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.format.GlobalHeap;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Reads and writes text in native memory. Used under the lock. */
public final class Texts {
  private Texts() {}

  /** How a dataset or an attribute brings its elements into memory. */
  public interface Source {
    int read(long memoryType, Pointer into);
  }

  /**
   * Reads text of either kind.
   *
   * @param type the datatype in the file; a string
   * @param space the dataspace that matches the memory
   */
  public static String[] read(
      long type, H5Type described, long space, int n, Source source, Location location, long most) {
    return described.kind() == H5Type.Kind.FIXED_TEXT
        ? fixed(type, described.bytes(), n, source, location)
        : variable(type, space, n, source, location, most);
  }

  private static String[] fixed(long type, int size, int n, Source source, Location location) {
    int padding = H5Tget_strpad(type);
    try (Memory memory = new Memory((long) size * n)) {
      Native.ok(source.read(type, memory.pointer()), location, "cannot read the text");
      BytePointer bytes = new BytePointer(memory.pointer());
      String[] texts = new String[n];
      byte[] one = new byte[size];
      for (int i = 0; i < n; i++) {
        bytes.position((long) i * size).get(one);
        texts[i] = padding == H5T_STR_SPACEPAD ? trimmed(one) : Elements.text(one);
      }
      return texts;
    }
  }

  private static String trimmed(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).stripTrailing();
  }

  private static String[] variable(
      long type, long space, int n, Source source, Location location, long most) {
    try (Memory memory = new Memory((long) n * Long.BYTES)) {
      Native.ok(source.read(type, memory.pointer()), location, "cannot read the text");
      try {
        return strings(new PointerPointer<BytePointer>(memory.pointer()), n, location, most);
      } finally {
        H5Treclaim(type, space, 0L, memory.pointer());
      }
    }
  }

  private static String[] strings(
      PointerPointer<BytePointer> pointers, int n, Location location, long most) {
    String[] texts = new String[n];
    long total = 0;
    for (int i = 0; i < n; i++) {
      BytePointer text = pointers.get(BytePointer.class, i);
      if (text == null || text.isNull()) {
        texts[i] = "";
        continue;
      }
      total += BytePointer.strlen(text);
      if (total > most) {
        throw location.fault(Kind.LIMIT_EXCEEDED, "holds more than " + most + " bytes of text");
      }
      texts[i] = new String(text.getStringBytes(), StandardCharsets.UTF_8);
    }
    return texts;
  }

  /** Lays text of any size out in memory, passes it on and frees it. */
  public static int write(String[] texts, Source sink, long memoryType) {
    BytePointer[] pointers = new BytePointer[texts.length];
    try (Memory memory = new Memory((long) texts.length * Long.BYTES)) {
      PointerPointer<BytePointer> table = new PointerPointer<>(memory.pointer());
      for (int i = 0; i < texts.length; i++) {
        pointers[i] = Native.text(texts[i]);
        table.put(i, pointers[i]);
      }
      return sink.read(memoryType, memory.pointer());
    } finally {
      for (BytePointer pointer : pointers) {
        if (pointer != null) {
          pointer.close();
        }
      }
    }
  }

  /** What texts take in a file, with where they lie. */
  public static long bytes(String[] texts) {
    long bytes = 0;
    for (String text : texts) {
      bytes += text.getBytes(StandardCharsets.UTF_8).length + 2L * GlobalHeap.REFERENCE_BYTES;
    }
    return bytes;
  }

  /** Bytes of text padded with zeros to a fixed size, one after another. */
  public static byte[] padded(String[] texts, int size) {
    byte[] all = new byte[Math.multiplyExact(texts.length, size)];
    for (int i = 0; i < texts.length; i++) {
      byte[] bytes = texts[i].getBytes(StandardCharsets.UTF_8);
      if (bytes.length > size) {
        throw new IllegalArgumentException(
            "text \"" + texts[i] + "\" has " + bytes.length + " bytes; its type holds " + size);
      }
      System.arraycopy(bytes, 0, all, i * size, bytes.length);
    }
    return all;
  }
}
