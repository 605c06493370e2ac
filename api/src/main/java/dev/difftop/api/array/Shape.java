package dev.difftop.api.array;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The sizes of an array's axes, outermost first; row-major. Immutable. A scalar has no axes.
 *
 * <p>Shapes of tensors in a program may have {@link #BATCH} as their first axis: its size is chosen
 * when the program is compiled.
 */
public final class Shape {
  /** Marks the batch axis, always the first one, of a shape inside a program. */
  public static final int BATCH = -1;

  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /**
   * A shape.
   *
   * @param dims the sizes, each at least 0; the first may be {@link #BATCH}
   * @throws IllegalArgumentException if a size is negative
   */
  public static Shape of(int... dims) {
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] < 0 && !(i == 0 && dims[i] == BATCH)) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(dims) + ": size of axis " + i + " is negative");
      }
    }
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** The shape without axes. */
  public static Shape scalar() {
    return SCALAR;
  }

  /** The shape {@code (BATCH, dims...)}. */
  public static Shape batched(int... dims) {
    return of(IntStream.concat(IntStream.of(BATCH), IntStream.of(dims)).toArray());
  }

  /** Number of axes. */
  public int rank() {
    return dims.length;
  }

  /** Size of an axis; negative axes count from the end. */
  public int dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  /** The sizes, a copy. */
  public int[] dims() {
    return dims.clone();
  }

  /** Whether the first axis is the batch. */
  public boolean isBatched() {
    return dims.length > 0 && dims[0] == BATCH;
  }

  /** The shape of one sample: without the batch axis; this shape itself if it has none. */
  public Shape sample() {
    return isBatched() ? of(Arrays.copyOfRange(dims, 1, dims.length)) : this;
  }

  /** This shape with {@code batch} in place of {@link #BATCH}. */
  public Shape withBatch(int batch) {
    if (!isBatched()) {
      return this;
    }
    int[] bound = dims.clone();
    bound[0] = batch;
    return of(bound);
  }

  /** Number of elements, exact; the batch axis counts as one. */
  public long elements() {
    long n = 1;
    for (int d : dims) {
      n = Math.multiplyExact(n, d == BATCH ? 1 : d);
    }
    return n;
  }

  /**
   * Number of elements as an int.
   *
   * @throws ArithmeticException if there are more than 2^31 - 1
   */
  public int size() {
    return Math.toIntExact(elements());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** As {@code (B, 3, 4)}. */
  @Override
  public String toString() {
    return IntStream.of(dims)
        .mapToObj(d -> d == BATCH ? "B" : Integer.toString(d))
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
