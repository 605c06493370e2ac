package dev.difftop.engine.nd4j.memory;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.lang.ref.Cleaner;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A run of numbers in ND4J's native memory, zeroed and aligned to cache lines. It is freed once
 * neither it nor any buffer made of it is reachable, or by {@link #free}.
 */
public final class Block {
  /** A cache line, and the widest vector of today's processors. */
  public static final int ALIGNMENT = 64;

  private static final Cleaner CLEANER = Cleaner.create();

  /** First address and size of every block that is alive. */
  private static final NavigableMap<Long, Long> ALIVE = new ConcurrentSkipListMap<>();

  public final DType dtype;
  public final int length;
  public final ByteBuffer bytes;
  private final Cleaner.Cleanable cleanable;

  /**
   * Allocates.
   *
   * @param length number of elements
   * @throws IllegalArgumentException if it takes 2 GiB or more
   * @throws OutOfMemoryError if there is not as much memory
   */
  public Block(DType dtype, long length) {
    long size = length * dtype.bytes();
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "engine nd4j: one array of %d %s needs %d bytes, more than the 2 GiB of a buffer; use a"
                  .formatted(length, dtype, size)
              + " smaller batch");
    }
    this.dtype = dtype;
    this.length = (int) length;
    DataBuffer buffer = Nd4j.createBuffer(DataType.BYTE, size + ALIGNMENT, true);
    long start = buffer.pointer().address();
    long shift = -start & (ALIGNMENT - 1);
    BytePointer aligned = new BytePointer(buffer.pointer()).position(shift).limit(shift + size);
    this.bytes = aligned.asByteBuffer();
    long key = start + shift;
    ALIVE.put(key, size);
    this.cleanable =
        CLEANER.register(
            bytes,
            () -> {
              ALIVE.remove(key);
              buffer.close();
            });
  }

  /** Whether a buffer lies within a block that is alive. */
  public static boolean contains(Buffer buffer) {
    if (!buffer.isDirect()) {
      return false;
    }
    Pointer pointer = new Pointer(buffer);
    Map.Entry<Long, Long> below = ALIVE.floorEntry(pointer.address());
    return below != null && pointer.address() < below.getKey() + Math.max(1, below.getValue());
  }

  /** All of it as an array. */
  public Array array(Shape shape) {
    return switch (dtype) {
      case FLOAT32 -> Array.wrap(floats(), shape);
      case FLOAT64 -> Array.wrap(doubles(), shape);
      case UINT8 -> Array.wrap(bytes, shape);
    };
  }

  public long sizeInBytes() {
    return (long) length * dtype.bytes();
  }

  public FloatBuffer floats() {
    return bytes.asFloatBuffer();
  }

  public DoubleBuffer doubles() {
    return bytes.asDoubleBuffer();
  }

  /** Frees at once: only for memory that nobody else can hold. */
  public void free() {
    cleanable.clean();
  }
}
