package dev.difftop.optimization.stagewise;

/** What a linear-quadratic problem is made of, beside Jacobians and second derivatives. */
final class QuadraticParts {
  /** Next state from w = 0, (nx). */
  final double[][][] offset;

  /** Gradient of the stage cost at w = 0, (n). */
  final double[][][] gradient;

  /** Stage cost at w = 0, (1). */
  final double[][][] constant;

  /** Gradient of the terminal cost at x = 0, (nx). */
  final double[][] lastGradient;

  /** Terminal cost at x = 0, (1). */
  final double[][] lastConstant;

  QuadraticParts(int horizon, int nx, int n, int width) {
    this.offset = new double[horizon][nx][width];
    this.gradient = new double[horizon][n][width];
    this.constant = new double[horizon][1][width];
    this.lastGradient = Lanes.entries(nx, width);
    this.lastConstant = Lanes.entries(1, width);
  }

  /** Takes over one lane of others. */
  void take(int lane, QuadraticParts from, int fromLane) {
    Lanes.copyLane(offset, lane, from.offset, fromLane);
    Lanes.copyLane(gradient, lane, from.gradient, fromLane);
    Lanes.copyLane(constant, lane, from.constant, fromLane);
    Lanes.copyLane(lastGradient, lane, from.lastGradient, fromLane);
    Lanes.copyLane(lastConstant, lane, from.lastConstant, fromLane);
  }
}
