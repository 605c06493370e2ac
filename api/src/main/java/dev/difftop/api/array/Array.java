package dev.difftop.api.array;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/**
 * Numbers with a shape: what crosses the borders between services (observations, actions, batches,
 * parameters). It has no mathematics; that is written with {@link dev.difftop.api.program.Tensor}.
 *
 * <p>Row-major and contiguous. The buffer may lie on the heap or in native memory; reading and
 * writing through {@link #get}, {@link #set}, {@link #read} and {@link #write} hides the
 * difference, and never moves a buffer's position. Not synchronised.
 */
public final class Array {
  private final DType dtype;
  private final Shape shape;
  private final Buffer buffer;
  private final int size;

  private Array(DType dtype, Shape shape, Buffer buffer) {
    this.dtype = dtype;
    this.shape = shape;
    this.buffer = buffer;
    this.size = shape.size();
    if (shape.isBatched()) {
      throw new IllegalArgumentException(
          "array of shape " + shape + ": the batch size is not bound");
    }
    if (buffer.capacity() != size) {
      throw new IllegalArgumentException(
          "array of shape " + shape + " needs " + size + " elements, found " + buffer.capacity());
    }
  }

  /** An array of zeros on the heap. */
  public static Array zeros(DType dtype, Shape shape) {
    int n = shape.size();
    return switch (dtype) {
      case FLOAT32 -> new Array(dtype, shape, FloatBuffer.allocate(n));
      case FLOAT64 -> new Array(dtype, shape, DoubleBuffer.allocate(n));
      case UINT8 -> new Array(dtype, shape, ByteBuffer.allocate(n));
    };
  }

  /** A float64 array over {@code values}, which it shares. Without {@code dims}: a vector. */
  public static Array of(double[] values, int... dims) {
    return wrap(
        DoubleBuffer.wrap(values), dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
  }

  /** A float32 array over {@code values}, which it shares. Without {@code dims}: a vector. */
  public static Array of(float[] values, int... dims) {
    return wrap(
        FloatBuffer.wrap(values), dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
  }

  /** A uint8 array over {@code values}, which it shares. Without {@code dims}: a vector. */
  public static Array of(byte[] values, int... dims) {
    return wrap(
        ByteBuffer.wrap(values), dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
  }

  /** A float64 array without axes. */
  public static Array scalar(double value) {
    return wrap(DoubleBuffer.wrap(new double[] {value}), Shape.scalar());
  }

  /** A float64 array over a buffer, shared, all of its capacity. */
  public static Array wrap(DoubleBuffer buffer, Shape shape) {
    return new Array(DType.FLOAT64, shape, buffer);
  }

  /** A float32 array over a buffer, shared, all of its capacity. */
  public static Array wrap(FloatBuffer buffer, Shape shape) {
    return new Array(DType.FLOAT32, shape, buffer);
  }

  /** A uint8 array over a buffer, shared, all of its capacity. */
  public static Array wrap(ByteBuffer buffer, Shape shape) {
    return new Array(DType.UINT8, shape, buffer);
  }

  /** Number format. */
  public DType dtype() {
    return dtype;
  }

  /** Shape, without a free batch axis. */
  public Shape shape() {
    return shape;
  }

  /** Number of elements. */
  public int size() {
    return size;
  }

  /**
   * The buffer itself: a {@link FloatBuffer}, {@link DoubleBuffer} or {@link ByteBuffer} by dtype,
   * shared.
   */
  public Buffer buffer() {
    return buffer;
  }

  /** The element at a row-major index, uint8 as 0 to 255. */
  public double get(int index) {
    return switch (dtype) {
      case FLOAT32 -> ((FloatBuffer) buffer).get(index);
      case FLOAT64 -> ((DoubleBuffer) buffer).get(index);
      case UINT8 -> ((ByteBuffer) buffer).get(index) & 0xff;
    };
  }

  /** Writes one element, rounded to the array's dtype. */
  public void set(int index, double value) {
    switch (dtype) {
      case FLOAT32 -> ((FloatBuffer) buffer).put(index, (float) value);
      case FLOAT64 -> ((DoubleBuffer) buffer).put(index, value);
      case UINT8 -> ((ByteBuffer) buffer).put(index, (byte) Math.round(value));
    }
  }

  /** Copies {@code n} elements from {@code index} on into {@code out[offset ...]}. */
  public void read(int index, double[] out, int offset, int n) {
    if (dtype == DType.FLOAT64) {
      ((DoubleBuffer) buffer).get(index, out, offset, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      out[offset + i] = get(index + i);
    }
  }

  /** Copies {@code n} numbers of {@code in[offset ...]} to {@code index} on. */
  public void write(int index, double[] in, int offset, int n) {
    if (dtype == DType.FLOAT64) {
      ((DoubleBuffer) buffer).put(index, in, offset, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      set(index + i, in[offset + i]);
    }
  }

  /** Copies {@code n} elements from {@code index} on into {@code out[offset ...]}. */
  public void read(int index, float[] out, int offset, int n) {
    if (dtype == DType.FLOAT32) {
      ((FloatBuffer) buffer).get(index, out, offset, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      out[offset + i] = (float) get(index + i);
    }
  }

  /** Copies {@code n} numbers of {@code in[offset ...]} to {@code index} on. */
  public void write(int index, float[] in, int offset, int n) {
    if (dtype == DType.FLOAT32) {
      ((FloatBuffer) buffer).put(index, in, offset, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      set(index + i, in[offset + i]);
    }
  }

  /** Overwrites all elements with those of {@code source}, converted to this dtype. */
  public void copyFrom(Array source) {
    if (source.size != size) {
      throw new IllegalArgumentException(
          "cannot copy an array of shape " + source.shape + " into one of shape " + shape);
    }
    if (dtype == DType.FLOAT64 && source.dtype == DType.FLOAT64) {
      ((DoubleBuffer) buffer).put(0, (DoubleBuffer) source.buffer, 0, size);
    } else if (dtype == DType.FLOAT32 && source.dtype == DType.FLOAT32) {
      ((FloatBuffer) buffer).put(0, (FloatBuffer) source.buffer, 0, size);
    } else {
      for (int i = 0; i < size; i++) {
        set(i, source.get(i));
      }
    }
  }

  /** Sets every element. */
  public void fill(double value) {
    for (int i = 0; i < size; i++) {
      set(i, value);
    }
  }

  /** A new heap array with the same elements in another dtype (or the same one). */
  public Array as(DType target) {
    Array copy = zeros(target, shape);
    copy.copyFrom(this);
    return copy;
  }

  /** The same elements under another shape of equal size; the buffer is shared. */
  public Array reshape(int... dims) {
    return new Array(dtype, Shape.of(dims), buffer);
  }

  /** All elements as doubles, a copy. */
  public double[] toDoubles() {
    double[] out = new double[size];
    read(0, out, 0, size);
    return out;
  }

  /** All elements as floats, a copy. */
  public float[] toFloats() {
    float[] out = new float[size];
    read(0, out, 0, size);
    return out;
  }

  /** Dtype and shape, not the elements. */
  @Override
  public String toString() {
    return dtype + " " + shape;
  }
}
