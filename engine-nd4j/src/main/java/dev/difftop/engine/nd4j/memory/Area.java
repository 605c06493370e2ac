package dev.difftop.engine.nd4j.memory;

import dev.difftop.api.array.DType;
import java.nio.Buffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Where a storage lies for one worker: a native buffer and the index of the first element of the
 * worker's first sample. Binding an input moves it.
 */
public final class Area {
  public FloatBuffer floats;
  public DoubleBuffer doubles;

  /** Index in the buffer of the first element. */
  public int base;

  private Pointer pointer;

  /** Lies in a buffer from {@code base} on. */
  public void move(DType dtype, Buffer buffer, int base) {
    this.base = base;
    if (dtype == DType.FLOAT32) {
      floats = (FloatBuffer) buffer;
      pointer = new FloatPointer(floats);
    } else {
      doubles = (DoubleBuffer) buffer;
      pointer = new DoublePointer(doubles);
    }
  }

  /** Lies where another area does, from its element {@code offset} on. */
  public void lieIn(Area other, int offset) {
    floats = other.floats;
    doubles = other.doubles;
    pointer = other.pointer;
    base = other.base + offset;
  }

  /** A new pointer to the start of the buffer; it has a position of its own. */
  public FloatPointer floatPointer() {
    return new FloatPointer(pointer);
  }

  /** A new pointer to the start of the buffer; it has a position of its own. */
  public DoublePointer doublePointer() {
    return new DoublePointer(pointer);
  }
}
