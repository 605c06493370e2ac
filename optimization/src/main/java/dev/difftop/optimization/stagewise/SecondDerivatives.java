package dev.difftop.optimization.stagewise;

/** Second derivatives of one kind; of matrices (n, n) and (nx, nx) the lower triangles count. */
public final class SecondDerivatives {
  final double[][][] hessian;
  final double[][] last;

  /** Whether the terminal cost, by its form, has none: {@link #last} is zero then. */
  boolean flatEnd;

  SecondDerivatives(int horizon, int nx, int n, int width) {
    this.hessian = new double[horizon][n * n][width];
    this.last = Lanes.entries(nx * nx, width);
  }

  /** Takes over one lane of others, of whatever kind they are. */
  public void take(int lane, SecondDerivatives from, int fromLane) {
    Lanes.copyLane(hessian, lane, from.hessian, fromLane);
    flatEnd = from.flatEnd;
    if (!flatEnd) {
      Lanes.copyLane(last, lane, from.last, fromLane);
    }
  }
}
