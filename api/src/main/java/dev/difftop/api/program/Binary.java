package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.function.DoubleBinaryOperator;

/**
 * An elementwise function of two operands of equal shape; {@link Tensor}'s methods broadcast first.
 */
public enum Binary implements Primitive {
  /** {@code a + b}. */
  ADD(Double::sum),
  /** {@code a - b}. */
  SUBTRACT((a, b) -> a - b),
  /** {@code a b}. */
  MULTIPLY((a, b) -> a * b),
  /** {@code a / b}. */
  DIVIDE((a, b) -> a / b),
  /** The smaller one; at a tie the derivative is a's. */
  MIN(Math::min),
  /** The larger one; at a tie the derivative is a's. */
  MAX(Math::max),
  /** {@code a^b}; the derivative in b needs {@code a > 0}. */
  POWER(Math::pow),
  /** 1 where {@code a < b}, else 0. */
  LESS((a, b) -> a < b ? 1 : 0),
  /** 1 where {@code a <= b}, else 0. */
  LESS_EQUAL((a, b) -> a <= b ? 1 : 0),
  /** 1 where {@code a == b}, else 0. */
  EQUAL((a, b) -> a == b ? 1 : 0);

  private final DoubleBinaryOperator value;

  Binary(DoubleBinaryOperator value) {
    this.value = value;
  }

  /** The function itself, in double precision. */
  public double apply(double a, double b) {
    return value.applyAsDouble(a, b);
  }

  @Override
  public Shape shape(Tensor[] operands) {
    if (!operands[0].shape().equals(operands[1].shape())) {
      throw new ShapeException(
          name() + ": shapes " + operands[0].shape() + " and " + operands[1].shape() + " differ");
    }
    return operands[0].shape();
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    Tensor a = operands[0];
    Tensor b = operands[1];
    Tensor da = tangents[0];
    Tensor db = tangents[1];
    return switch (this) {
      case ADD -> sum(da, db);
      case SUBTRACT -> sum(da, db == null ? null : db.negate());
      case MULTIPLY -> sum(da == null ? null : da.times(b), db == null ? null : db.times(a));
      case DIVIDE -> sum(da, db == null ? null : db.times(y).negate()).dividedBy(b);
      case MIN -> a.lessEqual(b).where(orZero(da, y), orZero(db, y));
      case MAX -> b.lessEqual(a).where(orZero(da, y), orZero(db, y));
      case POWER ->
          sum(
              da == null ? null : da.times(powerSlope(a, b)),
              db == null ? null : db.times(y.times(a.log())));
      case LESS, LESS_EQUAL, EQUAL -> null;
    };
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor g) {
    Tensor a = operands[0];
    Tensor b = operands[1];
    Tensor zero = Tensor.constant(0);
    return switch (this) {
      case ADD -> new Tensor[] {g, g};
      case SUBTRACT -> new Tensor[] {g, g.negate()};
      case MULTIPLY -> new Tensor[] {g.times(b), g.times(a)};
      case DIVIDE -> {
        Tensor q = g.dividedBy(b);
        yield new Tensor[] {q, q.times(y).negate()};
      }
      case MIN -> {
        Tensor first = a.lessEqual(b);
        yield new Tensor[] {first.where(g, zero), first.where(zero, g)};
      }
      case MAX -> {
        Tensor first = b.lessEqual(a);
        yield new Tensor[] {first.where(g, zero), first.where(zero, g)};
      }
      case POWER -> new Tensor[] {g.times(powerSlope(a, b)), logSlope(a, b, y, g)};
      case LESS, LESS_EQUAL, EQUAL -> new Tensor[2];
    };
  }

  private static Tensor powerSlope(Tensor a, Tensor b) {
    return b.times(a.power(b.minus(1)));
  }

  /**
   * The derivative in the exponent; a constant exponent must not bring in log(a) of a negative
   * base.
   */
  private static Tensor logSlope(Tensor a, Tensor b, Tensor y, Tensor g) {
    return b.primitive() instanceof Constant ? null : g.times(y.times(a.log()));
  }

  private static Tensor sum(Tensor a, Tensor b) {
    return a == null ? b : b == null ? a : a.plus(b);
  }

  private static Tensor orZero(Tensor t, Tensor like) {
    return t == null ? Tensor.zeros(like.shape()) : t;
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    int rank = mappedRank(operands, mapped);
    return Tensor.elementwise(
        this,
        Shaping.liftForMap(operands[0], mapped[0], rank),
        Shaping.liftForMap(operands[1], mapped[1], rank));
  }

  static int mappedRank(Tensor[] operands, boolean[] mapped) {
    for (int i = 0; i < operands.length; i++) {
      if (mapped[i]) {
        return Shaping.sample(operands[i]).length;
      }
    }
    throw new IllegalStateException("no operand is mapped");
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    double[] a = operands[0];
    double[] b = operands[1];
    double[] out = new double[a.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = value.applyAsDouble(a[i], b[i]);
    }
    return out;
  }
}
