package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.PlanCache;

/**
 * Direct loss minimisation: with {@code u(ε) = argmin J + ε v·u} from the solution on, v the
 * derivative of the loss,
 *
 * <pre>  dL/dθ ≈ (∂J/∂θ at u(ε) - ∂J/∂θ at u(-ε)) / 2ε,    dL/dlow_i likewise with the multipliers
 * </pre>
 *
 * which tends to the implicit gradient as ε → 0 and looks a finite way ahead, over bounds that are
 * about to be reached or left, for larger ε. First derivatives of the leaves suffice. A sample
 * whose perturbed minimisers are not found counts as not converged. McAllester, Hazan, Keshet,
 * "Direct loss minimization for structured prediction", 2010.
 */
public final class DirectLossAdjoint implements Adjoint {
  private static final int MOST_STEPS = 50;

  private final Engine engine;
  private final BadSamples policy;
  private final double perturbation;
  private final PlanCache<Compiled> plans;

  /**
   * An adjoint.
   *
   * @param perturbation largest derivative that is added to the cost, ε max |v|, above 0
   */
  public DirectLossAdjoint(Engine engine, BadSamples policy, double perturbation) {
    if (!(perturbation > 0) || Double.isInfinite(perturbation)) {
      throw new IllegalArgumentException("perturbation: found " + perturbation + ", expected > 0");
    }
    this.engine = engine;
    this.policy = policy;
    this.perturbation = perturbation;
    this.plans = new PlanCache<>(Compiled::new);
  }

  @Override
  public Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents) {
    cotangents.check(problem);
    return plans.get(problem).pullBack(problem, solution, cotangents);
  }

  @Override
  public void close() {
    plans.close();
  }

  private final class Compiled implements AutoCloseable {
    private final int batch;
    private final DType dtype;
    private final AdjointPrograms programs;

    Compiled(Problem problem) {
      this.batch = problem.batch();
      this.dtype = problem.dtype();
      this.programs = new AdjointPrograms(engine, problem.spec(), batch, dtype, Curvature.EXACT, 1);
    }

    Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents) {
      programs.begin(problem);
      LeafSum sum = new LeafSum(problem);
      Linearization at =
          at(solution.actions().toDoubles(), Boxes.low(problem), Boxes.high(problem));
      Loss loss = new Loss(programs, at, cotangents.finite(batch));
      Side[] sides = {side(at, loss, -1), side(at, loss, 1)};
      SampleOutcomes outcomes = new SampleOutcomes(policy, cotangents, batch);
      for (int b = 0; b < batch; b++) {
        boolean reached = sides[0].reached(b) && sides[1].reached(b);
        outcomes.judge(b, solution, at, loss.isFinite(b), reached, true, Double.NaN);
      }
      outcomes.failIfAsked();
      int[] standIns = outcomes.standIns();
      if (standIns != null) {
        loss.leaveOut(outcomes);
        sum.add(programs.direct(at, loss.states, loss.cost, standIns));
        for (Side side : sides) {
          add(side, loss.total, outcomes, standIns, sum);
        }
      }
      return sum.gradients(outcomes.samples());
    }

    private Side side(Linearization at, Loss loss, int sign) {
      double[] epsilon = epsilon(loss, sign);
      return new Side(epsilon, minimise(at, loss.total, epsilon), loss.total);
    }

    /** One half of the difference: the derivatives of J at the minimiser of J + ε v·u, over 2ε. */
    private void add(Side side, double[] v, SampleOutcomes outcomes, int[] standIns, LeafSum sum) {
      Linearization moved = side.moved();
      double[] bar = new double[batch];
      for (int b = 0; b < batch; b++) {
        boolean counts = side.epsilon()[b] != 0 && !outcomes.isMasked(b);
        bar[b] = counts ? 0.5 / side.epsilon()[b] : 0;
      }
      double[] none = new double[batch * programs.stateNumbers()];
      sum.add(programs.direct(moved, none, bar, standIns));
      for (int k = 0; k < v.length; k++) {
        if (bar[k / moved.n] != 0 && moved.held[k]) {
          sum.addToBound(moved, k, bar[k / moved.n] * moved.gradient[k] + 0.5 * v[k]);
        }
      }
    }

    private Linearization at(double[] u, double[] low, double[] high) {
      Linearization at = new Linearization(u, low, high, batch, programs.conditions());
      programs.linearize(at, dtype);
      return at;
    }

    /** ε of every sample, so that the largest derivative added is the perturbation. */
    private double[] epsilon(Loss loss, int sign) {
      double[] out = new double[batch];
      int n = loss.total.length / batch;
      for (int b = 0; b < batch; b++) {
        double largest = 0;
        for (int k = b * n; k < (b + 1) * n; k++) {
          largest = Math.max(largest, Math.abs(loss.total[k]));
        }
        out[b] = largest > 0 && loss.isFinite(b) ? sign * perturbation / largest : 0;
      }
      return out;
    }

    /** The minimiser of J + ε v·u in the box, by projected Newton steps from the solution. */
    private Linearization minimise(Linearization from, double[] v, double[] epsilon) {
      Linearization at = at(from.u.clone(), from.low, from.high);
      DenseSystems dense = new DenseSystems(programs);
      TiltedStep step = new TiltedStep(at.n);
      boolean[] done = new boolean[batch];
      for (int b = 0; b < batch; b++) {
        done[b] = epsilon[b] == 0;
      }
      for (int iteration = 0; iteration < MOST_STEPS; iteration++) {
        int[][] wanted = new int[batch][];
        boolean any = false;
        for (int b = 0; b < batch; b++) {
          wanted[b] = done[b] ? new int[0] : all(at.n);
          any |= !done[b];
        }
        if (!any) {
          break;
        }
        double[] columns = dense.columns(at, wanted);
        for (int b = 0; b < batch; b++) {
          done[b] |= !step.take(at, b, columns, v, epsilon[b], dtype);
        }
        programs.linearize(at, dtype);
      }
      // What a bound holds depends on the tilted derivative.
      for (int k = 0; k < v.length; k++) {
        double derivative = at.gradient[k] + epsilon[k / at.n] * v[k];
        at.held[k] = Boxes.isHeld(at.u[k], derivative, at.low[k], at.high[k]);
      }
      return at;
    }

    private int[] all(int n) {
      int[] out = new int[n];
      for (int i = 0; i < n; i++) {
        out[i] = i;
      }
      return out;
    }

    @Override
    public void close() {
      programs.close();
    }
  }

  /**
   * The minimiser of {@code J + ε v·u} for one sign of ε.
   *
   * @param epsilon of every sample; 0 where the loss asks for nothing
   * @param moved the point that was found, with what bounds hold there
   * @param v the derivative of the loss, (B, n)
   */
  private record Side(double[] epsilon, Linearization moved, double[] v) {
    /** So far, of the derivative that was added, it may be from stationary. */
    private static final double LEFT = 1e-2;

    /** Whether the point of a sample is a stationary one. */
    boolean reached(int b) {
      double added = 0;
      double left = 0;
      for (int k = b * moved.n; k < (b + 1) * moved.n; k++) {
        double tilt = epsilon[b] * v[k];
        double derivative = moved.held[k] ? 0 : Math.abs(moved.gradient[k] + tilt);
        added = Math.max(added, Math.abs(tilt));
        left = Double.isNaN(derivative) ? Double.POSITIVE_INFINITY : Math.max(left, derivative);
      }
      return epsilon[b] == 0 || left <= LEFT * added;
    }
  }

  /** A projected Newton step of one sample on the tilted cost. */
  private static final class TiltedStep {
    private static final double LARGEST_DAMPING = 1e8;

    private final int n;
    private final BoxQp qp;
    private final double[] h;
    private final double[] g;
    private final double[] low;
    private final double[] high;

    TiltedStep(int n) {
      this.n = n;
      this.qp = new BoxQp(n);
      this.h = new double[n * n];
      this.g = new double[n];
      this.low = new double[n];
      this.high = new double[n];
    }

    /** Moves the sample; false once the step is rounding, or there is none. */
    boolean take(
        Linearization at, int b, double[] columns, double[] v, double epsilon, DType dtype) {
      double scale = 0;
      for (int i = 0; i < n; i++) {
        int k = b * n + i;
        g[i] = at.gradient[k] + epsilon * v[k];
        low[i] = at.low[k] - at.u[k];
        high[i] = at.high[k] - at.u[k];
        scale = Math.max(scale, Math.abs(columns[k * n + i]));
      }
      for (double damping = 0; damping <= LARGEST_DAMPING; damping = Math.max(1e-8, 10 * damping)) {
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            h[i * n + j] = 0.5 * (columns[(b * n + i) * n + j] + columns[(b * n + j) * n + i]);
          }
          h[i * n + i] += damping * scale;
        }
        if (qp.solve(h, g, low, high)) {
          return move(at, b, dtype);
        }
      }
      return false;
    }

    private boolean move(Linearization at, int b, DType dtype) {
      double longest = 0;
      for (int i = 0; i < n; i++) {
        int k = b * n + i;
        double to = Boxes.clamp(at.u[k] + qp.solution()[i], at.low[k], at.high[k]);
        longest = Math.max(longest, Math.abs(to - at.u[k]) / (1 + Math.abs(to)));
        at.u[k] = to;
      }
      return longest > (dtype == DType.FLOAT32 ? 1e-6 : 1e-13);
    }
  }
}
