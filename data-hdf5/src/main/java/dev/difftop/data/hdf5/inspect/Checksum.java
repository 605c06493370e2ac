package dev.difftop.data.hdf5.inspect;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What identifies an array whatever its number format: the SHA-256 of its elements in row-major
 * order as little-endian float32, every NaN as 0x7fc00000, and the correctly rounded sum of the
 * finite ones. Small integers also have the SHA-256 of what is stored.
 */
public final class Checksum {
  private static final int BLOCK = 1 << 14;

  private final MessageDigest floats = sha256();
  private final ExactSum sum = new ExactSum();
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final int storedBytes;
  private final MessageDigest stored;
  private long notFinite;

  /**
   * A checksum of nothing yet.
   *
   * @param storedBytes size of a stored integer whose bytes count as well; 0 if they do not
   */
  public Checksum(int storedBytes) {
    this.storedBytes = storedBytes;
    this.stored = storedBytes > 0 ? sha256() : null;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds these numbers. */
  public void add(float[] values) {
    for (float value : values) {
      if (Float.isFinite(value)) {
        sum.add(value);
      } else {
        notFinite++;
      }
      // This method, unlike its raw sister, gives every NaN the same bits: 0x7fc00000.
      buffer.putInt(Float.floatToIntBits(value));
      if (!buffer.hasRemaining()) {
        flush(floats);
      }
    }
    flush(floats);
  }

  /** Adds these stored integers. */
  public void add(long[] values) {
    float[] converted = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      converted[i] = values[i];
      for (int b = 0; b < storedBytes; b++) {
        buffer.put((byte) (values[i] >> (Byte.SIZE * b)));
      }
      if (buffer.remaining() < Long.BYTES) {
        flush(stored);
      }
    }
    flush(stored);
    add(converted);
  }

  private void flush(MessageDigest digest) {
    digest.update(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  /** The correctly rounded sum of the finite numbers. */
  public double sum() {
    return sum.value();
  }

  /** How many numbers were NaN or infinite. */
  public long notFinite() {
    return notFinite;
  }

  /** SHA-256 over float32; to be asked once. */
  public String floatDigest() {
    return HexFormat.of().formatHex(floats.digest());
  }

  /** SHA-256 over the stored integers; to be asked once, and only if they count. */
  public String storedDigest() {
    return HexFormat.of().formatHex(stored.digest());
  }
}
