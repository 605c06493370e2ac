package dev.difftop.engine.nd4j.lane;

import dev.difftop.api.array.DType;
import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Unary;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.product.Products;
import java.util.Arrays;

/** Double precision. */
final class DoubleLane extends Lane<double[]> {
  DoubleLane(Products products) {
    super(DType.FLOAT64, products);
  }

  @Override
  public double[] tile(int length) {
    return new double[length];
  }

  @Override
  public double[][] tiles(int count) {
    return new double[count][];
  }

  @Override
  public void get(Area area, int index, double[] to, int at, int n) {
    area.doubles.get(area.base + index, to, at, n);
  }

  @Override
  public void put(Area area, int index, double[] from, int at, int n) {
    area.doubles.put(area.base + index, from, at, n);
  }

  @Override
  public double get(Area area, int index) {
    return area.doubles.get(area.base + index);
  }

  @Override
  public void put(Area area, int index, double value) {
    area.doubles.put(area.base + index, value);
  }

  @Override
  public void gather(Area area, int base, int[] table, int first, double[] to, int at, int n) {
    int start = area.base + base;
    for (int i = 0; i < n; i++) {
      to[at + i] = area.doubles.get(start + table[first + i]);
    }
  }

  @Override
  public void scatter(Area area, int base, int[] table, int first, double[] from, int at, int n) {
    int start = area.base + base;
    for (int i = 0; i < n; i++) {
      area.doubles.put(start + table[first + i], from[at + i]);
    }
  }

  @Override
  public void fill(double[] to, int at, int n, double value) {
    Arrays.fill(to, at, at + n, value);
  }

  @Override
  public double element(double[] tile, int at) {
    return tile[at];
  }

  @Override
  public void accumulate(double[] y, double[] x, int n) {
    DoubleFunctions.add(y, y, x, n);
  }

  @Override
  public void add(double[] to, int at, double[] from, int fromAt, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] += from[fromAt + i];
    }
  }

  @Override
  public void transpose(double[] from, double[] to, int rows, int columns) {
    for (int strip = 0; strip < columns; strip += STRIP) {
      int end = Math.min(columns, strip + STRIP);
      for (int r = 0; r < rows; r++) {
        for (int c = strip; c < end; c++) {
          to[c * rows + r] = from[r * columns + c];
        }
      }
    }
  }

  @Override
  public void accumulateMax(double[] y, double[] x, int n) {
    DoubleFunctions.max(y, y, x, n);
  }

  @Override
  public boolean needsScratch(Unary f) {
    return false;
  }

  @Override
  public void unary(Unary f, double[] y, double[] x, double[] scratch, double[] scratch2, int n) {
    switch (f) {
      case NEGATE -> DoubleFunctions.negate(y, x, n);
      case EXP -> DoubleFunctions.exp(y, x, n);
      case EXPM1 -> DoubleFunctions.expm1(y, x, n);
      case LOG -> DoubleFunctions.log(y, x, n);
      case LOG1P -> DoubleFunctions.log1p(y, x, n);
      case SQRT -> DoubleFunctions.sqrt(y, x, n);
      case SQUARE -> DoubleFunctions.square(y, x, n);
      case RECIPROCAL -> DoubleFunctions.reciprocal(y, x, n);
      case SIN -> DoubleFunctions.sin(y, x, n);
      case COS -> DoubleFunctions.cos(y, x, n);
      case TANH -> DoubleFunctions.tanh(y, x, n);
      case SIGMOID -> DoubleFunctions.sigmoid(y, x, n);
      case SOFTPLUS -> DoubleFunctions.softplus(y, x, n);
      case RELU -> DoubleFunctions.relu(y, x, n);
      case ELU -> DoubleFunctions.elu(y, x, n);
      case ABS -> DoubleFunctions.abs(y, x, n);
      case SIGN -> DoubleFunctions.sign(y, x, n);
      case STEP -> DoubleFunctions.step(y, x, n);
      case ATAN -> DoubleFunctions.atan(y, x, n);
    }
  }

  @Override
  public void binary(Binary f, double[] y, double[] a, double[] b, int n) {
    switch (f) {
      case ADD -> DoubleFunctions.add(y, a, b, n);
      case SUBTRACT -> DoubleFunctions.subtract(y, a, b, n);
      case MULTIPLY -> DoubleFunctions.multiply(y, a, b, n);
      case DIVIDE -> DoubleFunctions.divide(y, a, b, n);
      case MIN -> DoubleFunctions.min(y, a, b, n);
      case MAX -> DoubleFunctions.max(y, a, b, n);
      case POWER -> DoubleFunctions.power(y, a, b, n);
      case LESS -> DoubleFunctions.less(y, a, b, n);
      case LESS_EQUAL -> DoubleFunctions.lessEqual(y, a, b, n);
      case EQUAL -> DoubleFunctions.equal(y, a, b, n);
    }
  }

  @Override
  public void binaryRight(Binary f, double[] y, double[] a, double b, int n) {
    switch (f) {
      case ADD -> DoubleFunctions.add(y, a, b, 0, n);
      case SUBTRACT -> DoubleFunctions.add(y, a, -b, 0, n);
      case MULTIPLY -> DoubleFunctions.multiply(y, a, b, 0, n);
      case DIVIDE -> DoubleFunctions.divide(y, a, b, 0, n);
      case MIN -> DoubleFunctions.min(y, a, b, 0, n);
      case MAX -> DoubleFunctions.max(y, a, b, 0, n);
      case POWER -> DoubleFunctions.power(y, a, b, n);
      default -> throw new IllegalStateException(f + " takes no number on the right");
    }
  }

  @Override
  public void binaryLeft(Binary f, double[] y, double a, double[] b, int n) {
    switch (f) {
      case ADD, MULTIPLY, MIN, MAX -> binaryRight(f, y, b, a, n);
      case SUBTRACT -> DoubleFunctions.subtract(y, a, b, 0, n);
      case DIVIDE -> DoubleFunctions.divide(y, a, b, 0, n);
      default -> throw new IllegalStateException(f + " takes no number on the left");
    }
  }

  @Override
  public void binaryColumn(
      Binary f, boolean left, double[] y, double[] a, double[] column, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int at = r * columns;
      int end = at + columns;
      double b = column[r];
      switch (f) {
        case ADD -> DoubleFunctions.add(y, a, b, at, end);
        case SUBTRACT -> {
          if (left) {
            DoubleFunctions.subtract(y, b, a, at, end);
          } else {
            DoubleFunctions.add(y, a, -b, at, end);
          }
        }
        case MULTIPLY -> DoubleFunctions.multiply(y, a, b, at, end);
        case DIVIDE -> {
          if (left) {
            DoubleFunctions.divide(y, b, a, at, end);
          } else {
            DoubleFunctions.divide(y, a, b, at, end);
          }
        }
        case MIN -> DoubleFunctions.min(y, a, b, at, end);
        case MAX -> DoubleFunctions.max(y, a, b, at, end);
        default -> throw new IllegalStateException(f + " takes no column");
      }
    }
  }

  @Override
  public void where(double[] y, double[] mask, double[] a, double[] b, int n) {
    DoubleFunctions.where(y, mask, a, b, n);
  }

  @Override
  public void spread(double[] y, double[] column, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      Arrays.fill(y, r * columns, (r + 1) * columns, column[r]);
    }
  }

  @Override
  public void sumRows(double[] column, double[] x, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      column[r] = DoubleFunctions.sum(x, r * columns, columns);
    }
  }

  @Override
  public void maxRows(double[] column, double[] x, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      column[r] = DoubleFunctions.max(x, r * columns, columns);
    }
  }
}
