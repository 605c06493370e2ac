package dev.difftop.hdf5.format;

import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;

/** The bytes of a file that is open for reading, by address; every read is checked. */
public final class RawFile implements AutoCloseable {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int ADDRESS_BYTES = 8;
  private static final int FIRST_BLOCK = 512;
  private static final int SUPERBLOCK_BYTES = 64;

  /** Buffers that wait for the next reader; never more than threads that read at once. */
  private static final ConcurrentLinkedDeque<ByteBuffer> LENDING = new ConcurrentLinkedDeque<>();

  private static final int MOST_LENT = 1 << 18;

  private final FileChannel channel;
  private final Location location;
  private final long base;
  private final long size;
  private final long most;

  private RawFile(FileChannel channel, Location location, long base, long size, long most) {
    this.channel = channel;
    this.location = location;
    this.base = base;
    this.size = size;
    this.most = most;
  }

  /** The same file, with faults that name a location in it. Not to be closed. */
  public RawFile at(Location inside) {
    return new RawFile(channel, inside, base, size, most);
  }

  /**
   * Opens a file.
   *
   * @param most bytes of one read
   * @return empty for addresses of another width than 8 bytes, which hardly anybody writes
   */
  public static Optional<RawFile> open(Path path, Location location, long most) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      Long base = base(channel);
      if (base != null) {
        return Optional.of(new RawFile(channel, location, base, channel.size(), most));
      }
      channel.close();
      return Optional.empty();
    } catch (IOException e) {
      throw new H5Exception(Kind.UNREADABLE, location.file(), "", "cannot be read: " + e, e);
    }
  }

  /** The superblock lies at 0, 512, 1024, …; addresses count from its base address. */
  private static Long base(FileChannel channel) throws IOException {
    for (long at = 0; at < channel.size(); at = at == 0 ? FIRST_BLOCK : 2 * at) {
      ByteBuffer block = bytes(channel, at, SUPERBLOCK_BYTES).limit(SUPERBLOCK_BYTES);
      byte[] start = new byte[SIGNATURE.length];
      block.get(start);
      if (java.util.Arrays.equals(start, SIGNATURE)) {
        int version = block.get(8);
        boolean old = version < 2;
        boolean usual =
            block.get(old ? 13 : 9) == ADDRESS_BYTES && block.get(old ? 14 : 10) == ADDRESS_BYTES;
        int where = version == 0 ? 24 : version == 1 ? 28 : 12;
        return usual ? block.getLong(where) : null;
      }
    }
    return null;
  }

  /** Bytes from a position of the file, as many as there are. */
  private static ByteBuffer bytes(FileChannel channel, long position, int count)
      throws IOException {
    return fill(channel, position, ByteBuffer.allocate(count));
  }

  private static ByteBuffer fill(FileChannel channel, long position, ByteBuffer buffer)
      throws IOException {
    while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {
      // Reads continue until the buffer is full or the file ends.
    }
    return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Bytes at an address, little-endian.
   *
   * @throws H5Exception {@code CORRUPT} if they are not all inside the file, {@code LIMIT_EXCEEDED}
   */
  ByteBuffer read(long address, long count) {
    check(address, count);
    return read(address, ByteBuffer.allocate((int) count));
  }

  /** Lends bytes at an address, in native memory, where the system writes and zlib reads. */
  public <T> T with(long address, long count, Function<ByteBuffer, T> work) {
    check(address, count);
    if (count > MOST_LENT) {
      return work.apply(read(address, count));
    }
    ByteBuffer lent = LENDING.pollFirst();
    lent = lent == null ? ByteBuffer.allocateDirect(MOST_LENT) : lent;
    try {
      return work.apply(read(address, lent.clear().limit((int) count)));
    } finally {
      LENDING.addFirst(lent);
    }
  }

  private void check(long address, long count) {
    if (address < 0
        || count < 0
        || base < 0
        || address > size - base
        || count > size - base - address) {
      throw corrupt("%d bytes at %d are not inside the file".formatted(count, address));
    } else if (count > most || count > Elements.MOST) {
      throw location.fault(Kind.LIMIT_EXCEEDED, count + " bytes at once; the limit is " + most);
    }
  }

  private ByteBuffer read(long address, ByteBuffer into) {
    int count = into.remaining();
    try {
      ByteBuffer found = fill(channel, base + address, into);
      if (found.limit() < count) {
        throw corrupt("the file has become shorter since it was opened; open it anew");
      }
      return found;
    } catch (IOException e) {
      throw new H5Exception(Kind.UNREADABLE, location.file(), "", "cannot be read: " + e, e);
    }
  }

  /** Bytes at a position of the file, which addresses are relative to. */
  public ByteBuffer readAt(long position, long count) {
    return read(position - base, count);
  }

  /** The fault of a damaged structure. */
  H5Exception corrupt(String detail) {
    return location.fault(Kind.CORRUPT, detail);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new H5Exception(Kind.UNREADABLE, location.file(), "", "cannot be closed: " + e, e);
    }
  }
}
