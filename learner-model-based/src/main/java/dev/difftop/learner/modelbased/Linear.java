package dev.difftop.learner.modelbased;

/** A value that changes linearly over some steps and stays then. */
final class Linear {
  private Linear() {}

  /** The value at a step, counted from 0. */
  static double between(double initial, double last, long step, long steps) {
    double share = steps == 0 ? 1 : Math.min(1, step / (double) steps);
    return initial + share * (last - initial);
  }
}
