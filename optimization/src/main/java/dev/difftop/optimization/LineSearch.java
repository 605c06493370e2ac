package dev.difftop.optimization;

/**
 * A step rule that goes along a {@link Direction}, moved to the box, with step lengths 1, β, β²,
 * ... until the cost falls by enough of what the gradient promises (Armijo). Nocedal and Wright,
 * "Numerical Optimization", section 3.1; Bertsekas 1982 for the box.
 */
public final class LineSearch implements StepRule {
  private final Direction direction;
  private final double sufficientDecrease;
  private final double factor;
  private final int maxCuts;
  private double[] d = {};
  private double[] step = {};
  private double length;
  private int cuts;
  private boolean isFresh;

  /**
   * A search along a direction.
   *
   * @param sufficientDecrease least share of the expected decrease, in (0, 1)
   * @param factor β by which the step is cut, in (0, 1)
   * @param maxCuts of a step, before the sample ends
   */
  public LineSearch(Direction direction, double sufficientDecrease, double factor, int maxCuts) {
    this.direction = direction;
    this.sufficientDecrease = sufficientDecrease;
    this.factor = factor;
    this.maxCuts = maxCuts;
  }

  /** With the usual constants: 1e-4, 1/2, 40. */
  public LineSearch(Direction direction) {
    this(direction, 1e-4, 0.5, 40);
  }

  @Override
  public void begin() {
    direction.begin();
    isFresh = false;
  }

  @Override
  public boolean propose(Iterate at) {
    if (!isFresh) {
      d = d.length == at.size() ? d : new double[at.size()];
      step = step.length == at.size() ? step : new double[at.size()];
      isFresh = direction.find(at, d);
      length = 1;
      cuts = 0;
    }
    if (!isFresh) {
      return false;
    }
    for (int i = 0; i < d.length; i++) {
      step[i] = length * d[i];
    }
    at.propose(step);
    double expected = 0;
    for (int i = 0; i < d.length; i++) {
      expected -= at.gradient(i) * at.step(i);
    }
    at.expect(expected);
    return expected > 0 && cuts <= maxCuts;
  }

  /** A shorter step along the direction is moved less by the box. */
  @Override
  public boolean shorten() {
    length *= factor;
    cuts++;
    return isFresh && cuts <= maxCuts;
  }

  @Override
  public void adapt(Iterate at, double ratio) {
    if (ratio >= sufficientDecrease) {
      isFresh = false;
    } else {
      shorten();
    }
  }

  @Override
  public boolean accepts(double ratio, double decrease) {
    return ratio >= sufficientDecrease && decrease > 0;
  }

  @Override
  public void trust() {
    isFresh = false;
  }
}
