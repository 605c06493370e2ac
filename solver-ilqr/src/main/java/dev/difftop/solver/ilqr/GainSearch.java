package dev.difftop.solver.ilqr;

import dev.difftop.api.ProblemSpec;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.stagewise.RiccatiPass;
import dev.difftop.optimization.stagewise.SecondDerivatives;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.StageModel;

/**
 * Gains for the lanes of a block. Lanes whose backward pass fails try again apart from the others,
 * with more regularisation or a curvature that is convex, until they succeed or reach the limit.
 */
final class GainSearch {
  private static final double SMALLEST_MU = 1e-8;

  /** With more mu than this, in units of Quu, the exact curvature hardly counts any more. */
  private static final double MOST_MU = 10;

  private final IlqrConfig config;
  private final boolean exact;
  private final RiccatiPass pass;
  private final RiccatiPass apart;
  private final StageBlock few;
  private final SecondDerivatives bend;
  private final int[] lane;
  private final boolean[] convex;
  private final double[] firstMu;
  private final boolean[] one;

  /**
   * A search for blocks of one shape.
   *
   * @param exact whether the dynamics' curvature enters at first
   * @param group lanes that try again at a time
   */
  GainSearch(IlqrConfig config, ProblemSpec spec, boolean exact, int width, int group) {
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int nu = spec.actionSize();
    this.config = config;
    this.exact = exact;
    this.pass = new RiccatiPass(horizon, nx, nu, width, config.regularization());
    this.apart = new RiccatiPass(horizon, nx, nu, group, config.regularization());
    this.few = new StageBlock(horizon, nx, nu, group);
    this.bend = few.bend(Curvature.EXACT);
    this.lane = new int[group];
    this.convex = new boolean[group];
    this.firstMu = new double[group];
    this.one = new boolean[width];
  }

  static double raised(double mu, IlqrConfig config) {
    return Math.max(mu * config.muFactor(), SMALLEST_MU);
  }

  static double lowered(double mu, IlqrConfig config) {
    double less = mu / config.muFactor();
    return less < SMALLEST_MU ? 0 : less;
  }

  /**
   * Gains of a linear-quadratic problem from states of zero; see {@link StageModel#expandFromZero}.
   *
   * @param wanted lanes whose pass fails, or that meet a bound, lose their mark
   */
  void runFromZero(StageModel model, StageBlock b, boolean[] wanted, int lanes) {
    model.expandFromZero(b, lanes);
    pass.run(b, model.secondOrder(b, Curvature.EXACT, wanted, lanes), lanes);
    b.dropClosedGaps();
    for (int l = 0; l < lanes; l++) {
      wanted[l] &= pass.succeeded(l) && pass.isFree(l);
    }
  }

  /**
   * Finds gains of the wanted lanes and raises their mu as far as that needs.
   *
   * @return lanes that failed beyond the limit have no longer their mark
   */
  void run(StageModel model, StageBlock b, boolean[] wanted, int lanes) {
    Curvature first = exact ? Curvature.EXACT : Curvature.GAUSS_NEWTON;
    SecondDerivatives bends = model.secondOrder(b, first, wanted, lanes);
    pass.run(b, bends, lanes);
    for (int l = 0; l < lanes; l++) {
      // One step to the end: the feedback of a quadratic model holds there as well.
      b.gainsHold[l] = model.isQuadratic() && pass.succeeded(l) && pass.isFree(l) && b.mu[l] == 0;
    }
    int count = 0;
    for (int l = 0; l < lanes; l++) {
      if (wanted[l] && !pass.succeeded(l)) {
        prepare(count, l, b, bends);
        if (raise(model, b, count, pass.scale(l), lanes)) {
          count++;
        } else {
          wanted[l] = false;
        }
        while (count == few.width) {
          count = tryAgain(model, b, count, wanted, lanes);
        }
      }
    }
    while (count > 0) {
      count = tryAgain(model, b, count, wanted, lanes);
    }
  }

  private void prepare(int i, int l, StageBlock b, SecondDerivatives bends) {
    lane[i] = l;
    convex[i] = !exact;
    firstMu[i] = b.mu[l];
    few.takeDerivatives(i, b, l);
    bend.take(i, bends, l);
  }

  /** One more pass of the lanes that have failed; answers how many still do. */
  private int tryAgain(StageModel model, StageBlock b, int count, boolean[] wanted, int lanes) {
    apart.run(few, bend, count);
    int left = 0;
    for (int i = 0; i < count; i++) {
      int l = lane[i];
      if (apart.succeeded(i)) {
        b.takeGains(l, few, i);
        continue;
      }
      double scale = apart.scale(i);
      keep(left, i);
      if (raise(model, b, left, scale, lanes)) {
        left++;
      } else {
        wanted[l] = false;
      }
    }
    return left;
  }

  private void keep(int to, int from) {
    if (to != from) {
      lane[to] = lane[from];
      convex[to] = convex[from];
      firstMu[to] = firstMu[from];
      few.takeDerivatives(to, few, from);
      bend.take(to, bend, from);
    }
  }

  /** Makes the next attempt of a lane tamer; false if there is nothing tamer. */
  private boolean raise(StageModel model, StageBlock b, int i, double scale, int lanes) {
    double mu = raised(few.mu[i], config);
    boolean mayChange =
        !convex[i] && config.dynamicsCurvature() == IlqrConfig.DynamicsCurvature.AUTO;
    if (mayChange && !(mu <= MOST_MU * scale)) {
      convex[i] = true;
      few.mu[i] = firstMu[i];
      java.util.Arrays.fill(one, false);
      one[lane[i]] = true;
      SecondDerivatives other = model.secondOrder(b, Curvature.GAUSS_NEWTON, one, lanes);
      bend.take(i, other, lane[i]);
      return true;
    }
    few.mu[i] = mu;
    return mu <= config.maxMu();
  }
}
