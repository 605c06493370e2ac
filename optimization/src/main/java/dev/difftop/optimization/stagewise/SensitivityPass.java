package dev.difftop.optimization.stagewise;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.StageExpansion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The linear systems of an adjoint through their stages, many samples at once: {@code H_FF w = v_F}
 * are the conditions of the linear-quadratic problem {@code min Σ 1/2 dwᵀ M dw - vᵀ dw} along the
 * linearised dynamics, with {@code du = 0} where a bound holds, M being the second derivatives of
 * the Hamiltonian. A {@link RiccatiPass} solves it; the systems are definite exactly if every Quu
 * is on the free set. Those that are not are solved by {@link KktElimination}. Time and memory grow
 * linearly with the horizon, whatever the sample.
 *
 * <p>With exact curvature it finds the derivative of the loss in all leaves as well. With the
 * costates λ of the trajectory and the {@link Directions} dw, dλ, {@code -∂/∂leaf (∇_u J · w)} is
 * what {@code -(dw·l_w + λ·f_w dw + dλ·f)} has at fixed w, dw, λ and dλ: of a linear-quadratic
 * problem whose matrices are its leaves, products of two vectors for each stage, put where {@link
 * LeafWriter} says; of any other smooth problem, a program over the stages ({@link TracedLeaves}).
 *
 * <p>Along an unstable system the recursion of the costates amplifies the rounding of the last
 * states until nothing else is left of the first costates. At a stationary point they are computed
 * under feedback there, {@code λ_t = l_x + f_x' λ_{t+1} + K' (l_u + f_u' λ_{t+1})}: what K
 * multiplies is 0.
 */
public final class SensitivityPass implements AutoCloseable {
  /**
   * The derivative of a loss in a batch of solutions, row-major; null for zero.
   *
   * @param actions (B, H, nu)
   * @param states (B, H + 1, nx)
   * @param cost (B)
   */
  public record Loss(double[] actions, double[] states, double[] cost) {}

  /**
   * What is found, row-major.
   *
   * @param gradient dJ/du, (B, n)
   * @param w (B, n), 0 where held
   * @param residual H w - v, (B, n): 0 where free, what a bound bears where held
   * @param definite per sample, whether the curvature on the free set is positive definite
   * @param pivot per sample, the smallest pivot of a Quu; of a curvature that is not definite, at
   *     most 0
   */
  public record Found(
      double[] gradient, double[] w, double[] residual, boolean[] definite, double[] pivot) {}

  /** Asked sample by sample, by several threads, each for samples of its own. */
  public interface Samples {
    /** The gradient of a sample has been found: which of its actions are held is asked next. */
    void differentiated(int sample);

    /**
     * Whether a sample is stationary, but rounding hides that in its gradient, as along an unstable
     * system. It is then differentiated again, under feedback; the actions that are held at the end
     * of this call are held for that.
     *
     * @param rounding bound of the rounding of its gradient
     */
    default boolean isHidden(int sample, double rounding) {
      return false;
    }

    /** Whether a bound holds component k of the batch's actions. */
    boolean isHeld(int k);

    /** A sample's system has been solved; answers whether its leaves get what it gives. */
    boolean found(int sample);
  }

  private static final double FIRST_DAMPING = 1e-8;
  private static final double MOST_DAMPING = 1e12;

  private final ProblemSpec spec;
  private final int batch;
  private final Curvature curvature;
  private final WorkerPool workers;
  private final Packing.Chunks chunks;
  private final Optional<QuadraticLeaves> leaves;
  private final Optional<TracedLeaves> traced;
  private final List<Strand> strands = new ArrayList<>();

  /** For a spec, a batch and a dtype. */
  public SensitivityPass(
      Engine engine,
      ProblemSpec spec,
      int batch,
      DType dtype,
      Curvature curvature,
      WorkerPool workers) {
    this.spec = spec;
    this.batch = batch;
    this.curvature = curvature;
    this.workers = workers;
    this.chunks =
        Packing.chunks(
            batch, spec.horizon(), spec.stateSize(), spec.actionSize(), workers.threads(), true);
    StageExpansion expansion = new StageExpansion(spec);
    Optional<Program> quadratic =
        curvature == Curvature.EXACT ? expansion.quadratic() : Optional.empty();
    Optional<Map<String, LeafForms.Form[]>> forms = quadratic.flatMap(LeafForms::of);
    this.leaves = forms.map(all -> new QuadraticLeaves(spec, batch, quadratic.orElseThrow(), all));
    boolean reaches =
        curvature == Curvature.EXACT
            && expansion.isSmooth()
            && spec.withoutSecondDerivatives().isEmpty();
    this.traced =
        reaches && leaves.isEmpty()
            ? Optional.of(
                new TracedLeaves(engine, spec, expansion, batch, dtype, workers.threads()))
            : Optional.empty();
    for (int i = 0; i < workers.threads(); i++) {
      StageModel model =
          quadratic.isPresent()
              ? new QuadraticModel(
                  engine, spec, quadratic.orElseThrow(), forms, chunks.group(), dtype)
              : new TracedModel(engine, spec, expansion, chunks.group(), dtype);
      strands.add(new Strand(model));
    }
  }

  /** Whether {@link #run} gives the derivative in the leaves. */
  public boolean reachesLeaves() {
    return leaves.isPresent() || traced.isPresent();
  }

  /**
   * Solves the systems of a batch.
   *
   * @param states of the solutions, (B, H + 1, nx)
   * @param actions of the solutions, (B, H, nu)
   * @param damped whether a curvature that is not definite is damped until it is
   * @return the derivative in initial states, context and parameters; empty if it does not {@link
   *     #reachesLeaves reach} them or no sample is asked for
   */
  public Optional<Map<String, Array>> run(
      Problem problem,
      double[] states,
      double[] actions,
      Loss loss,
      boolean damped,
      Samples samples,
      Found found) {
    Optional<QuadraticLeaves.Sums> sums = leaves.map(QuadraticLeaves::begin);
    traced.ifPresent(TracedLeaves::begin);
    strands.forEach(strand -> strand.model.begin(problem));
    double[] x0 = problem.initialState().toDoubles();
    workers.share(
        chunks.count(),
        (chunk, thread) -> {
          Strand strand = strands.get(thread);
          strand.place(chunk, x0, states, actions);
          strand.run(loss, damped, samples, found, sums);
        });
    return sums.isPresent()
        ? sums.map(QuadraticLeaves.Sums::total)
        : traced.flatMap(all -> all.total(problem));
  }

  @Override
  public void close() {
    strands.forEach(strand -> strand.model.close());
    traced.ifPresent(TracedLeaves::close);
  }

  /** What a thread works with. */
  private final class Strand {
    private final StageModel model;
    private final SampleBlock block;
    private final Directions directions;
    private final RiccatiPass pass;
    private final boolean[] wanted;
    private final boolean[] chosen;
    private final boolean[] eliminated;
    private final double[] costBar;
    private final Optional<QuadraticLeaves.Scratch> scratch;
    private Optional<KktElimination> elimination = Optional.empty();
    private int lanes;

    Strand(StageModel model) {
      int horizon = spec.horizon();
      int nx = spec.stateSize();
      int nu = spec.actionSize();
      this.model = model;
      this.block = new SampleBlock(horizon, nx, nu, chunks.width(), chunks.group());
      this.directions = new Directions(horizon, nx, nu, block.width);
      this.pass = new RiccatiPass(horizon, nx, nu, block.width, RiccatiPass.Regularization.CONTROL);
      this.wanted = new boolean[block.width];
      this.chosen = new boolean[block.width];
      this.eliminated = new boolean[block.width];
      this.costBar = new double[block.width];
      this.scratch = leaves.map(QuadraticLeaves::scratch);
    }

    /** Puts samples into the lanes. */
    void place(int chunk, double[] x0, double[] states, double[] actions) {
      int first = chunks.first(chunk);
      int count = chunks.size(chunk);
      lanes = chunks.lanes(chunk);
      block.clear();
      for (int l = 0; l < count; l++) {
        block.place(l, first + l, states, actions);
        SampleBlock.read(x0, (first + l) * spec.stateSize(), block.current.states[0], l);
        wanted[l] = true;
      }
      Arrays.fill(wanted, count, block.width, false);
    }

    void run(
        Loss loss,
        boolean damped,
        Samples samples,
        Found found,
        Optional<QuadraticLeaves.Sums> sums) {
      differentiate(samples, found);
      SecondDerivatives second = model.secondOrder(block, curvature, wanted, lanes);
      setGradients(loss);
      hold(samples, wanted);
      solve(second, damped, found);
      directions.pullBack(block, second, eliminated, lanes);
      for (int l = 0; l < lanes; l++) {
        if (wanted[l]) {
          finish(l, samples, found, sums);
        }
      }
    }

    /** Derivatives along the trajectories. */
    private void differentiate(Samples samples, Found found) {
      model.load(block, lanes);
      model.firstOrderAnew(block, wanted, lanes);
      block.expansion.differentiate(
          block.current, block.bounds, block.progress.stationarity, lanes);
      boolean any = false;
      for (int l = 0; l < lanes; l++) {
        chosen[l] = false;
        if (wanted[l]) {
          report(l, samples, found);
          double rounding = block.expansion.rounding(l);
          chosen[l] = samples.isHidden(block.progress.samples[l], rounding);
          any |= chosen[l];
        }
      }
      if (any) {
        differentiateUnderFeedback(samples, found);
      }
    }

    private void report(int l, Samples samples, Found found) {
      block.write(block.expansion.actionGradient, l, found.gradient);
      samples.differentiated(block.progress.samples[l]);
    }

    /** The same of the chosen lanes, under feedback that needs no costates. */
    private void differentiateUnderFeedback(Samples samples, Found found) {
      hold(samples, chosen);
      SecondDerivatives convex = model.secondOrder(block, Curvature.GAUSS_NEWTON, chosen, lanes);
      pass.run(block, convex, lanes);
      solveDamped(convex, chosen);
      for (int l = 0; l < lanes; l++) {
        if (chosen[l] && pass.succeeded(l)) {
          block.expansion.differentiateUnderFeedback(block.current, block.bounds, block.gains, l);
          report(l, samples, found);
        }
        block.gains.mu[l] = 0;
        if (chosen[l]) {
          block.bounds.open(l);
        }
      }
    }

    // ---------------------------------------------------------------- linear systems

    /** Directions of all lanes. */
    private void solve(SecondDerivatives second, boolean damped, Found found) {
      pass.run(block, second, lanes);
      boolean any = false;
      for (int l = 0; l < lanes; l++) {
        chosen[l] = wanted[l] && !pass.succeeded(l);
        any |= chosen[l];
        if (wanted[l]) {
          found.definite[block.progress.samples[l]] = pass.succeeded(l);
          found.pivot[block.progress.samples[l]] = pass.smallestPivot(l);
        }
      }
      Arrays.fill(eliminated, false);
      if (any && damped) {
        solveDamped(second, chosen);
      }
      directions.follow(block, lanes);
      for (int l = 0; l < lanes; l++) {
        if (chosen[l] && !pass.succeeded(l)) {
          eliminate(second, l);
        }
      }
    }

    private void eliminate(SecondDerivatives second, int l) {
      if (elimination.isEmpty()) {
        int nx = spec.stateSize();
        elimination = Optional.of(new KktElimination(spec.horizon(), nx, spec.actionSize()));
      }
      block.gains.clear(l);
      block.gains.mu[l] = 0;
      elimination.orElseThrow().solve(block, second, l, directions);
      eliminated[l] = true;
    }

    /** Gains of some lanes with as much damping as their curvature needs to be definite. */
    private void solveDamped(SecondDerivatives second, boolean[] some) {
      for (double damping = FIRST_DAMPING; damping < MOST_DAMPING; damping *= 10) {
        boolean again = false;
        for (int l = 0; l < lanes; l++) {
          if (some[l] && !pass.succeeded(l)) {
            double scale = pass.scale(l);
            block.gains.mu[l] = damping * (scale > 0 ? scale : 1);
            again = true;
          }
        }
        if (!again) {
          return;
        }
        pass.run(block, second, lanes);
      }
    }

    /** Held actions may not move, the others may without limit. */
    private void hold(Samples samples, boolean[] some) {
      int nu = spec.actionSize();
      for (int l = 0; l < lanes; l++) {
        for (int k = 0; some[l] && k < spec.horizon() * nu; k++) {
          if (samples.isHeld(block.progress.samples[l] * spec.horizon() * nu + k)) {
            double u = block.current.actions[k / nu][k % nu][l];
            block.bounds.fix(k / nu, k % nu, l, u);
          }
        }
      }
    }

    /** Minus the derivative of the loss takes the place of that of J. */
    private void setGradients(Loss loss) {
      if (loss.cost != null) {
        block.expansion.differentiateStart(lanes);
      }
      for (int l = 0; l < lanes; l++) {
        costBar[l] = loss.cost != null && wanted[l] ? loss.cost[block.progress.samples[l]] : 0;
      }
      replaceGradients(loss);
    }

    /**
     * Replaces the derivatives of J by minus those of the loss: of lane l, {@code costBar_l J} and
     * what has the given derivatives. Other lanes have zeros.
     */
    private void replaceGradients(Loss loss) {
      int nx = spec.stateSize();
      int nu = spec.actionSize();
      int horizon = spec.horizon();
      Expansion expansion = block.expansion;
      for (int t = 0; t <= horizon; t++) {
        double[][] gradients = t < horizon ? expansion.gradient[t] : expansion.lastGradient;
        for (int i = 0; i < gradients.length; i++) {
          for (int l = 0; l < lanes; l++) {
            double bar = 0;
            if (wanted[l] && i < nx) {
              int k = (block.progress.samples[l] * (horizon + 1) + t) * nx + i;
              bar = loss.states == null ? 0 : loss.states[k];
            } else if (wanted[l]) {
              int k = (block.progress.samples[l] * horizon + t) * nu + i - nx;
              bar = loss.actions == null ? 0 : loss.actions[k];
              bar += costBar[l] == 0 ? 0 : costBar[l] * expansion.actionGradient[t][i - nx][l];
            }
            gradients[i][l] = -bar;
          }
        }
      }
    }

    private void finish(int l, Samples samples, Found found, Optional<QuadraticLeaves.Sums> sums) {
      directions.write(block, l, found.w, found.residual);
      if (samples.found(block.progress.samples[l])) {
        sums.ifPresent(all -> all.add(block, directions, l, costBar[l], scratch.orElseThrow()));
        traced.ifPresent(all -> all.add(block, directions, l, costBar[l]));
      }
    }
  }
}
