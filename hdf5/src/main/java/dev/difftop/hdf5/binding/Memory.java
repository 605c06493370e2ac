package dev.difftop.hdf5.binding;

import org.bytedeco.javacpp.Pointer;

/** A piece of native memory with one owner, filled with zeros; closed at once, never collected. */
public final class Memory implements AutoCloseable {
  private final Pointer pointer;

  public Memory(long bytes) {
    pointer = Pointer.calloc(Math.max(1, bytes), 1);
    if (pointer == null || pointer.isNull()) {
      throw new OutOfMemoryError("no native memory for " + bytes + " bytes of HDF5 data");
    }
  }

  public Pointer pointer() {
    return pointer;
  }

  @Override
  public void close() {
    Pointer.free(pointer);
  }
}
