package dev.difftop.env.mujoco.tasks.definition;

import java.nio.DoubleBuffer;

/** Copies runs of numbers into an observation. */
public final class Numbers {
  private Numbers() {}

  /**
   * Copies {@code from[first ...]} to its end.
   *
   * @return the place after the last number written
   */
  public static int rest(DoubleBuffer from, int first, double[] out, int offset) {
    int n = from.capacity() - first;
    return some(from, first, n, out, offset);
  }

  /** Copies {@code n} numbers; returns the place after them. */
  public static int some(DoubleBuffer from, int first, int n, double[] out, int offset) {
    from.get(first, out, offset, n);
    return offset + n;
  }
}
