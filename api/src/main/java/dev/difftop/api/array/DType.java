package dev.difftop.api.array;

/** The number format of an {@link Array} and of a compiled program. */
public enum DType {
  /** IEEE single precision. */
  FLOAT32(4),
  /** IEEE double precision. */
  FLOAT64(8),
  /** Unsigned bytes: images. */
  UINT8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether programs can compute with it. */
  public boolean isFloating() {
    return this != UINT8;
  }
}
