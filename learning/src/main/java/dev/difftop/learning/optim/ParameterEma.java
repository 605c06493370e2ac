package dev.difftop.learning.optim;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.learning.model.Parameters;

/**
 * Lets copies of parameters follow the originals slowly, {@code copy += (1 - kept) (original -
 * copy)}: an exponential moving average, as of target networks. Allocates nothing.
 */
public final class ParameterEma {
  private static final int STRETCH = 1024;

  private final Array[] originals;
  private final Array[] copies;
  private final float[] p = new float[STRETCH];
  private final float[] q = new float[STRETCH];
  private final double[] wideP = new double[STRETCH];
  private final double[] wideQ = new double[STRETCH];
  private double share;

  /**
   * A pair of originals and copies.
   *
   * @param copies follow those of {@code originals} that have the same name
   * @param kept share of a copy that a step keeps, 0 to 1
   * @throws IllegalArgumentException if a copy has no original
   */
  public ParameterEma(Parameters originals, Parameters copies, double kept) {
    this.originals = new Array[copies.arrays().size()];
    this.copies = copies.arrays().values().toArray(Array[]::new);
    int i = 0;
    for (String name : copies.arrays().keySet()) {
      Array original = originals.arrays().get(name);
      if (original == null) {
        throw new IllegalArgumentException("average: no parameter " + name + " to follow");
      }
      this.originals[i++] = original;
    }
    this.share = 1 - kept;
  }

  /**
   * One step of the copies with a share of its own.
   *
   * @param kept share of a copy that this and later steps keep, 0 to 1
   */
  public void step(double kept) {
    share = 1 - kept;
    step();
  }

  /** One step of the copies. */
  public void step() {
    for (int i = 0; i < copies.length; i++) {
      int size = copies[i].size();
      boolean single = copies[i].dtype() == DType.FLOAT32;
      for (int at = 0; at < size; at += STRETCH) {
        int n = Math.min(STRETCH, size - at);
        if (single) {
          follow(originals[i], copies[i], at, n);
        } else {
          followWide(originals[i], copies[i], at, n);
        }
      }
    }
  }

  private void follow(Array original, Array copy, int at, int n) {
    original.read(at, p, 0, n);
    copy.read(at, q, 0, n);
    float s = (float) share;
    for (int i = 0; i < n; i++) {
      q[i] += s * (p[i] - q[i]);
    }
    copy.write(at, q, 0, n);
  }

  private void followWide(Array original, Array copy, int at, int n) {
    original.read(at, wideP, 0, n);
    copy.read(at, wideQ, 0, n);
    for (int i = 0; i < n; i++) {
      wideQ[i] += share * (wideP[i] - wideQ[i]);
    }
    copy.write(at, wideQ, 0, n);
  }
}
