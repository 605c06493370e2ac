package dev.difftop.hdf5.decode;

/** Reads numbers of any count of bits, the highest bit first, as packing filters store them. */
final class BitReader {
  private final byte[] bytes;
  private long at;

  /**
   * A reader.
   *
   * @param from the first byte to read
   */
  BitReader(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = (long) from * Byte.SIZE;
  }

  /** Whether so many bits are left. */
  boolean has(long bits) {
    return bits <= (long) bytes.length * Byte.SIZE - at;
  }

  /** The next bits as an unsigned number; at most 64, which must be there. */
  long next(int bits) {
    long value = 0;
    int left = bits;
    while (left > 0) {
      int inByte = (int) (at % Byte.SIZE);
      int taken = Math.min(left, Byte.SIZE - inByte);
      int part = (bytes[(int) (at / Byte.SIZE)] & 0xff) >> (Byte.SIZE - inByte - taken);
      value = value << taken | part & ((1 << taken) - 1);
      at += taken;
      left -= taken;
    }
    return value;
  }
}
