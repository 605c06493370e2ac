package dev.difftop.hdf5;

import org.bytedeco.javacpp.Pointer;

/** A piece of native memory with one owner, filled with zeros; closed at once, never collected. */
final class Memory implements AutoCloseable {
  private final Pointer pointer;

  Memory(long bytes) {
    pointer = Pointer.calloc(Math.max(1, bytes), 1);
    if (pointer == null || pointer.isNull()) {
      throw new OutOfMemoryError("no native memory for " + bytes + " bytes of HDF5 data");
    }
  }

  Pointer pointer() {
    return pointer;
  }

  @Override
  public void close() {
    Pointer.free(pointer);
  }
}
