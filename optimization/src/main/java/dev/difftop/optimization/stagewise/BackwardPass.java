package dev.difftop.optimization.stagewise;

import dev.difftop.api.Status;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.stagewise.SampleBlocks.Layout;
import java.util.Arrays;

/**
 * The backward pass of iLQR and differential dynamic programming: gains for the samples of a block.
 * Samples whose pass fails try again apart from the others, with more regularisation or with a
 * curvature that is convex, until they succeed or reach the limit.
 */
public final class BackwardPass {
  /** When second derivatives of the dynamics enter. */
  public enum DynamicsCurvature {
    /** Where they help. */
    AUTO,
    /** Never: iLQR proper. */
    NEVER,
    /** Always: DDP. */
    ALWAYS
  }

  /**
   * Settings.
   *
   * @param curvature whether the dynamics' curvature enters
   * @param regularization what mu is added to
   * @param factor by which mu grows after a failure and shrinks after a success
   * @param maxMu beyond this a sample gives up
   */
  public record Settings(
      DynamicsCurvature curvature,
      RiccatiPass.Regularization regularization,
      double factor,
      double maxMu) {
    private static final double SMALLEST_MU = 1e-8;

    /** The next mu after a failure. */
    double raised(double mu) {
      return Math.max(mu * factor, SMALLEST_MU);
    }

    /** The next mu after a success. */
    double lowered(double mu) {
      double less = mu / factor;
      return less < SMALLEST_MU ? 0 : less;
    }
  }

  /** With more mu than this, in units of Quu, the exact curvature hardly counts any more. */
  private static final double MOST_MU = 10;

  private final Settings settings;
  private final boolean exact;
  private final RiccatiPass pass;
  private final RiccatiPass retryPass;
  private final SampleBlock retries;
  private final SecondDerivatives retrySecond;
  private final int[] lane;
  private final boolean[] convex;
  private final double[] firstMu;
  private final boolean[] one;
  private final double[] keptMu;
  private final boolean[] wanted;
  private final boolean[] chosen;

  /** A pass over blocks of one layout. */
  public BackwardPass(Settings settings, Layout layout) {
    int horizon = layout.spec().horizon();
    int nx = layout.spec().stateSize();
    int nu = layout.spec().actionSize();
    int group = layout.group();
    this.settings = settings;
    this.exact =
        settings.curvature != DynamicsCurvature.NEVER
            && layout.spec().withoutSecondDerivatives().isEmpty();
    this.pass = new RiccatiPass(horizon, nx, nu, layout.width(), settings.regularization);
    this.retryPass = new RiccatiPass(horizon, nx, nu, group, settings.regularization);
    this.retries = new SampleBlock(horizon, nx, nu, group, group);
    this.retrySecond = retries.expansion.second(Curvature.EXACT);
    this.lane = new int[group];
    this.convex = new boolean[group];
    this.firstMu = new double[group];
    this.one = new boolean[layout.width()];
    this.keptMu = new double[layout.width()];
    this.wanted = new boolean[layout.width()];
    this.chosen = new boolean[layout.width()];
  }

  // ------------------------------------------------------------------ phases

  /**
   * The whole solve of linear-quadratic samples whose guess is zero, from their matrices: one pass
   * along states of zero leads to the optimum, also of an unstable system, whose rollout need not
   * be finite. Samples for which that is not so, since they meet a bound or are not convex, stay
   * where they are.
   *
   * @param wanted those samples, which are one iteration ahead then; the mark of the others is
   *     taken away
   */
  void solveFromZero(StageModel model, SampleBlock b, boolean[] wanted) {
    b.current.keepZero(wanted, b.lanes);
    if (!Progress.any(wanted, b.lanes)) {
      return;
    }
    model.expandFromZero(b, b.lanes);
    System.arraycopy(b.gains.mu, 0, keptMu, 0, b.lanes);
    Arrays.fill(b.gains.mu, 0, b.lanes, 0);
    pass.run(b, model.secondOrder(b, Curvature.EXACT, wanted, b.lanes), b.lanes);
    System.arraycopy(keptMu, 0, b.gains.mu, 0, b.lanes);
    b.gaps.dropClosed();
    for (int l = 0; l < b.lanes; l++) {
      wanted[l] &= pass.succeeded(l) && pass.isFree(l);
    }
    b.gains.setAlpha(1);
    model.rollOut(b, wanted, b.lanes);
    b.bounds.keepInside(wanted, b.candidate, b.lanes);
    b.step(wanted);
    for (int l = 0; l < b.lanes; l++) {
      b.gains.hold[l] = wanted[l];
      b.progress.ahead[l] = wanted[l] ? 1 : 0;
      if (!wanted[l]) {
        b.gains.clear(l);
      }
    }
  }

  /** Gains of all samples of a block that continue; those that are leaving are stored with them. */
  public void run(SampleBlock b, StageModel model, int iteration) {
    Progress progress = b.progress;
    for (int l = 0; l < b.lanes; l++) {
      chosen[l] = progress.active[l] && progress.leaving[l] && b.gains.hold[l];
      wanted[l] = progress.active[l] && !chosen[l];
      if (chosen[l]) {
        b.gains.clearFeedforward(l);
      }
    }
    b.store(chosen);
    if (Progress.any(wanted, b.lanes)) {
      findGains(model, b);
      endFailed(b, iteration);
    }
    b.storeLeaving();
  }

  private void endFailed(SampleBlock b, int iteration) {
    for (int l = 0; l < b.lanes; l++) {
      if (b.progress.active[l] && !wanted[l]) {
        b.gains.clear(l);
        if (b.gaps.isOpen(l)) {
          b.close(l);
        }
        if (!b.progress.leaving[l]) {
          b.end(l, Status.REGULARIZATION_LIMIT, iteration, true);
        }
      }
    }
  }

  // ------------------------------------------------------------------ search for gains

  /** Raises the mu of wanted lanes as far as they need; lanes that fail lose their mark. */
  private void findGains(StageModel model, SampleBlock b) {
    Curvature first = exact ? Curvature.EXACT : Curvature.GAUSS_NEWTON;
    SecondDerivatives second = model.secondOrder(b, first, wanted, b.lanes);
    takeConvexWhereFar(model, b, second);
    pass.run(b, second, b.lanes);
    for (int l = 0; l < b.lanes; l++) {
      // One step to the end: the feedback of a quadratic model holds there as well.
      b.gains.hold[l] =
          model.isQuadratic() && pass.succeeded(l) && pass.isFree(l) && b.gains.mu[l] == 0;
    }
    int count = 0;
    for (int l = 0; l < b.lanes; l++) {
      if (wanted[l] && !pass.succeeded(l)) {
        prepare(count, l, b, second);
        if (raise(model, b, count, pass.scale(l))) {
          count++;
        } else {
          wanted[l] = false;
        }
        while (count == retries.width) {
          count = retry(model, b, count);
        }
      }
    }
    while (count > 0) {
      count = retry(model, b, count);
    }
  }

  /** Samples that are far from their optimum after a start with gaps do without exact curvature. */
  private void takeConvexWhereFar(StageModel model, SampleBlock b, SecondDerivatives second) {
    if (!exact || settings.curvature != DynamicsCurvature.AUTO) {
      return;
    }
    for (int l = 0; l < b.lanes; l++) {
      chosen[l] = wanted[l] && b.progress.far[l];
    }
    if (Progress.any(chosen, b.lanes)) {
      SecondDerivatives convexOnes = model.secondOrder(b, Curvature.GAUSS_NEWTON, chosen, b.lanes);
      for (int l = 0; l < b.lanes; l++) {
        if (chosen[l]) {
          second.take(l, convexOnes, l);
        }
      }
    }
  }

  private void prepare(int i, int l, SampleBlock b, SecondDerivatives second) {
    lane[i] = l;
    convex[i] = !exact || (settings.curvature == DynamicsCurvature.AUTO && b.progress.far[l]);
    firstMu[i] = b.gains.mu[l];
    retries.takeForPass(i, b, l);
    retrySecond.take(i, second, l);
  }

  /** One more pass of the lanes that have failed; returns how many still do. */
  private int retry(StageModel model, SampleBlock b, int count) {
    retryPass.run(retries, retrySecond, count);
    int left = 0;
    for (int i = 0; i < count; i++) {
      int l = lane[i];
      if (retryPass.succeeded(i)) {
        b.gains.take(l, retries.gains, i);
        continue;
      }
      double scale = retryPass.scale(i);
      keep(left, i);
      if (raise(model, b, left, scale)) {
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
      retries.takeForPass(to, retries, from);
      retrySecond.take(to, retrySecond, from);
    }
  }

  /**
   * Regularises the next retry of a lane more: first by mu, then, where that is allowed, by a
   * curvature without the dynamics'.
   *
   * @return false beyond the limit
   */
  private boolean raise(StageModel model, SampleBlock b, int i, double scale) {
    double mu = settings.raised(retries.gains.mu[i]);
    boolean mayChange = !convex[i] && settings.curvature == DynamicsCurvature.AUTO;
    if (mayChange && !(mu <= Math.min(MOST_MU * scale, settings.maxMu))) {
      convex[i] = true;
      retries.gains.mu[i] = firstMu[i];
      Arrays.fill(one, false);
      one[lane[i]] = true;
      SecondDerivatives other = model.secondOrder(b, Curvature.GAUSS_NEWTON, one, b.lanes);
      retrySecond.take(i, other, lane[i]);
      return true;
    }
    retries.gains.mu[i] = mu;
    return mu <= settings.maxMu;
  }
}
