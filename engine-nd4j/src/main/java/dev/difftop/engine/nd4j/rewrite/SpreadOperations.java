package dev.difftop.engine.nd4j.rewrite;

import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Broadcast;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Unary;

/**
 * Elementwise operations on broadcast operands: what is the same along a row is computed once and
 * broadcast then.
 */
final class SpreadOperations {
  private SpreadOperations() {}

  /**
   * An elementwise operation as the broadcast of a smaller one; null if an operand is no broadcast.
   *
   * @param t the operation
   * @param x its operands
   */
  static Tensor beforeSpreading(Tensor t, Tensor[] x) {
    if (t.primitive() instanceof Unary f && isSpread(x[0])) {
      return Tensor.apply(f, x[0].operand(0)).broadcastTo(t.shape());
    }
    if (!(t.primitive() instanceof Binary f)) {
      return null;
    }
    Tensor like = isSpread(x[0]) ? x[0].operand(0) : isSpread(x[1]) ? x[1].operand(0) : null;
    Tensor a = like == null ? null : before(x[0], like);
    Tensor b = like == null ? null : before(x[1], like);
    return a == null || b == null ? null : Tensor.apply(f, a, b).broadcastTo(t.shape());
  }

  private static boolean isSpread(Tensor t) {
    return t.primitive() instanceof Broadcast
        && Lowering.size(t.operand(0)) < Lowering.size(t)
        && t.operand(0).shape().isBatched() == t.shape().isBatched();
  }

  /** What a tensor is a broadcast of, if that has the shape of another such operand. */
  private static Tensor before(Tensor t, Tensor like) {
    Double number = Lowering.uniform(t);
    if (number != null) {
      return Tensor.filled(like.shape(), number);
    }
    return isSpread(t) && t.operand(0).shape().equals(like.shape()) ? t.operand(0) : null;
  }

  /** A product, in which a number that multiplies a whole operand multiplies the spread one. */
  static Tensor times(Tensor a, Tensor b) {
    if (isSpread(b) && scale(a) != null) {
      return times(b, a);
    }
    Double number = isSpread(a) ? scale(b) : null;
    if (number == null) {
      return a.times(b);
    }
    Tensor small = a.operand(0);
    Tensor scaled = small.times(Tensor.filled(small.shape(), number));
    return scaled.broadcastTo(a.shape()).times(b.operand(0));
  }

  /** The number by which a tensor is multiplied on the right; null if there is none. */
  private static Double scale(Tensor t) {
    return t.primitive() == Binary.MULTIPLY && Lowering.uniform(t.operand(0)) == null
        ? Lowering.uniform(t.operand(1))
        : null;
  }
}
