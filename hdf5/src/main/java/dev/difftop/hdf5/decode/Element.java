package dev.difftop.hdf5.decode;

import java.util.function.LongSupplier;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/** The Java arrays that numbers are read into and written from; the library converts. */
public enum Element {
  FLOAT(Float.BYTES, hdf5::H5T_NATIVE_FLOAT_g) {
    @Override
    public void take(Pointer from, Object to, int offset, int n) {
      new FloatPointer(from).get((float[]) to, offset, n);
    }

    @Override
    public void give(Object from, int offset, int n, Pointer to) {
      new FloatPointer(to).put((float[]) from, offset, n);
    }
  },
  DOUBLE(Double.BYTES, hdf5::H5T_NATIVE_DOUBLE_g) {
    @Override
    public void take(Pointer from, Object to, int offset, int n) {
      new DoublePointer(from).get((double[]) to, offset, n);
    }

    @Override
    public void give(Object from, int offset, int n, Pointer to) {
      new DoublePointer(to).put((double[]) from, offset, n);
    }
  },
  LONG(Long.BYTES, hdf5::H5T_NATIVE_LLONG_g) {
    @Override
    public void take(Pointer from, Object to, int offset, int n) {
      new LongPointer(from).get((long[]) to, offset, n);
    }

    @Override
    public void give(Object from, int offset, int n, Pointer to) {
      new LongPointer(to).put((long[]) from, offset, n);
    }
  },
  BYTE(Byte.BYTES, hdf5::H5T_NATIVE_UCHAR_g) {
    @Override
    public void take(Pointer from, Object to, int offset, int n) {
      new BytePointer(from).get((byte[]) to, offset, n);
    }

    @Override
    public void give(Object from, int offset, int n, Pointer to) {
      new BytePointer(to).put((byte[]) from, offset, n);
    }
  };

  private final int bytes;
  private final LongSupplier type;

  Element(int bytes, LongSupplier type) {
    this.bytes = bytes;
    this.type = type;
  }

  public int bytes() {
    return bytes;
  }

  /** The library's datatype in memory. Known only once the library has started. */
  public long type() {
    return type.getAsLong();
  }

  /** Copies {@code n} numbers out of native memory. */
  public abstract void take(Pointer from, Object to, int offset, int n);

  /** Copies {@code n} numbers into native memory. */
  public abstract void give(Object from, int offset, int n, Pointer to);
}
