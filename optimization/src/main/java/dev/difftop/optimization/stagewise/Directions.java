package dev.difftop.optimization.stagewise;

/**
 * How the trajectories of a block move in a direction of their actions, and how the gradients of J
 * change with that. With the second derivatives M_t of the Hamiltonian and the Jacobian F_t,
 *
 * <pre>
 *   dx_0 = 0,   dx_{t+1} = F_t [dx_t; du_t]
 *   [dλ_t; r_t] = M_t [dx_t; du_t] + F_tᵀ dλ_{t+1} + g_t,   dλ_H = M_H dx_H + g_H
 * </pre>
 *
 * where g_t is minus the derivative of a loss in the stage: these are the conditions of the
 * linear-quadratic problem {@code min Σ 1/2 dwᵀ M dw + gᵀ dw}. Directions are what an adjoint needs
 * of a trajectory: {@link SensitivityPass}.
 */
final class Directions {
  private final int horizon;
  private final int nx;
  private final int nu;
  private final int n;

  private final double[][][] states;
  private final double[][][] actions;

  /** [dx_t; du_t], at the end dx_H: the same arrays as those of states and actions. */
  final double[][][] stages;

  /** dλ_t, (nx). */
  final double[][][] costates;

  /** r_t, (nu): 0 where the linear-quadratic problem is solved, what a bound bears where held. */
  final double[][][] residual;

  /** [dλ_t; r_t], at the end dλ_H: the same arrays. */
  private final double[][][] gradients;

  Directions(int horizon, int nx, int nu, int width) {
    this.horizon = horizon;
    this.nx = nx;
    this.nu = nu;
    this.n = nx + nu;
    this.states = new double[horizon + 1][nx][width];
    this.actions = new double[horizon][nu][width];
    this.stages = Lanes.joined(states, actions);
    this.costates = new double[horizon + 1][nx][width];
    this.residual = new double[horizon][nu][width];
    this.gradients = Lanes.joined(costates, residual);
  }

  /** Moves along the gains of a block: {@code du = k + K dx}. */
  void follow(SampleBlock b, int lanes) {
    for (int t = 0; t < horizon; t++) {
      for (int i = 0; i < nu; i++) {
        Lanes.copy(actions[t][i], b.gains.feedforward[t][i], lanes);
        Lanes.addProducts(
            actions[t][i], b.gains.feedback[t], i * nx, 1, states[t], 0, 1, nx, lanes);
      }
      step(b, t, lanes);
    }
  }

  /** Moves along the given directions of the actions. */
  void push(SampleBlock b, int lanes) {
    for (int t = 0; t < horizon; t++) {
      step(b, t, lanes);
    }
  }

  private void step(SampleBlock b, int t, int lanes) {
    for (int i = 0; i < nx; i++) {
      double[] next = states[t + 1][i];
      Lanes.setProducts(next, b.expansion.jacobian[t], i * n, 1, stages[t], 0, 1, n, lanes);
    }
  }

  /** Puts one lane's direction of the actions, a row (H, nu) of a batch. */
  void put(int lane, double[] batch, int row) {
    for (int t = 0; t < horizon; t++) {
      SampleBlock.read(batch, (row * horizon + t) * nu, actions[t], lane);
    }
  }

  /** Costates and residuals of where it moved; g are the gradients of the block. */
  void pullBack(SampleBlock b, SecondDerivatives second, int lanes) {
    Lanes.setSymmetricProducts(
        gradients[horizon], b.expansion.lastGradient, second.last, stages[horizon], lanes);
    for (int t = horizon - 1; t >= 0; t--) {
      Lanes.setSymmetricProducts(
          gradients[t], b.expansion.gradient[t], second.hessian[t], stages[t], lanes);
      for (int i = 0; i < n; i++) {
        Lanes.addProducts(
            gradients[t][i], b.expansion.jacobian[t], i, n, costates[t + 1], 0, 1, nx, lanes);
      }
    }
  }

  /** Writes one lane's direction of the actions and what its bounds bear, (H, nu) each. */
  void write(SampleBlock b, int lane, double[] direction, double[] bears) {
    b.write(actions, lane, direction);
    b.write(residual, lane, bears);
  }
}
