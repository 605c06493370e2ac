package dev.difftop.hdf5.format;

import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.value.H5Exception;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Text of any size lies in collections that make up the global heap. The library believes what a
 * damaged collection says of itself: it then allocates gigabytes, loops for ever or breaks down. So
 * it is read here, with every size checked ("Disk Format: Level 1E").
 */
public final class GlobalHeap {
  /** Bytes of an element: its length, the collection's address, the object's index. */
  public static final int REFERENCE_BYTES = 16;

  private static final int COLLECTION_HEAD = 16;
  private static final int OBJECT_HEAD = 16;
  private static final int ALIGNMENT = 8;

  private GlobalHeap() {}

  /**
   * Reads texts.
   *
   * @param references as they are stored, one for each text
   * @throws H5Exception {@code CORRUPT} if one leads to nothing, or to something of another size
   */
  public static String[] texts(RawFile file, ByteBuffer references, int n) {
    if ((long) n * REFERENCE_BYTES > references.capacity()) {
      throw file.corrupt("there are fewer bytes than " + n + " texts need");
    }
    String[] texts = new String[n];
    for (int i = 0; i < n; i++) {
      int at = i * REFERENCE_BYTES;
      long length = references.getInt(at) & 0xffffffffL;
      long address = references.getLong(at + 4);
      int index = references.getInt(at + 12);
      texts[i] = length == 0 ? "" : Elements.text(object(file, address, index, length));
    }
    return texts;
  }

  private static byte[] object(RawFile file, long address, int index, long length) {
    ByteBuffer head = file.read(address, COLLECTION_HEAD);
    long size = head.getLong(8);
    if (!StandardCharsets.ISO_8859_1.decode(head.slice(0, 4)).toString().equals("GCOL")) {
      throw file.corrupt("there is no heap collection at " + address);
    }
    long at = COLLECTION_HEAD;
    while (at + OBJECT_HEAD <= size) {
      ByteBuffer object = file.read(address + at, OBJECT_HEAD);
      int found = object.getShort(0) & 0xffff;
      long bytes = object.getLong(8);
      if (found == 0 && bytes >= OBJECT_HEAD) {
        // Free space, whose size counts its own head.
        bytes -= OBJECT_HEAD;
      }
      if (bytes < 0 || bytes > size - at - OBJECT_HEAD) {
        throw file.corrupt("an object of the heap collection at " + address + " leaves it");
      } else if (found == index && found != 0) {
        return text(file, address + at + OBJECT_HEAD, bytes, length);
      }
      at += OBJECT_HEAD + (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    throw file.corrupt("the heap collection at " + address + " has no object " + index);
  }

  private static byte[] text(RawFile file, long address, long bytes, long length) {
    if (bytes != length) {
      throw file.corrupt("a text has %d bytes in the heap; expected %d".formatted(bytes, length));
    }
    byte[] text = new byte[(int) bytes];
    file.read(address, bytes).get(text);
    return text;
  }
}
