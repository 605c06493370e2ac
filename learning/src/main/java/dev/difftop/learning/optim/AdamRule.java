package dev.difftop.learning.optim;

import java.util.List;

/**
 * Adam with bias correction (Kingma and Ba 2015), weight decay in the gradient, or apart from it
 * (AdamW: Loshchilov and Hutter 2019):
 *
 * <pre>
 *   m = β1 m + (1 - β1) g     v = β2 v + (1 - β2) g²
 *   p = p - rate m / (1 - β1^t) / (sqrt(v / (1 - β2^t)) + ε)
 * </pre>
 */
final class AdamRule implements Rule {
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double weightDecay;
  private final boolean decoupled;
  private double size;
  private double rootCorrection;
  private double keep;

  AdamRule(OptimizerSettings settings) {
    this.beta1 = settings.beta1();
    this.beta2 = settings.beta2();
    this.epsilon = settings.epsilon();
    this.weightDecay = settings.weightDecay();
    this.decoupled = settings.method() == OptimizerSettings.Method.ADAMW;
  }

  @Override
  public List<String> states() {
    return List.of("first", "second");
  }

  @Override
  public void begin(long step, double rate) {
    size = rate / (1 - Math.pow(beta1, step));
    rootCorrection = 1 / Math.sqrt(1 - Math.pow(beta2, step));
    keep = decoupled ? 1 - rate * weightDecay : 1;
  }

  @Override
  public void move(float[] p, float[] g, float[][] states, int at, int n) {
    decay(p, g, n);
    average(states[0], g, (float) beta1, (float) (1 - beta1), at, n);
    averageSquare(states[1], g, (float) beta2, (float) (1 - beta2), at, n);
    float[] m = states[0];
    float[] v = states[1];
    float rate = (float) size;
    float root = (float) rootCorrection;
    float plus = (float) epsilon;
    for (int i = 0; i < n; i++) {
      p[i] -= rate * m[at + i] / ((float) Math.sqrt(v[at + i]) * root + plus);
    }
  }

  private void decay(float[] p, float[] g, int n) {
    if (weightDecay == 0) {
      return;
    }
    float kept = (float) keep;
    float added = decoupled ? 0 : (float) weightDecay;
    for (int i = 0; i < n; i++) {
      g[i] += added * p[i];
      p[i] *= kept;
    }
  }

  private static void average(float[] m, float[] g, float old, float now, int at, int n) {
    for (int i = 0; i < n; i++) {
      m[at + i] = old * m[at + i] + now * g[i];
    }
  }

  private static void averageSquare(float[] v, float[] g, float old, float now, int at, int n) {
    for (int i = 0; i < n; i++) {
      v[at + i] = old * v[at + i] + now * g[i] * g[i];
    }
  }

  @Override
  public void move(double[] p, double[] g, double[][] states, int at, int n) {
    double added = decoupled ? 0 : weightDecay;
    double[] m = states[0];
    double[] v = states[1];
    for (int i = 0; i < n; i++) {
      double slope = g[i] + added * p[i];
      m[at + i] = beta1 * m[at + i] + (1 - beta1) * slope;
      v[at + i] = beta2 * v[at + i] + (1 - beta2) * slope * slope;
      double root = Math.sqrt(v[at + i]) * rootCorrection + epsilon;
      p[i] = keep * p[i] - size * m[at + i] / root;
    }
  }
}
