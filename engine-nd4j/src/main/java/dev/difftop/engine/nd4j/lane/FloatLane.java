package dev.difftop.engine.nd4j.lane;

import dev.difftop.api.array.DType;
import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Unary;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.product.Products;
import java.util.Arrays;

/** Single precision. */
final class FloatLane extends Lane<float[]> {
  FloatLane(Products products) {
    super(DType.FLOAT32, products);
  }

  @Override
  public float[] tile(int length) {
    return new float[length];
  }

  @Override
  public float[][] tiles(int count) {
    return new float[count][];
  }

  @Override
  public void get(Area area, int index, float[] to, int at, int n) {
    area.floats.get(area.base + index, to, at, n);
  }

  @Override
  public void put(Area area, int index, float[] from, int at, int n) {
    area.floats.put(area.base + index, from, at, n);
  }

  @Override
  public double get(Area area, int index) {
    return area.floats.get(area.base + index);
  }

  @Override
  public void put(Area area, int index, double value) {
    area.floats.put(area.base + index, (float) value);
  }

  @Override
  public void gather(Area area, int base, int[] table, int first, float[] to, int at, int n) {
    int start = area.base + base;
    for (int i = 0; i < n; i++) {
      to[at + i] = area.floats.get(start + table[first + i]);
    }
  }

  @Override
  public void scatter(Area area, int base, int[] table, int first, float[] from, int at, int n) {
    int start = area.base + base;
    for (int i = 0; i < n; i++) {
      area.floats.put(start + table[first + i], from[at + i]);
    }
  }

  @Override
  public void fill(float[] to, int at, int n, double value) {
    Arrays.fill(to, at, at + n, (float) value);
  }

  @Override
  public double element(float[] tile, int at) {
    return tile[at];
  }

  @Override
  public void accumulate(float[] y, float[] x, int n) {
    FloatFunctions.add(y, y, x, n);
  }

  @Override
  public void add(float[] to, int at, float[] from, int fromAt, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] += from[fromAt + i];
    }
  }

  @Override
  public void transpose(float[] from, float[] to, int rows, int columns) {
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
  public void accumulateMax(float[] y, float[] x, int n) {
    FloatFunctions.max(y, y, x, n);
  }

  @Override
  public boolean needsScratch(Unary f) {
    return f == Unary.EXP || f == Unary.SOFTPLUS;
  }

  @Override
  public void unary(Unary f, float[] y, float[] x, float[] scratch, float[] scratch2, int n) {
    switch (f) {
      case NEGATE -> FloatFunctions.negate(y, x, n);
      case EXP -> FloatFunctions.exp(y, x, scratch, n);
      case EXPM1 -> FloatFunctions.expm1(y, x, n);
      case LOG -> FloatFunctions.log(y, x, n);
      case LOG1P -> FloatFunctions.log1p(y, x, n);
      case SQRT -> FloatFunctions.sqrt(y, x, n);
      case SQUARE -> FloatFunctions.square(y, x, n);
      case RECIPROCAL -> FloatFunctions.reciprocal(y, x, n);
      case SIN -> FloatFunctions.sin(y, x, n);
      case COS -> FloatFunctions.cos(y, x, n);
      case TANH -> FloatFunctions.tanh(y, x, n);
      case SIGMOID -> FloatFunctions.sigmoid(y, x, n);
      case SOFTPLUS -> FloatFunctions.softplus(y, x, scratch, scratch2, n);
      case RELU -> FloatFunctions.relu(y, x, n);
      case ELU -> FloatFunctions.elu(y, x, n);
      case ABS -> FloatFunctions.abs(y, x, n);
      case SIGN -> FloatFunctions.sign(y, x, n);
      case STEP -> FloatFunctions.step(y, x, n);
      case ATAN -> FloatFunctions.atan(y, x, n);
    }
  }

  @Override
  public void binary(Binary f, float[] y, float[] a, float[] b, int n) {
    switch (f) {
      case ADD -> FloatFunctions.add(y, a, b, n);
      case SUBTRACT -> FloatFunctions.subtract(y, a, b, n);
      case MULTIPLY -> FloatFunctions.multiply(y, a, b, n);
      case DIVIDE -> FloatFunctions.divide(y, a, b, n);
      case MIN -> FloatFunctions.min(y, a, b, n);
      case MAX -> FloatFunctions.max(y, a, b, n);
      case POWER -> FloatFunctions.power(y, a, b, n);
      case LESS -> FloatFunctions.less(y, a, b, n);
      case LESS_EQUAL -> FloatFunctions.lessEqual(y, a, b, n);
      case EQUAL -> FloatFunctions.equal(y, a, b, n);
    }
  }

  @Override
  public void binaryRight(Binary f, float[] y, float[] a, double b, int n) {
    switch (f) {
      case ADD -> FloatFunctions.add(y, a, (float) b, 0, n);
      case SUBTRACT -> FloatFunctions.add(y, a, (float) -b, 0, n);
      case MULTIPLY -> FloatFunctions.multiply(y, a, (float) b, 0, n);
      case DIVIDE -> FloatFunctions.divide(y, a, (float) b, 0, n);
      case MIN -> FloatFunctions.min(y, a, (float) b, 0, n);
      case MAX -> FloatFunctions.max(y, a, (float) b, 0, n);
      case POWER -> FloatFunctions.power(y, a, b, n);
      default -> throw new IllegalStateException(f + " takes no number on the right");
    }
  }

  @Override
  public void binaryLeft(Binary f, float[] y, double a, float[] b, int n) {
    switch (f) {
      case ADD, MULTIPLY, MIN, MAX -> binaryRight(f, y, b, a, n);
      case SUBTRACT -> FloatFunctions.subtract(y, (float) a, b, 0, n);
      case DIVIDE -> FloatFunctions.divide(y, (float) a, b, 0, n);
      default -> throw new IllegalStateException(f + " takes no number on the left");
    }
  }

  @Override
  public void binaryColumn(
      Binary f, boolean left, float[] y, float[] a, float[] column, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int at = r * columns;
      int end = at + columns;
      float b = column[r];
      switch (f) {
        case ADD -> FloatFunctions.add(y, a, b, at, end);
        case SUBTRACT -> {
          if (left) {
            FloatFunctions.subtract(y, b, a, at, end);
          } else {
            FloatFunctions.add(y, a, -b, at, end);
          }
        }
        case MULTIPLY -> FloatFunctions.multiply(y, a, b, at, end);
        case DIVIDE -> {
          if (left) {
            FloatFunctions.divide(y, b, a, at, end);
          } else {
            FloatFunctions.divide(y, a, b, at, end);
          }
        }
        case MIN -> FloatFunctions.min(y, a, b, at, end);
        case MAX -> FloatFunctions.max(y, a, b, at, end);
        default -> throw new IllegalStateException(f + " takes no column");
      }
    }
  }

  @Override
  public void where(float[] y, float[] mask, float[] a, float[] b, int n) {
    FloatFunctions.where(y, mask, a, b, n);
  }

  @Override
  public void spread(float[] y, float[] column, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      Arrays.fill(y, r * columns, (r + 1) * columns, column[r]);
    }
  }

  @Override
  public void sumRows(float[] column, float[] x, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      column[r] = FloatFunctions.sum(x, r * columns, columns);
    }
  }

  @Override
  public void maxRows(float[] column, float[] x, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      column[r] = FloatFunctions.max(x, r * columns, columns);
    }
  }
}
