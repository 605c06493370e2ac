package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.function.BinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * An elementwise function of one operand. Each states its derivative through its input x and its
 * output y, and that one rule serves {@link #jvp} and {@link #vjp}.
 */
public enum Unary implements Primitive {
  /** {@code -x}. */
  NEGATE(x -> -x, (x, y) -> Tensor.constant(-1)),
  /** {@code e^x}. */
  EXP(Math::exp, (x, y) -> y),
  /** {@code e^x - 1}. */
  EXPM1(Math::expm1, (x, y) -> y.plus(1)),
  /** Natural logarithm. */
  LOG(Math::log, (x, y) -> x.reciprocal()),
  /** {@code log(1 + x)}. */
  LOG1P(Math::log1p, (x, y) -> x.plus(1).reciprocal()),
  /** Square root. */
  SQRT(Math::sqrt, (x, y) -> y.reciprocal().times(0.5)),
  /** {@code x²}. */
  SQUARE(x -> x * x, (x, y) -> x.times(2)),
  /** {@code 1 / x}. */
  RECIPROCAL(x -> 1 / x, (x, y) -> y.square().negate()),
  /** Sine, radians. */
  SIN(Math::sin, (x, y) -> x.cos()),
  /** Cosine, radians. */
  COS(Math::cos, (x, y) -> x.sin().negate()),
  /** Hyperbolic tangent. */
  TANH(Math::tanh, (x, y) -> y.square().negate().plus(1)),
  /** {@code 1 / (1 + e^-x)}. */
  SIGMOID(Unary::sigmoid, (x, y) -> y.times(y.negate().plus(1))),
  /** {@code log(1 + e^x)}, without overflow. */
  SOFTPLUS(x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), (x, y) -> x.sigmoid()),
  /** {@code max(x, 0)}; derivative 0 at 0. */
  RELU(x -> Math.max(x, 0), (x, y) -> x.step()),
  /** {@code x} above 0, {@code e^x - 1} below; its second derivative jumps at 0. */
  ELU(x -> x > 0 ? x : Math.expm1(x), (x, y) -> y.min(0).plus(1)),
  /** {@code |x|}; derivative 0 at 0. */
  ABS(Math::abs, (x, y) -> x.sign()),
  /** -1, 0 or 1. */
  SIGN(Math::signum, (x, y) -> null),
  /** 1 where {@code x > 0}, else 0. */
  STEP(x -> x > 0 ? 1 : 0, (x, y) -> null),
  /** Arc tangent, radians. */
  ATAN(Math::atan, (x, y) -> x.square().plus(1).reciprocal());

  private final DoubleUnaryOperator value;
  private final BinaryOperator<Tensor> derivative;

  Unary(DoubleUnaryOperator value, BinaryOperator<Tensor> derivative) {
    this.value = value;
    this.derivative = derivative;
  }

  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return x >= 0 ? 1 / (1 + e) : e / (1 + e);
  }

  /** The function itself, in double precision. */
  public double apply(double x) {
    return value.applyAsDouble(x);
  }

  @Override
  public Shape shape(Tensor[] operands) {
    return operands[0].shape();
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    Tensor d = derivative.apply(operands[0], y);
    return d == null ? null : tangents[0].times(d);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor d = derivative.apply(operands[0], y);
    return new Tensor[] {d == null ? null : cotangent.times(d)};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    return Tensor.apply(this, operands[0]);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    double[] x = operands[0];
    double[] out = new double[x.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = value.applyAsDouble(x[i]);
    }
    return out;
  }
}
