package dev.difftop.engine.nd4j.lane;

import dev.difftop.api.array.DType;
import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Unary;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.product.DoubleGemm;
import dev.difftop.engine.nd4j.product.FloatGemm;
import dev.difftop.engine.nd4j.product.Products;

/**
 * A number format: moves numbers between native memory and tiles on the heap, and computes on
 * tiles. A tile is an array that stays in the cache; loops over heap arrays become vectors, loops
 * over native buffers do not.
 *
 * <p>{@link FloatLane} and {@link DoubleLane}, {@link FloatGemm} and {@link DoubleGemm} say the
 * same in both formats. They stay two: Java has no generic code over primitives, loops behind an
 * accessor of single numbers are ten times slower, and a generator would put the kernels out of
 * sight of those who read them. The functions differ anyway: {@link FloatFunctions} are short
 * rational functions without branches, {@link DoubleFunctions} exact to the last places.
 *
 * @param <A> the tile: {@code float[]} or {@code double[]}
 */
public abstract class Lane<A> {
  public final DType dtype;

  /** What multiplies matrices. */
  public final Products products;

  public Lane(DType dtype, Products products) {
    this.dtype = dtype;
    this.products = products;
  }

  public static Lane<?> of(DType dtype, Products products) {
    return dtype == DType.FLOAT32 ? new FloatLane(products) : new DoubleLane(products);
  }

  /** A tile of zeros. */
  public abstract A tile(int length);

  /** An array of tiles, empty. */
  public abstract A[] tiles(int count);

  public abstract void get(Area area, int index, A to, int at, int n);

  public abstract void put(Area area, int index, A from, int at, int n);

  public abstract double get(Area area, int index);

  public abstract void put(Area area, int index, double value);

  /** Reads the elements at {@code base + table[first ...]}. */
  public abstract void gather(Area area, int base, int[] table, int first, A to, int at, int n);

  /** Writes the elements at {@code base + table[first ...]}. */
  public abstract void scatter(Area area, int base, int[] table, int first, A from, int at, int n);

  public abstract void fill(A to, int at, int n, double value);

  public abstract double element(A tile, int at);

  /** Adds {@code n} elements of x to y. */
  public abstract void accumulate(A y, A x, int n);

  /** Adds {@code n} elements from {@code fromAt} on to those from {@code at} on. */
  public abstract void add(A to, int at, A from, int fromAt, int n);

  /** Row r, column c of {@code from} becomes row c, column r of {@code to}. */
  public abstract void transpose(A from, A to, int rows, int columns);

  /** Columns that are transposed together, to stay in the cache. */
  static final int STRIP = 16;

  /** Keeps the larger one of {@code n} elements of x and y in y. */
  public abstract void accumulateMax(A y, A x, int n);

  /** Whether {@link #unary} needs its two further tiles. */
  public abstract boolean needsScratch(Unary f);

  public abstract void unary(Unary f, A y, A x, A scratch, A scratch2, int n);

  public abstract void binary(Binary f, A y, A a, A b, int n);

  /** With a number on the right; only where {@link #takesRight}. */
  public abstract void binaryRight(Binary f, A y, A a, double b, int n);

  /** With a number on the left; only where {@link #takesLeft}. */
  public abstract void binaryLeft(Binary f, A y, double a, A b, int n);

  /** With a number per row, on the left or on the right; only where {@link #takesLeft}. */
  public abstract void binaryColumn(
      Binary f, boolean left, A y, A a, A column, int rows, int columns);

  public static boolean takesRight(Binary f) {
    return switch (f) {
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, MIN, MAX, POWER -> true;
      case LESS, LESS_EQUAL, EQUAL -> false;
    };
  }

  public static boolean takesLeft(Binary f) {
    return switch (f) {
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, MIN, MAX -> true;
      case POWER, LESS, LESS_EQUAL, EQUAL -> false;
    };
  }

  public abstract void where(A y, A mask, A a, A b, int n);

  /** Repeats element i of the column along row i. */
  public abstract void spread(A y, A column, int rows, int columns);

  public abstract void sumRows(A column, A x, int rows, int columns);

  public abstract void maxRows(A column, A x, int rows, int columns);
}
