package dev.difftop.hdf5.decode;

import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Storage.Filter;
import dev.difftop.hdf5.value.Location;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Undoes the filters of a chunk: deflate, shuffle, Fletcher's checksum, packed bits. The library
 * would do it under its lock, and does not look whether a chunk comes out at its size before it
 * copies from it.
 */
public final class Pipeline {
  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER32 = 3;
  private static final int NBIT = 5;
  private static final int SCALE_OFFSET = 6;
  private static final Set<Integer> KNOWN =
      Set.of(DEFLATE, SHUFFLE, FLETCHER32, NBIT, SCALE_OFFSET);
  private static final int CHECKSUM_BYTES = 4;

  /** Checksums and the heads of packed chunks make a chunk longer before it is compressed. */
  public static final int MOST_ADDED_BYTES = 64;

  private static final int WORDS_BEFORE_FOLD = 360;

  private final List<Filter> filters;
  private final int size;
  private final Location location;

  /**
   * Filters of a dataset.
   *
   * @param size bytes of a chunk without filters
   */
  public Pipeline(List<Filter> filters, int size, Location location) {
    this.filters = filters;
    this.size = size;
    this.location = location;
  }

  /** Bytes of a chunk without filters. */
  public int size() {
    return size;
  }

  /** Whether all filters are known here. */
  public static boolean knows(List<Filter> filters) {
    return filters.stream().allMatch(f -> KNOWN.contains(f.id()));
  }

  /**
   * The elements of a chunk.
   *
   * @param stored its bytes in the file; read to its end
   * @param skipped bit i is set if filter i was not applied
   * @throws H5Exception {@code CORRUPT} if it does not come out whole
   */
  public byte[] decode(ByteBuffer stored, int skipped) {
    byte[] bytes = null;
    for (int i = filters.size() - 1; i >= 0; i--) {
      if ((skipped & (1 << i)) == 0) {
        Filter filter = filters.get(i);
        bytes =
            bytes == null && filter.id() == DEFLATE
                ? inflate(stored)
                : undo(filter, bytes == null ? array(stored) : bytes);
      }
    }
    bytes = bytes == null ? array(stored) : bytes;
    if (bytes.length != size) {
      throw corrupt("comes out at " + bytes.length + " bytes; expected " + size);
    }
    return bytes;
  }

  private static byte[] array(ByteBuffer stored) {
    byte[] bytes = new byte[stored.remaining()];
    stored.get(bytes);
    return bytes;
  }

  private byte[] undo(Filter filter, byte[] bytes) {
    return switch (filter.id()) {
      case DEFLATE -> inflate(ByteBuffer.wrap(bytes));
      case SHUFFLE -> unshuffle(bytes, filter.parameter());
      case FLETCHER32 -> verify(bytes);
      default -> unpack(filter, bytes);
    };
  }

  private H5Exception corrupt(String detail) {
    return location.fault(Kind.CORRUPT, "has a chunk that " + detail);
  }

  private byte[] unpack(Filter filter, byte[] bytes) {
    try {
      return filter.id() == NBIT
          ? Packing.nbit(bytes, filter.parameters(), size)
          : Packing.scaleOffset(bytes, filter.parameters(), size);
    } catch (Packing.DamagedException e) {
      throw corrupt(e.getMessage());
    }
  }

  /** Whether stored bytes can be decoded in location: deflate and nothing else was applied. */
  public boolean onlyInflates(int skipped) {
    return filters.size() == 1 && filters.get(0).id() == DEFLATE && skipped == 0;
  }

  /** Inflates a chunk to where it is wanted. Only if {@link #onlyInflates}. */
  public void inflateInto(ByteBuffer stored, byte[] into, int offset) {
    int n = inflate(stored, into, offset, size);
    if (n != size) {
      throw corrupt("comes out at " + n + " bytes; expected " + size);
    }
  }

  private byte[] inflate(ByteBuffer bytes) {
    // Checksums and heads that were added before may still be there.
    byte[] out = new byte[size + (filters.size() > 1 ? MOST_ADDED_BYTES : 0)];
    int n = inflate(bytes, out, 0, out.length);
    return n == out.length ? out : Arrays.copyOf(out, n);
  }

  private int inflate(ByteBuffer bytes, byte[] into, int offset, int most) {
    Inflater inflater = Inflaters.take();
    try {
      inflater.setInput(bytes);
      int n = inflater.inflate(into, offset, most);
      // Room for one byte more shows whether it ends here, and lets its checksum be compared.
      boolean longer = n == most && !inflater.finished() && inflater.inflate(new byte[1]) > 0;
      if (longer || !inflater.finished()) {
        throw corrupt("does not inflate: it ends early or is too long");
      }
      return n;
    } catch (DataFormatException e) {
      throw new H5Exception(
          Kind.CORRUPT,
          location.file(),
          location.path(),
          "has a chunk that does not inflate: " + e.getMessage(),
          e);
    } finally {
      Inflaters.giveBack(inflater);
    }
  }

  /** Shuffling puts all first bytes of the elements in front, then all second ones, … */
  private static byte[] unshuffle(byte[] bytes, int width) {
    if (width <= 1) {
      return bytes;
    }
    int n = bytes.length / width;
    byte[] out = bytes.clone();
    for (int b = 0; b < width; b++) {
      for (int i = 0; i < n; i++) {
        out[i * width + b] = bytes[b * n + i];
      }
    }
    return out;
  }

  private byte[] verify(byte[] bytes) {
    int n = bytes.length - CHECKSUM_BYTES;
    if (n < 0) {
      throw corrupt("is too short for its checksum");
    }
    int stored = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(n);
    int computed = fletcher32(bytes, n);
    // Early versions of the library stored the checksum with swapped bytes.
    int swapped = ((computed & 0x00ff00ff) << 8) | ((computed >>> 8) & 0x00ff00ff);
    if (stored != computed && stored != swapped) {
      throw corrupt("fails its Fletcher32 checksum");
    }
    return Arrays.copyOf(bytes, n);
  }

  private static int fletcher32(byte[] bytes, int n) {
    int low = 0;
    int high = 0;
    int at = 0;
    for (int words = n / 2; words > 0; ) {
      int block = Math.min(words, WORDS_BEFORE_FOLD);
      words -= block;
      for (int i = 0; i < block; i++, at += 2) {
        low += ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
        high += low;
      }
      low = (low & 0xffff) + (low >>> 16);
      high = (high & 0xffff) + (high >>> 16);
    }
    if (n % 2 != 0) {
      low += (bytes[at] & 0xff) << 8;
      high += low;
      low = (low & 0xffff) + (low >>> 16);
      high = (high & 0xffff) + (high >>> 16);
    }
    low = (low & 0xffff) + (low >>> 16);
    high = (high & 0xffff) + (high >>> 16);
    return (high << 16) | low;
  }
}
