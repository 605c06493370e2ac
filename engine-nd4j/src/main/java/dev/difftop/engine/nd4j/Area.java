package dev.difftop.engine.nd4j;

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
final class Area {
  FloatBuffer floats;
  DoubleBuffer doubles;

  /** Index in the buffer of the first element. */
  int base;

  private Pointer pointer;

  /** Lies in a buffer from {@code base} on. */
  void move(DType dtype, Buffer buffer, int base) {
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
  void lieIn(Area other, int offset) {
    floats = other.floats;
    doubles = other.doubles;
    pointer = other.pointer;
    base = other.base + offset;
  }

  /** A new pointer to the start of the buffer; it has a position of its own. */
  FloatPointer floatPointer() {
    return new FloatPointer(pointer);
  }

  /** A new pointer to the start of the buffer; it has a position of its own. */
  DoublePointer doublePointer() {
    return new DoublePointer(pointer);
  }
}
