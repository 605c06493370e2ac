package dev.difftop.testkit;

/** Small dense matrices in plain Java, for truths that owe nothing to what they judge. */
final class Matrices {
  private Matrices() {}

  static double[][] of(double[] values, int offset, int rows, int columns) {
    double[][] out = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(values, offset + i * columns, out[i], 0, columns);
    }
    return out;
  }

  static double[][] identity(int n) {
    double[][] out = new double[n][n];
    for (int i = 0; i < n; i++) {
      out[i][i] = 1;
    }
    return out;
  }

  static double[][] plus(double[][] a, double[][] b) {
    double[][] out = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        out[i][j] = a[i][j] + b[i][j];
      }
    }
    return out;
  }

  static double[][] scaled(double[][] a, double factor) {
    double[][] out = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        out[i][j] = factor * a[i][j];
      }
    }
    return out;
  }

  static double[][] times(double[][] a, double[][] b) {
    double[][] out = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[0].length; j++) {
          out[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return out;
  }

  static double[][] transpose(double[][] a) {
    double[][] out = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        out[j][i] = a[i][j];
      }
    }
    return out;
  }

  static double[][] stacked(double[][] a, double[][] b) {
    double[][] out = new double[a.length + b.length][];
    System.arraycopy(a, 0, out, 0, a.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  static double[][] block(double[][] a, int fromRow, int toRow, int fromColumn, int toColumn) {
    double[][] out = new double[toRow - fromRow][];
    for (int i = fromRow; i < toRow; i++) {
      out[i - fromRow] = java.util.Arrays.copyOfRange(a[i], fromColumn, toColumn);
    }
    return out;
  }

  /** {@code a⁻¹ b} by Gaussian elimination with row pivots. */
  static double[][] solve(double[][] a, double[][] b) {
    int n = a.length;
    double[][] m = new double[n][];
    for (int i = 0; i < n; i++) {
      m[i] = java.util.Arrays.copyOf(a[i], n + b[0].length);
      System.arraycopy(b[i], 0, m[i], n, b[0].length);
    }
    for (int k = 0; k < n; k++) {
      exchange(m, k);
      for (int i = 0; i < n; i++) {
        double factor = i == k ? 0 : m[i][k] / m[k][k];
        for (int j = k; factor != 0 && j < m[i].length; j++) {
          m[i][j] -= factor * m[k][j];
        }
      }
    }
    double[][] out = block(m, 0, n, n, n + b[0].length);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < out[i].length; j++) {
        out[i][j] /= m[i][i];
      }
    }
    return out;
  }

  private static void exchange(double[][] m, int k) {
    int best = k;
    for (int i = k + 1; i < m.length; i++) {
      if (Math.abs(m[i][k]) > Math.abs(m[best][k])) {
        best = i;
      }
    }
    double[] row = m[k];
    m[k] = m[best];
    m[best] = row;
  }
}
