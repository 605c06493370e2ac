package dev.difftop.learning.optim;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;

/** One learned parameter with its gradient and the state of its optimiser. */
abstract sealed class Slot permits Slot.Single, Slot.Double {
  /** Numbers that are worked on at once: few enough for the first cache. */
  private static final int STRETCH = 1024;

  final String name;
  final Array values;
  final Array gradient;

  /** Share of the learning rate. */
  double rate = 1;

  private Slot(String name, Array values, Array gradient) {
    if (gradient == null || gradient.size() != values.size()) {
      throw new IllegalArgumentException(
          "optimizer: gradient of %s: found %s, expected %s".formatted(name, gradient, values));
    }
    this.name = name;
    this.values = values;
    this.gradient = gradient;
  }

  static Slot of(String name, Array values, Array gradient, int states) {
    return values.dtype() == DType.FLOAT32
        ? new Single(name, values, gradient, states)
        : new Double(name, values, gradient, states);
  }

  /** Sum of the squares of the gradient, each component cut to {@code ±limit} first. */
  abstract double squares(double limit);

  /** Multiplies the gradient in place. */
  abstract void scaleGradient(double factor);

  /** One step against the gradient, cut and then multiplied. */
  abstract void move(Rule rule, double limit, double factor);

  /** Numbers kept for this parameter, an array over them. */
  abstract Array state(int which);

  private static int length(int size, int at) {
    return Math.min(STRETCH, size - at);
  }

  /** In single precision. */
  static final class Single extends Slot {
    private final float[][] states;
    private final float[] p = new float[STRETCH];
    private final float[] g = new float[STRETCH];
    private final float[] old = new float[STRETCH];

    private Single(String name, Array values, Array gradient, int count) {
      super(name, values, gradient);
      this.states = new float[count][values.size()];
    }

    private void readGradient(int at, int n, double limit) {
      gradient.read(at, g, 0, n);
      if (limit < java.lang.Double.POSITIVE_INFINITY) {
        float most = (float) limit;
        for (int i = 0; i < n; i++) {
          g[i] = Math.max(-most, Math.min(most, g[i]));
        }
      }
    }

    private void shorten(int n) {
      if (rate == 1) {
        return;
      }
      for (int i = 0; i < n; i++) {
        p[i] = old[i] + (float) rate * (p[i] - old[i]);
      }
    }

    @Override
    double squares(double limit) {
      double even = 0;
      double odd = 0;
      for (int at = 0; at < values.size(); at += STRETCH) {
        int n = length(values.size(), at);
        readGradient(at, n, limit);
        if (n % 2 == 1) {
          g[n] = 0;
        }
        for (int i = 0; i < n; i += 2) {
          even += (double) g[i] * g[i];
          odd += (double) g[i + 1] * g[i + 1];
        }
      }
      return even + odd;
    }

    @Override
    void scaleGradient(double factor) {
      float scale = (float) factor;
      for (int at = 0; at < values.size(); at += STRETCH) {
        int n = length(values.size(), at);
        gradient.read(at, g, 0, n);
        for (int i = 0; i < n; i++) {
          g[i] *= scale;
        }
        gradient.write(at, g, 0, n);
      }
    }

    @Override
    void move(Rule rule, double limit, double factor) {
      float scale = (float) factor;
      for (int at = 0; at < values.size(); at += STRETCH) {
        int n = length(values.size(), at);
        readGradient(at, n, limit);
        for (int i = 0; i < n; i++) {
          g[i] *= scale;
        }
        values.read(at, p, 0, n);
        if (rate != 1) {
          System.arraycopy(p, 0, old, 0, n);
        }
        rule.move(p, g, states, at, n);
        shorten(n);
        values.write(at, p, 0, n);
      }
    }

    @Override
    Array state(int which) {
      return Array.of(states[which], values.shape().dims());
    }
  }

  /** In double precision. */
  static final class Double extends Slot {
    private final double[][] states;
    private final double[] p = new double[STRETCH];
    private final double[] g = new double[STRETCH];
    private final double[] old = new double[STRETCH];

    private Double(String name, Array values, Array gradient, int count) {
      super(name, values, gradient);
      this.states = new double[count][values.size()];
    }

    private void readGradient(int at, int n, double limit) {
      gradient.read(at, g, 0, n);
      for (int i = 0; i < n; i++) {
        g[i] = Math.max(-limit, Math.min(limit, g[i]));
      }
    }

    private void shorten(int n) {
      if (rate == 1) {
        return;
      }
      for (int i = 0; i < n; i++) {
        p[i] = old[i] + rate * (p[i] - old[i]);
      }
    }

    @Override
    double squares(double limit) {
      double sum = 0;
      for (int at = 0; at < values.size(); at += STRETCH) {
        int n = length(values.size(), at);
        readGradient(at, n, limit);
        for (int i = 0; i < n; i++) {
          sum += g[i] * g[i];
        }
      }
      return sum;
    }

    @Override
    void scaleGradient(double factor) {
      for (int at = 0; at < values.size(); at += STRETCH) {
        int n = length(values.size(), at);
        gradient.read(at, g, 0, n);
        for (int i = 0; i < n; i++) {
          g[i] *= factor;
        }
        gradient.write(at, g, 0, n);
      }
    }

    @Override
    void move(Rule rule, double limit, double factor) {
      for (int at = 0; at < values.size(); at += STRETCH) {
        int n = length(values.size(), at);
        readGradient(at, n, limit);
        for (int i = 0; i < n; i++) {
          g[i] *= factor;
        }
        values.read(at, p, 0, n);
        if (rate != 1) {
          System.arraycopy(p, 0, old, 0, n);
        }
        rule.move(p, g, states, at, n);
        shorten(n);
        values.write(at, p, 0, n);
      }
    }

    @Override
    Array state(int which) {
      return Array.of(states[which], values.shape().dims());
    }
  }
}
