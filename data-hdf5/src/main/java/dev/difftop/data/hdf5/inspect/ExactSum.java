package dev.difftop.data.hdf5.inspect;

import java.math.BigInteger;

/**
 * The correctly rounded sum of finite float32 numbers. Every such number is a whole multiple of
 * 2^-149 below 2^277 of them; so the sum is kept as a whole number, in digits of 32 bits.
 */
public final class ExactSum {
  private static final int DIGIT_BITS = 32;
  private static final long DIGIT = 0xffffffffL;
  private static final int DIGITS = 12;
  private static final int MANTISSA_BITS = 23;
  private static final int SMALLEST_EXPONENT = -149;
  private static final int ADDS_BEFORE_CARRY = 1 << 28;

  private final long[] digits = new long[DIGITS];
  private int adds;

  /** Adds a finite number. */
  public void add(float value) {
    int bits = Float.floatToRawIntBits(value);
    int exponent = (bits >>> MANTISSA_BITS) & 0xff;
    long mantissa = bits & ((1 << MANTISSA_BITS) - 1);
    int shift = 0;
    if (exponent > 0) {
      mantissa |= 1 << MANTISSA_BITS;
      shift = exponent - 1;
    }
    int digit = shift / DIGIT_BITS;
    long placed = mantissa << (shift % DIGIT_BITS);
    long low = placed & DIGIT;
    long high = placed >>> DIGIT_BITS;
    if (bits < 0) {
      digits[digit] -= low;
      digits[digit + 1] -= high;
    } else {
      digits[digit] += low;
      digits[digit + 1] += high;
    }
    if (++adds == ADDS_BEFORE_CARRY) {
      carry();
    }
  }

  private void carry() {
    for (int i = 0; i + 1 < DIGITS; i++) {
      digits[i + 1] += digits[i] >> DIGIT_BITS;
      digits[i] &= DIGIT;
    }
    adds = 0;
  }

  /** The sum as the nearest float64. */
  public double value() {
    carry();
    BigInteger whole = BigInteger.valueOf(digits[DIGITS - 1]);
    for (int i = DIGITS - 2; i >= 0; i--) {
      whole = whole.shiftLeft(DIGIT_BITS).add(BigInteger.valueOf(digits[i]));
    }
    // Rounding happens here; the scaling is exact, as the result is never below 2^-149.
    return Math.scalb(whole.doubleValue(), SMALLEST_EXPONENT);
  }
}
