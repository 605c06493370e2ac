package dev.difftop.learning.optim;

import java.util.List;

/**
 * How one step moves parameters against their gradient. It is given stretches of parameters,
 * gradient and state; the loops are plain, so that they become vector instructions. Nothing is
 * allocated.
 */
interface Rule {
  /** Names of the numbers it keeps for every parameter, such as {@code first}. */
  List<String> states();

  /**
   * Begins a step.
   *
   * @param step counted from 1
   * @param rate learning rate
   */
  void begin(long step, double rate);

  /**
   * Moves {@code n} parameters.
   *
   * @param p parameters, from 0 on; overwritten
   * @param g gradient, from 0 on; may be overwritten
   * @param states one array per name, from {@code at} on; overwritten
   */
  void move(float[] p, float[] g, float[][] states, int at, int n);

  /** The same in double precision. */
  void move(double[] p, double[] g, double[][] states, int at, int n);

  /** The rule that settings name. */
  static Rule of(OptimizerSettings settings) {
    return switch (settings.method()) {
      case ADAM, ADAMW -> new AdamRule(settings);
      case SGD -> new SgdRule(settings);
    };
  }
}
