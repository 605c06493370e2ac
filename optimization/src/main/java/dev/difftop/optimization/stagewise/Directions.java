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

  /** dλ_t of lanes that were solved for as a whole, (nx); made when first needed. */
  private double[][][] given = {};

  private final double[][] bears;

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
    this.bears = Lanes.entries(nu, width);
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

  private void step(SampleBlock b, int t, int lanes) {
    for (int i = 0; i < nx; i++) {
      double[] next = states[t + 1][i];
      Lanes.setProducts(next, b.expansion.jacobian[t], i * n, 1, stages[t], 0, 1, n, lanes);
    }
  }

  /**
   * Puts what was solved for in one lane: of stage t du_t, dλ_{t+1} and dx_{t+1}, in this order.
   */
  void give(int t, int lane, double[] values, int from) {
    if (given.length == 0) {
      given = new double[horizon + 1][nx][states[0][0].length];
    }
    SampleBlock.read(values, from, actions[t], lane);
    SampleBlock.read(values, from + nu, given[t + 1], lane);
    SampleBlock.read(values, from + nu + nx, states[t + 1], lane);
  }

  /**
   * Costates and residuals of where it moved; g are the gradients of the block.
   *
   * <p>Where actions are free their residual is 0 but for the damping μ of the gains, {@code r = -μ
   * du}. What rounding leaves of it is fed back, so that the recursion is that of the closed loop:
   * along an unstable system the open one amplifies rounding beyond any bound.
   *
   * @param isGiven lanes whose costates were {@link #give given}
   */
  void pullBack(SampleBlock b, SecondDerivatives second, boolean[] isGiven, int lanes) {
    Lanes.setSymmetricProducts(
        gradients[horizon], b.expansion.lastGradient, second.last, stages[horizon], lanes);
    takeGiven(horizon, isGiven, lanes);
    for (int t = horizon - 1; t >= 0; t--) {
      Lanes.setSymmetricProducts(
          gradients[t], b.expansion.gradient[t], second.hessian[t], stages[t], lanes);
      for (int i = 0; i < n; i++) {
        Lanes.addProducts(
            gradients[t][i], b.expansion.jacobian[t], i, n, costates[t + 1], 0, 1, nx, lanes);
      }
      feedBack(b, t, isGiven, lanes);
      takeGiven(t, isGiven, lanes);
    }
  }

  private void feedBack(SampleBlock b, int t, boolean[] isGiven, int lanes) {
    for (int a = 0; a < nu; a++) {
      for (int l = 0; l < lanes; l++) {
        bears[a][l] = isGiven[l] ? 0 : residual[t][a][l] + b.gains.mu[l] * actions[t][a][l];
      }
    }
    for (int i = 0; i < nx; i++) {
      Lanes.addProducts(costates[t][i], b.gains.feedback[t], i, nx, bears, 0, 1, nu, lanes);
    }
  }

  /** The costate of the first state follows from the others. */
  private void takeGiven(int t, boolean[] isGiven, int lanes) {
    for (int l = 0; l < lanes; l++) {
      if (isGiven[l] && t > 0) {
        Lanes.copyLane(costates[t], l, given[t], l);
      }
    }
  }

  /** Writes one lane's direction of the actions and what its bounds bear, (H, nu) each. */
  void write(SampleBlock b, int lane, double[] direction, double[] bears) {
    b.write(actions, lane, direction);
    b.write(residual, lane, bears);
  }
}
