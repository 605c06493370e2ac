package dev.difftop.hdf5.decode;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The chunks of a dataset that were decoded lately, up to a mebibyte as in the library itself. */
public final class ChunkCache {
  private static final long MOST_BYTES = 1 << 20;

  private final Map<Long, byte[]> chunks = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** The chunk of that number; decoded if it is not here. Large ones are not kept. */
  public byte[] get(long number, Supplier<byte[]> decode) {
    synchronized (this) {
      byte[] found = chunks.get(number);
      if (found != null) {
        return found;
      }
    }
    byte[] decoded = decode.get();
    if (decoded != null && decoded.length <= MOST_BYTES / 2) {
      keep(number, decoded);
    }
    return decoded;
  }

  /** Whether the chunk of that number is here. */
  public synchronized boolean has(long number) {
    return chunks.containsKey(number);
  }

  private synchronized void keep(long number, byte[] decoded) {
    if (chunks.put(number, decoded) == null) {
      bytes += decoded.length;
    }
    var oldest = chunks.values().iterator();
    while (bytes > MOST_BYTES) {
      bytes -= oldest.next().length;
      oldest.remove();
    }
  }
}
