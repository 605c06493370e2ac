package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.data.hdf5.inspect.Checksum;
import dev.difftop.data.hdf5.inspect.ExactSum;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  @Test
  void theSumIsRoundedOnceOnly() {
    ExactSum sum = new ExactSum();
    for (float value :
        new float[] {1e30f, 1, Float.MIN_VALUE, -1e30f, 0x1p-30f, -Float.MIN_VALUE}) {
      sum.add(value);
    }
    assertEquals(1 + 0x1p-30, sum.value());
    ExactSum least = new ExactSum();
    least.add(-Float.MIN_VALUE);
    assertEquals(-Float.MIN_VALUE, least.value());
  }

  @Test
  void theSumAgreesWithDecimalArithmetic() {
    Random random = new Random(3);
    ExactSum sum = new ExactSum();
    BigDecimal decimal = BigDecimal.ZERO;
    for (int i = 0; i < 20_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(value)) {
        sum.add(value);
        decimal = decimal.add(new BigDecimal(value));
      }
    }
    assertEquals(decimal.doubleValue(), sum.value());
  }

  /** Digests computed with numpy. */
  @Test
  void digestsAreThoseOfNumpy() {
    Checksum checksum = new Checksum(0);
    checksum.add(
        new float[] {1.5f, Float.intBitsToFloat(0xffc12345), Float.POSITIVE_INFINITY, -0f});
    assertEquals(1.5, checksum.sum());
    assertEquals(2, checksum.notFinite());
    assertEquals(
        "b111fc2ebf9a80c49f554bd9614b5963346e8738d1c9dd8a73d876039bd3deb8", checksum.floatDigest());
    Checksum small = new Checksum(2);
    small.add(new long[] {-2, 300});
    small.add(new long[] {7});
    assertEquals(305, small.sum());
    assertEquals(
        "b594fd91bd160ff0be3bb5a635e0b23ccf8a59342b419884397bb072f0bb4cd1", small.floatDigest());
    assertEquals(
        "f85888d2a02403cc106da956d4838331b9ac961d0e9e083d97eafde683b10657", small.storedDigest());
  }
}
