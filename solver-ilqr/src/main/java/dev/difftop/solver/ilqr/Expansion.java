package dev.difftop.solver.ilqr;

/** Derivatives along the trajectories of a batch, as plain numbers; n = nx + nu. */
final class Expansion {
  /** Second derivatives of one kind. */
  static final class Second {
    /** (B, H, n, n). */
    final double[] hessian;

    /** Of the terminal cost, (B, nx, nx). */
    final double[] last;

    Second(int batch, int horizon, int nx, int n) {
      this.hessian = new double[batch * horizon * n * n];
      this.last = new double[batch * nx * nx];
    }
  }

  private final int batch;
  private final int horizon;
  private final int nx;
  private final int n;

  /** Of the next state, (B, H, nx, n). */
  final double[] jacobian;

  /** Of the stage cost, (B, H, n). */
  final double[] gradient;

  /** Of the terminal cost, (B, nx). */
  final double[] lastGradient;

  /** dJ/dx of the state after each stage, (B, H, nx). */
  final double[] costates;

  /** dJ/du, (B, H, nu). */
  final double[] actionGradient;

  Expansion(int batch, int horizon, int nx, int nu) {
    this.batch = batch;
    this.horizon = horizon;
    this.nx = nx;
    this.n = nx + nu;
    this.jacobian = new double[batch * horizon * nx * n];
    this.gradient = new double[batch * horizon * n];
    this.lastGradient = new double[batch * nx];
    this.costates = new double[batch * horizon * nx];
    this.actionGradient = new double[batch * horizon * nu];
  }

  /** The adjoint recursion {@code λ_t = l_x + f_x' λ_{t+1}}; gives dJ/du as well. */
  void computeCostates() {
    double[] lambda = new double[nx];
    double[] pulled = new double[n];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(lastGradient, b * nx, lambda, 0, nx);
      for (int t = horizon - 1; t >= 0; t--) {
        int stage = b * horizon + t;
        System.arraycopy(lambda, 0, costates, stage * nx, nx);
        for (int j = 0; j < n; j++) {
          double sum = gradient[stage * n + j];
          for (int i = 0; i < nx; i++) {
            sum += jacobian[(stage * nx + i) * n + j] * lambda[i];
          }
          pulled[j] = sum;
        }
        System.arraycopy(pulled, 0, lambda, 0, nx);
        System.arraycopy(pulled, nx, actionGradient, stage * (n - nx), n - nx);
      }
    }
  }
}
