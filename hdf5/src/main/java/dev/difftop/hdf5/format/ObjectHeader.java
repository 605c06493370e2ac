package dev.difftop.hdf5.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Finds the bytes of an attribute in the header of its object, as the format specification lays
 * them out ("Disk Format: Level 2A"), for {@link GlobalHeap}.
 */
public final class ObjectHeader {
  private static final int ATTRIBUTE = 0x0c;
  private static final int CONTINUATION = 0x10;
  private static final int SHARED = 0x02;
  private static final int MOST_BLOCKS = 4096;
  private static final int PREFIX_BYTES = 48;

  private final RawFile file;
  private final byte[] name;
  private final Deque<long[]> blocks = new ArrayDeque<>();
  private boolean modern;
  private boolean ordered;

  private ObjectHeader(RawFile file, String name) {
    this.file = file;
    this.name = name.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The value of an attribute as it is stored.
   *
   * @param address of the object
   * @return empty if it does not lie in the header itself (very many attributes, shared messages)
   */
  public static Optional<ByteBuffer> attribute(RawFile file, long address, String name) {
    return new ObjectHeader(file, name).find(address);
  }

  private Optional<ByteBuffer> find(long address) {
    readPrefix(address);
    for (int n = 0; !blocks.isEmpty(); n++) {
      if (n > MOST_BLOCKS) {
        throw file.corrupt("an object header continues without end");
      }
      long[] block = blocks.removeFirst();
      Optional<ByteBuffer> found = inBlock(file.read(block[0], block[1]));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private void readPrefix(long address) {
    ByteBuffer start = file.read(address, 16);
    modern = start.getInt(0) == 0x5244484f;
    if (!modern) {
      blocks.add(new long[] {address + 16, start.getInt(8) & 0xffffffffL});
      return;
    }
    int flags = start.get(5);
    ordered = (flags & 0x04) != 0;
    int at = 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
    int width = 1 << (flags & 0x03);
    ByteBuffer sizes = file.read(address + at, width);
    long size = 0;
    for (int i = 0; i < width; i++) {
      size |= (sizes.get(i) & 0xffL) << (Byte.SIZE * i);
    }
    if (at > PREFIX_BYTES) {
      throw file.corrupt("an object header is malformed");
    }
    blocks.add(new long[] {address + at + width, size});
  }

  private Optional<ByteBuffer> inBlock(ByteBuffer block) {
    int head = modern ? (ordered ? 6 : 4) : 8;
    int at = 0;
    while (at + head <= block.capacity()) {
      int type = modern ? block.get(at) & 0xff : block.getShort(at) & 0xffff;
      int size = block.getShort(at + (modern ? 1 : 2)) & 0xffff;
      int flags = block.get(at + (modern ? 3 : 4));
      int data = at + head;
      if (data + size > block.capacity()) {
        // Behind the last message of a block there may be a gap smaller than a message.
        return Optional.empty();
      }
      if (type == ATTRIBUTE && (flags & SHARED) == 0) {
        Optional<ByteBuffer> value = value(block.slice(data, size).order(block.order()));
        if (value.isPresent()) {
          return value;
        }
      } else if (type == CONTINUATION && size >= 16) {
        follow(block.getLong(data), block.getLong(data + 8));
      }
      at = data + size;
    }
    return Optional.empty();
  }

  /** In the newer layout a block starts with a signature and ends with a checksum. */
  private void follow(long address, long length) {
    blocks.add(modern ? new long[] {address + 4, length - 8} : new long[] {address, length});
  }

  /** The value in an attribute message, if it is the attribute asked for. */
  private Optional<ByteBuffer> value(ByteBuffer message) {
    if (message.capacity() < 9) {
      return Optional.empty();
    }
    int version = message.get(0);
    int nameSize = message.getShort(2) & 0xffff;
    int typeSize = message.getShort(4) & 0xffff;
    int spaceSize = message.getShort(6) & 0xffff;
    int start = version == 3 ? 9 : 8;
    int typeAt = start + padded(nameSize, version);
    int valueAt = typeAt + padded(typeSize, version) + padded(spaceSize, version);
    if (version < 1 || version > 3 || valueAt > message.capacity() || !named(message, start)) {
      return Optional.empty();
    }
    return Optional.of(message.slice(valueAt, message.capacity() - valueAt).order(message.order()));
  }

  private static int padded(int size, int version) {
    return version == 1 ? (size + 7) / 8 * 8 : size;
  }

  private boolean named(ByteBuffer message, int start) {
    if (start + name.length >= message.capacity() || message.get(start + name.length) != 0) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (message.get(start + i) != name[i]) {
        return false;
      }
    }
    return true;
  }
}
