package dev.difftop.api.array;

import java.util.random.RandomGenerator;

/** How a parameter starts. */
public sealed interface Initializer {
  /**
   * The starting values.
   *
   * @param shape shape of the parameter
   * @param random source of random numbers
   * @return row-major
   */
  double[] values(Shape shape, RandomGenerator random);

  /** All elements equal. */
  record Constant(double value) implements Initializer {
    @Override
    public double[] values(Shape shape, RandomGenerator random) {
      double[] out = new double[shape.size()];
      java.util.Arrays.fill(out, value);
      return out;
    }
  }

  /** Given numbers, such as the physical parameters of a model. */
  record Given(double... numbers) implements Initializer {
    @Override
    public double[] values(Shape shape, RandomGenerator random) {
      if (numbers.length != shape.size()) {
        throw new IllegalArgumentException(
            "initial values: found " + numbers.length + ", expected " + shape.size());
      }
      return numbers.clone();
    }
  }

  /**
   * Uniform in ±gain sqrt(3 / fan-in), variance gain² / fan-in; fan-in is the product of all axes
   * but the first. He et al., "Delving deep into rectifiers", 2015, with gain sqrt(2).
   */
  record Kaiming(double gain) implements Initializer {
    @Override
    public double[] values(Shape shape, RandomGenerator random) {
      int n = shape.size();
      double fanIn = shape.rank() < 2 ? Math.max(1, n) : (double) n / shape.dim(0);
      double bound = gain * Math.sqrt(3 / fanIn);
      double[] out = new double[n];
      for (int i = 0; i < n; i++) {
        out[i] = bound * (2 * random.nextDouble() - 1);
      }
      return out;
    }
  }

  /**
   * Uniform in ±gain sqrt(6 / (fan-in + fan-out)); fan-in is the product of all axes but the first,
   * fan-out of all but the second. Glorot and Bengio, "Understanding the difficulty of training
   * deep feedforward neural networks", 2010.
   */
  record Xavier(double gain) implements Initializer {
    @Override
    public double[] values(Shape shape, RandomGenerator random) {
      int n = shape.size();
      double fanIn = shape.rank() < 2 ? n : (double) n / shape.dim(0);
      double fanOut = shape.rank() < 2 ? n : (double) n / shape.dim(1);
      double bound = gain * Math.sqrt(6 / Math.max(1, fanIn + fanOut));
      return new Uniform(-bound, bound).values(shape, random);
    }
  }

  /** Uniform between two numbers. */
  record Uniform(double low, double high) implements Initializer {
    @Override
    public double[] values(Shape shape, RandomGenerator random) {
      double[] out = new double[shape.size()];
      for (int i = 0; i < out.length; i++) {
        out[i] = low + (high - low) * random.nextDouble();
      }
      return out;
    }
  }

  /**
   * Orthonormal rows or columns, whichever are fewer, times gain. Saxe et al., "Exact solutions to
   * the nonlinear dynamics of learning in deep linear neural networks", 2014.
   */
  record Orthogonal(double gain) implements Initializer {
    @Override
    public double[] values(Shape shape, RandomGenerator random) {
      int rows = shape.rank() == 0 ? 1 : shape.dim(0);
      int columns = shape.size() / Math.max(1, rows);
      int count = Math.min(rows, columns);
      int length = Math.max(rows, columns);
      double[][] basis = new double[count][length];
      for (int i = 0; i < count; i++) {
        drawOrthogonal(basis, i, random);
      }
      double[] out = new double[rows * columns];
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          out[r * columns + c] = gain * (rows <= columns ? basis[r][c] : basis[c][r]);
        }
      }
      return out;
    }

    /** Gram-Schmidt, twice for accuracy; a draw that is nearly dependent is drawn again. */
    private static void drawOrthogonal(double[][] basis, int i, RandomGenerator random) {
      double norm;
      do {
        for (int k = 0; k < basis[i].length; k++) {
          basis[i][k] = random.nextGaussian();
        }
        for (int pass = 0; pass < 2; pass++) {
          for (int j = 0; j < i; j++) {
            double projection = dot(basis[i], basis[j]);
            for (int k = 0; k < basis[i].length; k++) {
              basis[i][k] -= projection * basis[j][k];
            }
          }
        }
        norm = Math.sqrt(dot(basis[i], basis[i]));
      } while (norm < 1e-6);
      for (int k = 0; k < basis[i].length; k++) {
        basis[i][k] /= norm;
      }
    }

    private static double dot(double[] a, double[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * b[i];
      }
      return sum;
    }
  }
}
