package dev.difftop.learning.optim;

import java.util.List;

/**
 * Gradient descent; with momentum along {@code d = momentum d + g}, with Nesterov's look-ahead
 * along {@code g + momentum d}. Sutskever et al., "On the importance of initialization and momentum
 * in deep learning", 2013, in the form that is common in libraries: the rate multiplies at the end.
 */
final class SgdRule implements Rule {
  private final double momentum;
  private final boolean nesterov;
  private final double weightDecay;
  private double rate;

  SgdRule(OptimizerSettings settings) {
    this.momentum = settings.momentum();
    this.nesterov = settings.nesterov();
    this.weightDecay = settings.weightDecay();
  }

  @Override
  public List<String> states() {
    return momentum == 0 ? List.of() : List.of("direction");
  }

  @Override
  public void begin(long step, double rate) {
    this.rate = rate;
  }

  @Override
  public void move(float[] p, float[] g, float[][] states, int at, int n) {
    float decay = (float) weightDecay;
    for (int i = 0; i < n; i++) {
      g[i] += decay * p[i];
    }
    if (momentum != 0) {
      float keep = (float) momentum;
      // Along d itself, or along g + momentum d.
      float ahead = nesterov ? keep : 1;
      float now = nesterov ? 1 : 0;
      float[] d = states[0];
      for (int i = 0; i < n; i++) {
        d[at + i] = keep * d[at + i] + g[i];
        g[i] = now * g[i] + ahead * d[at + i];
      }
    }
    float step = (float) rate;
    for (int i = 0; i < n; i++) {
      p[i] -= step * g[i];
    }
  }

  @Override
  public void move(double[] p, double[] g, double[][] states, int at, int n) {
    for (int i = 0; i < n; i++) {
      double slope = g[i] + weightDecay * p[i];
      double direction = slope;
      if (momentum != 0) {
        double[] d = states[0];
        d[at + i] = momentum * d[at + i] + slope;
        direction = nesterov ? slope + momentum * d[at + i] : d[at + i];
      }
      p[i] -= rate * direction;
    }
  }
}
