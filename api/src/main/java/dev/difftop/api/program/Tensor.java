package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node of a program: an operation on other tensors. It has a shape but no numbers; those come
 * when an engine runs the program. Immutable.
 *
 * <p>A tensor is <em>batched</em>, with the batch as axis 0, or <em>shared</em> by all samples.
 * Operations treat samples alike and never mix them, but for sums and means over axis 0. Operands
 * of elementwise operations are broadcast: batch to batch, the other axes from the right.
 *
 * <p>Axes in the methods here count as in {@link #shape()}, the batch included; negative ones count
 * from the end. A wrong shape is refused at once with a {@link ShapeException}.
 */
public final class Tensor {
  private static final AtomicLong COUNTER = new AtomicLong();

  /** Below every point that counts, in both number formats. */
  private static final double LOWEST = -Float.MAX_VALUE;

  private final long id = COUNTER.getAndIncrement();
  private final Primitive primitive;
  private final Tensor[] operands;
  private final Shape shape;
  private final Origin origin = Origin.here();

  private Tensor(Primitive primitive, Tensor[] operands) {
    this.primitive = primitive;
    this.operands = operands;
    this.shape = primitive.shape(operands);
  }

  // ------------------------------------------------------------------ leaves

  /** An input of a program, a new one at every call. */
  public static Tensor input(String name, Shape shape) {
    return new Tensor(new Input(name, shape), new Tensor[0]);
  }

  /** A shared scalar. */
  public static Tensor constant(double value) {
    return filled(Shape.scalar(), value);
  }

  /** A shared constant; without {@code dims} a vector. */
  public static Tensor constant(double[] values, int... dims) {
    Shape shape = dims.length == 0 ? Shape.of(values.length) : Shape.of(dims);
    return new Tensor(new Constant(shape, values), new Tensor[0]);
  }

  /** Zeros, batched or shared as the shape says. */
  public static Tensor zeros(Shape shape) {
    return filled(shape, 0);
  }

  /** One value everywhere. */
  public static Tensor filled(Shape shape, double value) {
    return new Tensor(new Constant(shape, value), new Tensor[0]);
  }

  /** The identity matrix, shared, shape (n, n). */
  public static Tensor identity(int n) {
    double[] values = new double[n * n];
    for (int i = 0; i < n; i++) {
      values[i * n + i] = 1;
    }
    return constant(values, n, n);
  }

  /** The size of the batch, a shared scalar. */
  public static Tensor batchSize() {
    return new Tensor(new BatchSize(), new Tensor[0]);
  }

  /** The result of a primitive; what every other method here comes down to. */
  public static Tensor apply(Primitive primitive, Tensor... operands) {
    return new Tensor(primitive, operands.clone());
  }

  // ------------------------------------------------------------------ node

  /** What computes it. */
  public Primitive primitive() {
    return primitive;
  }

  /** Number of operands. */
  public int operandCount() {
    return operands.length;
  }

  /** An operand. */
  public Tensor operand(int i) {
    return operands[i];
  }

  Tensor[] operands() {
    return operands;
  }

  /** Its shape, {@link Shape#BATCH} first where it is batched. */
  public Shape shape() {
    return shape;
  }

  /** Where it was traced. */
  public Origin origin() {
    return origin;
  }

  /** Operands always have smaller numbers, so numbers are an order of evaluation. */
  long id() {
    return id;
  }

  private int sampleAxis(int axis) {
    int a = axis < 0 ? axis + shape.rank() : axis;
    int sample = a - (shape.isBatched() ? 1 : 0);
    if (sample < 0 || a >= shape.rank()) {
      throw new ShapeException(
          "axis " + axis + (sample == -1 ? " is the batch" : " is outside") + " of shape " + shape);
    }
    return sample;
  }

  private boolean isFilledWith(double value) {
    return primitive instanceof Constant c && c.isUniform() && c.at(0) == value;
  }

  // ------------------------------------------------------------------ elementwise

  static Tensor elementwise(Primitive function, Tensor a, Tensor b) {
    Shape common = Shaping.broadcast(function.name(), a.shape, b.shape);
    Tensor x = a.broadcastTo(common);
    Tensor y = b.broadcastTo(common);
    if (function instanceof Binary f
        && x.primitive instanceof Constant c
        && y.primitive instanceof Constant d
        && c.isUniform()
        && d.isUniform()) {
      return filled(common, f.apply(c.at(0), d.at(0)));
    }
    return new Tensor(function, new Tensor[] {x, y});
  }

  private Tensor unary(Unary function) {
    if (primitive instanceof Constant c && c.isUniform()) {
      return filled(shape, function.apply(c.at(0)));
    }
    return new Tensor(function, new Tensor[] {this});
  }

  private Shape common(Tensor other, Binary operation) {
    return Shaping.broadcast(operation.name(), shape, other.shape);
  }

  /** Sum. */
  public Tensor plus(Tensor other) {
    if (other.isFilledWith(0)) {
      return broadcastTo(common(other, Binary.ADD));
    }
    if (isFilledWith(0)) {
      return other.broadcastTo(common(other, Binary.ADD));
    }
    return elementwise(Binary.ADD, this, other);
  }

  /** Sum with a number. */
  public Tensor plus(double other) {
    return plus(constant(other));
  }

  /** Sum with a vector along the last axis. */
  public Tensor plus(double[] other) {
    return plus(constant(other));
  }

  /** Difference. */
  public Tensor minus(Tensor other) {
    if (other.isFilledWith(0)) {
      return broadcastTo(common(other, Binary.SUBTRACT));
    }
    if (isFilledWith(0)) {
      return other.negate().broadcastTo(common(other, Binary.SUBTRACT));
    }
    return elementwise(Binary.SUBTRACT, this, other);
  }

  /** Difference with a number. */
  public Tensor minus(double other) {
    return minus(constant(other));
  }

  /** Difference with a vector along the last axis. */
  public Tensor minus(double[] other) {
    return minus(constant(other));
  }

  /** Product, elementwise. */
  public Tensor times(Tensor other) {
    if (other.isFilledWith(1)) {
      return broadcastTo(common(other, Binary.MULTIPLY));
    }
    if (isFilledWith(1)) {
      return other.broadcastTo(common(other, Binary.MULTIPLY));
    }
    if (isFilledWith(0) || other.isFilledWith(0)) {
      return zeros(common(other, Binary.MULTIPLY));
    }
    return elementwise(Binary.MULTIPLY, this, other);
  }

  /** Product with a number. */
  public Tensor times(double other) {
    return times(constant(other));
  }

  /** Elementwise product with a vector along the last axis. */
  public Tensor times(double[] other) {
    return times(constant(other));
  }

  /** Quotient, elementwise. */
  public Tensor dividedBy(Tensor other) {
    if (other.isFilledWith(1)) {
      return broadcastTo(common(other, Binary.DIVIDE));
    }
    return elementwise(Binary.DIVIDE, this, other);
  }

  /** Quotient by a number. */
  public Tensor dividedBy(double other) {
    return dividedBy(constant(other));
  }

  /** The smaller one; at a tie the derivative is that of this tensor. */
  public Tensor min(Tensor other) {
    return elementwise(Binary.MIN, this, other);
  }

  /** The smaller one of this and a number. */
  public Tensor min(double other) {
    return min(constant(other));
  }

  /** The larger one; at a tie the derivative is that of this tensor. */
  public Tensor max(Tensor other) {
    return elementwise(Binary.MAX, this, other);
  }

  /** The larger one of this and a number. */
  public Tensor max(double other) {
    return max(constant(other));
  }

  /** Limits to [low, high]; derivative 0 outside. */
  public Tensor clamp(double low, double high) {
    return max(low).min(high);
  }

  /** {@code this^exponent}, elementwise; the derivative in the exponent needs positive values. */
  public Tensor power(Tensor exponent) {
    return elementwise(Binary.POWER, this, exponent);
  }

  /** {@code this^exponent}. */
  public Tensor power(double exponent) {
    return exponent == 0
        ? filled(shape, 1)
        : exponent == 1 ? this : exponent == 2 ? square() : power(constant(exponent));
  }

  /** 1 where this is less than the other, else 0. */
  public Tensor less(Tensor other) {
    return elementwise(Binary.LESS, this, other);
  }

  /** 1 where this is at most the other, else 0. */
  public Tensor lessEqual(Tensor other) {
    return elementwise(Binary.LESS_EQUAL, this, other);
  }

  /** 1 where both are equal, else 0. */
  public Tensor equal(Tensor other) {
    return elementwise(Binary.EQUAL, this, other);
  }

  /** With this as the mask: {@code yes} where it is not 0, else {@code no}. */
  public Tensor where(Tensor yes, Tensor no) {
    Shape all = Shaping.broadcast("where", Shaping.broadcast("where", shape, yes.shape), no.shape);
    if (yes.isFilledWith(0) && no.isFilledWith(0)) {
      return zeros(all);
    }
    return apply(new Where(), broadcastTo(all), yes.broadcastTo(all), no.broadcastTo(all));
  }

  /** {@code -x}. */
  public Tensor negate() {
    return primitive == Unary.NEGATE ? operands[0] : unary(Unary.NEGATE);
  }

  /** {@code e^x}. */
  public Tensor exp() {
    return unary(Unary.EXP);
  }

  /** {@code e^x - 1}. */
  public Tensor expm1() {
    return unary(Unary.EXPM1);
  }

  /** Natural logarithm. */
  public Tensor log() {
    return unary(Unary.LOG);
  }

  /** {@code log(1 + x)}. */
  public Tensor log1p() {
    return unary(Unary.LOG1P);
  }

  /** Square root. */
  public Tensor sqrt() {
    return unary(Unary.SQRT);
  }

  /** {@code x²}. */
  public Tensor square() {
    return unary(Unary.SQUARE);
  }

  /** {@code 1 / x}. */
  public Tensor reciprocal() {
    return unary(Unary.RECIPROCAL);
  }

  /** Sine, radians. */
  public Tensor sin() {
    return unary(Unary.SIN);
  }

  /** Cosine, radians. */
  public Tensor cos() {
    return unary(Unary.COS);
  }

  /** Arc tangent, radians. */
  public Tensor atan() {
    return unary(Unary.ATAN);
  }

  /** Hyperbolic tangent. */
  public Tensor tanh() {
    return unary(Unary.TANH);
  }

  /** {@code 1 / (1 + e^-x)}. */
  public Tensor sigmoid() {
    return unary(Unary.SIGMOID);
  }

  /** {@code log(1 + e^x)}. */
  public Tensor softplus() {
    return unary(Unary.SOFTPLUS);
  }

  /** {@code max(x, 0)}. */
  public Tensor relu() {
    return unary(Unary.RELU);
  }

  /** {@code x} above 0, {@code e^x - 1} below. */
  public Tensor elu() {
    return unary(Unary.ELU);
  }

  /** {@code x tanh(softplus(x))}. */
  public Tensor mish() {
    return times(softplus().tanh());
  }

  /** {@code |x|}. */
  public Tensor abs() {
    return unary(Unary.ABS);
  }

  /** -1, 0 or 1; derivative 0. */
  public Tensor sign() {
    return unary(Unary.SIGN);
  }

  /** 1 where positive, else 0; derivative 0. */
  public Tensor step() {
    return unary(Unary.STEP);
  }

  /** The same value, as if it did not depend on anything. */
  public Tensor stopGradient() {
    return primitive instanceof Constant ? this : apply(new StopGradient(), this);
  }

  // ------------------------------------------------------------------ reductions

  /** Sum over axes, which disappear; axis 0 of a batched tensor is the batch. */
  public Tensor sum(int... axes) {
    boolean overBatch = false;
    int[] sample = new int[axes.length];
    int n = 0;
    for (int axis : axes) {
      if (shape.isBatched() && (axis == 0 || axis == -shape.rank())) {
        overBatch = true;
      } else {
        sample[n++] = sampleAxis(axis);
      }
    }
    return sumSample(overBatch, Arrays.copyOf(sample, n));
  }

  private Tensor sumSample(boolean overBatch, int... axes) {
    if (primitive instanceof Constant c && c.isUniform() && !overBatch) {
      Shape reduced = Sum.of(this, false, axes).shape;
      double count = axes.length == 0 ? 1 : (double) shape.elements() / reduced.elements();
      return filled(reduced, c.at(0) * count);
    }
    return Sum.of(this, overBatch, axes);
  }

  /** Sum over all axes of a sample; the batch stays. */
  public Tensor sumPerSample() {
    int rank = shape.sample().rank();
    return sumSample(false, java.util.stream.IntStream.range(0, rank).toArray());
  }

  /** Mean over axes, which disappear; axis 0 of a batched tensor is the batch. */
  public Tensor mean(int... axes) {
    Tensor sum = sum(axes);
    double count = (double) shape.elements() / sum.shape.elements();
    Tensor mean = sum.times(1 / count);
    return shape.isBatched() && !sum.shape.isBatched() ? mean.dividedBy(batchSize()) : mean;
  }

  /** Largest value along an axis, which disappears. */
  public Tensor maximum(int axis) {
    return apply(new Maximum(sampleAxis(axis)), this);
  }

  /** {@code log Σ e^x} along an axis, which disappears; without overflow. */
  public Tensor logSumExp(int axis) {
    Tensor top = maximum(axis).stopGradient();
    Tensor shifted = minus(top.expandDims(positive(axis)));
    return shifted.exp().sum(positive(axis)).log().plus(top);
  }

  /** {@code e^x / Σ e^x} along an axis; without overflow. */
  public Tensor softmax(int axis) {
    int at = positive(axis);
    Tensor powers = minus(maximum(at).stopGradient().expandDims(at)).exp();
    return powers.dividedBy(powers.sum(at).expandDims(at));
  }

  /**
   * Softmax within groups of neighbouring entries of the last axis: the simplicial normalisation of
   * latent states. Lavoie et al., "Simplicial embeddings in self-supervised learning".
   *
   * @param groupSize entries of a group; divides the last axis
   */
  public Tensor simNorm(int groupSize) {
    int[] dims = Shaping.sample(this);
    int last = dims.length - 1;
    if (last < 0 || groupSize < 1 || dims[last] % groupSize != 0) {
      throw new ShapeException("simNorm in groups of " + groupSize + ": shape " + shape);
    }
    int[] grouped = Arrays.copyOf(dims, dims.length + 1);
    grouped[last] = dims[last] / groupSize;
    grouped[last + 1] = groupSize;
    return reshapeSample(grouped).softmax(-1).reshapeSample(dims);
  }

  /**
   * Largest value along an axis of points, some of which only fill up the array: the pooling of
   * point clouds, Qi et al., "PointNet". Without any point the result is 0.
   *
   * @param axis the points, which disappear
   * @param mask not 0 for points that count; its axes are those of this up to and including {@code
   *     axis}, per sample or shared. What the other points hold is ignored, but must be finite
   */
  public Tensor maxPool(int axis, Tensor mask) {
    int points = sampleAxis(axis);
    int[] dims = Shaping.sample(this);
    int[] lifted = Arrays.copyOf(Shaping.sample(mask), dims.length);
    if (!Arrays.equals(Shaping.sample(mask), Arrays.copyOf(dims, points + 1))) {
      throw new ShapeException(
          "maxPool over axis %d: found a mask of shape %s for shape %s"
              .formatted(axis, mask.shape, shape));
    }
    Arrays.fill(lifted, points + 1, dims.length, 1);
    Tensor counts = mask.equal(constant(0)).reshapeSample(lifted);
    Tensor pooled = apply(new Maximum(points), counts.where(constant(LOWEST), this));
    return pooled.lessEqual(constant(LOWEST)).where(constant(0), pooled);
  }

  private int positive(int axis) {
    return axis < 0 ? axis + shape.rank() : axis;
  }

  // ------------------------------------------------------------------ shape

  /** Repeats along the batch and along axes of size 1 to fill a shape. */
  public Tensor broadcastTo(Shape target) {
    if (shape.equals(target)) {
      return this;
    }
    if (primitive instanceof Constant c && c.isUniform()) {
      new Broadcast(target).shape(new Tensor[] {this});
      return filled(target, c.at(0));
    }
    return apply(new Broadcast(target), this);
  }

  /** The same elements under other axes; where it is batched, {@code dims} starts with -1. */
  public Tensor reshape(int... dims) {
    if (shape.isBatched() != (dims.length > 0 && dims[0] == Shape.BATCH)) {
      throw new ShapeException(
          "reshape of %s to %s: the batch stays the first axis, written -1"
              .formatted(shape, Arrays.toString(dims)));
    }
    return reshapeSample(shape.isBatched() ? Arrays.copyOfRange(dims, 1, dims.length) : dims);
  }

  Tensor reshapeSample(int... dims) {
    return Reshaping.reshaped(this, dims);
  }

  /** Inserts an axis of size 1; it is axis {@code axis} of the result. */
  public Tensor expandDims(int axis) {
    return Reshaping.withNewAxis(this, axis);
  }

  /** Removes an axis of size 1. */
  public Tensor squeeze(int axis) {
    return Reshaping.squeezed(this, sampleAxis(axis), axis);
  }

  /** Reorders axes; axis i of the result is axis {@code order[i]}. The batch stays first. */
  public Tensor transpose(int... order) {
    return Reshaping.transposed(this, order);
  }

  /** Swaps the last two axes. */
  public Tensor swapLastAxes() {
    return Reshaping.withLastAxesSwapped(this);
  }

  /** Entries {@code start} to {@code start + length} of an axis. */
  public Tensor slice(int axis, int start, int length) {
    return sliceSample(sampleAxis(axis), start, length);
  }

  Tensor sliceSample(int axis, int start, int length) {
    return Reshaping.sliced(this, axis, start, length);
  }

  /** One entry of an axis, which disappears. */
  public Tensor get(int axis, int index) {
    return slice(axis, index, 1).squeeze(axis);
  }

  /**
   * Joins tensors along an axis; shared ones are repeated along the batch where another has one.
   */
  public static Tensor concat(int axis, Tensor... parts) {
    return Reshaping.joined(axis, parts);
  }

  /** Joins tensors of equal shape along a new axis. */
  public static Tensor stack(int axis, Tensor... parts) {
    return Reshaping.stacked(axis, parts);
  }

  /**
   * Rows of this table by index: this is (n, row...) per sample or shared, {@code index} any sample
   * shape; the result has the axes of the index, then those of a row. Outside [0, n): zeros.
   */
  public Tensor gather(Tensor index) {
    return Reshaping.gathered(this, index);
  }

  // ------------------------------------------------------------------ linear algebra

  /** Product of matrices in the last two axes, see {@link MatMul}. */
  public Tensor matmul(Tensor other) {
    return matmul(other, false, false);
  }

  /** Product of matrices in the last two axes, either one transposed, see {@link MatMul}. */
  public Tensor matmul(Tensor other, boolean transposeThis, boolean transposeOther) {
    return apply(new MatMul(transposeThis, transposeOther), this, other);
  }

  /** This matrix (m, n) times a vector (n) per sample: (m). */
  public Tensor timesVector(Tensor vector) {
    return matmul(vector.reshapeSample(Shaping.insert(Shaping.sample(vector), rankOf(vector), 1)))
        .squeezeLast();
  }

  private static int rankOf(Tensor t) {
    return t.shape.sample().rank();
  }

  private Tensor squeezeLast() {
    int[] dims = Shaping.sample(this);
    return reshapeSample(Arrays.copyOf(dims, dims.length - 1));
  }

  /**
   * {@code x Wᵀ + b} along the last axis: the layer of a network.
   *
   * @param weight W, shape (out, in)
   * @param bias b, shape (out)
   */
  public Tensor linear(Tensor weight, Tensor bias) {
    int[] dims = Shaping.sample(this);
    if (dims.length == 0) {
      throw new ShapeException("linear: shape " + shape + " has no axis to act on");
    }
    Tensor rows = dims.length == 1 ? reshapeSample(1, dims[0]) : this;
    Tensor product = rows.matmul(weight, false, true);
    int[] out = dims.clone();
    out[out.length - 1] = Shaping.sample(product)[Shaping.sample(product).length - 1];
    return product.reshapeSample(out).plus(bias);
  }

  /**
   * Convolution of these images (l..., channels, height, width), see {@link Convolution}.
   *
   * @param weight kernels, shape (filters, channels, rows, columns)
   * @param bias shape (filters)
   * @param stride step of the kernel
   * @param padding rows and columns of zeros on every side
   */
  public Tensor conv2d(Tensor weight, Tensor bias, int stride, int padding) {
    Tensor convolved = apply(new Conv2d(stride, padding), this, weight);
    if (rankOf(bias) != 1) {
      throw new ShapeException("conv2d: found a bias of shape " + bias.shape);
    }
    return convolved.plus(bias.reshapeSample(Shaping.sample(bias)[0], 1, 1));
  }

  /**
   * Solves {@code a y = b} for small matrices, see {@link Solve}: this is a, (l..., n, n), b is
   * (l..., n, m), or a vector (l..., n). Where a is singular, y is NaN.
   */
  public Tensor solve(Tensor b) {
    return solve(b, false);
  }

  /**
   * The same for a symmetric positive definite matrix, of which the lower triangle is read; NaN
   * where it is not.
   */
  public Tensor solvePositive(Tensor b) {
    return solve(b, true);
  }

  private Tensor solve(Tensor b, boolean positive) {
    int[] dims = Shaping.sample(b);
    if (dims.length != rankOf(this) - 1) {
      return apply(new Solve(false, positive), this, b);
    }
    Tensor column = b.reshapeSample(Shaping.insert(dims, dims.length, 1));
    return apply(new Solve(false, positive), this, column).reshapeSample(dims);
  }

  /** Inner product along the last axis, which disappears. */
  public Tensor dot(Tensor other) {
    return times(other).sum(-1);
  }

  /**
   * Normalises along the last axis to mean 0 and variance 1, then scales and shifts.
   *
   * @param scale shape (n)
   * @param shift shape (n)
   * @param epsilon added to the variance
   */
  public Tensor layerNorm(Tensor scale, Tensor shift, double epsilon) {
    int last = shape.rank() - 1;
    Tensor centred = minus(mean(last).expandDims(last));
    Tensor variance = centred.square().mean(last).expandDims(last);
    // One reciprocal a row: a division, and its derivative, for every element would take longer.
    Tensor inverse = variance.plus(epsilon).sqrt().reciprocal();
    return centred.times(inverse).times(scale).plus(shift);
  }

  /** Calls a black box on rows: arguments (l..., size), result (l..., m). */
  public static Tensor custom(CustomFunction function, Tensor... arguments) {
    boolean batched = Arrays.stream(arguments).anyMatch(a -> a.shape.isBatched());
    Tensor[] all = new Tensor[arguments.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = arguments[i].broadcastTo(Shaping.shape(batched, Shaping.sample(arguments[i])));
    }
    return apply(new Custom(function, false), all);
  }

  /** Operation and shape. */
  @Override
  public String toString() {
    return primitive.name() + " " + shape;
  }
}
