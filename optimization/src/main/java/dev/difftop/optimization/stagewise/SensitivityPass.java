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
 * is on the free set.
 *
 * <p>Of a linear-quadratic problem whose matrices are its leaves it finds the derivative of the
 * loss in all leaves as well. With the costates λ of the trajectory and the {@link Directions} dw,
 * dλ, {@code -∂/∂leaf (∇_u J · w)} is what {@code -(dw·l_w + λ·f_w dw + dλ·f)} has at fixed w, dw,
 * λ and dλ: products of two vectors for each stage, put where {@link LeafWriter} says.
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
   * @param solved per sample, whether the curvature on the free set is positive definite
   * @param pivot per sample, the smallest pivot of a Quu
   */
  public record Found(
      double[] gradient, double[] w, double[] residual, boolean[] solved, double[] pivot) {}

  /** Asked sample by sample, by several threads, each for samples of its own. */
  public interface Samples {
    /** The gradient of a sample has been found: which of its actions are held is asked next. */
    void differentiated(int sample);

    /** Whether a bound holds component k of the batch's actions. */
    boolean isHeld(int k);

    /**
     * A sample's system has been solved, or not; answers whether its leaves get what it gives.
     *
     * @param byStages false if w was given
     */
    boolean found(int sample, boolean byStages);
  }

  private final ProblemSpec spec;
  private final int batch;
  private final Curvature curvature;
  private final WorkerPool workers;
  private final Packing.Chunks chunks;
  private final Optional<QuadraticLeaves> leaves;
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
    return leaves.isPresent();
  }

  /**
   * Solves the systems of a batch.
   *
   * @param states of the solutions, (B, H + 1, nx)
   * @param actions of the solutions, (B, H, nu)
   * @param given samples whose w is known already, which are the only ones then; null for none
   * @return the derivative in initial states, context and parameters, if it {@link #reachesLeaves}
   */
  public Optional<Map<String, Array>> run(
      Problem problem,
      double[] states,
      double[] actions,
      Loss loss,
      boolean[] given,
      Samples samples,
      Found found) {
    Optional<QuadraticLeaves.Sums> sums = leaves.map(QuadraticLeaves::begin);
    strands.forEach(strand -> strand.model.begin(problem));
    workers.share(
        chunks.count(),
        (chunk, thread) -> {
          Strand strand = strands.get(thread);
          if (strand.place(chunk, states, actions, given)) {
            strand.run(loss, given != null, samples, found, sums);
          }
        });
    return sums.map(QuadraticLeaves.Sums::total);
  }

  @Override
  public void close() {
    strands.forEach(strand -> strand.model.close());
  }

  /** What a thread works with. */
  private final class Strand {
    private final StageModel model;
    private final SampleBlock block;
    private final Directions directions;
    private final RiccatiPass pass;
    private final boolean[] wanted;
    private final double[] costBar;
    private final Optional<QuadraticLeaves.Scratch> scratch;
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
      this.costBar = new double[block.width];
      this.scratch = leaves.map(QuadraticLeaves::scratch);
    }

    /** Puts samples into the lanes; whether any of them is asked for. */
    boolean place(int chunk, double[] states, double[] actions, boolean[] given) {
      int first = chunks.first(chunk);
      int count = chunks.size(chunk);
      lanes = chunks.lanes(chunk);
      block.clear();
      boolean any = false;
      for (int l = 0; l < count; l++) {
        block.place(l, first + l, states, actions);
        wanted[l] = given == null || given[first + l];
        any |= wanted[l];
      }
      Arrays.fill(wanted, count, block.width, false);
      return any;
    }

    void run(
        Loss loss,
        boolean given,
        Samples samples,
        Found found,
        Optional<QuadraticLeaves.Sums> sums) {
      differentiate(samples, found, given);
      SecondDerivatives second = model.secondOrder(block, curvature, wanted, lanes);
      setGradients(loss);
      if (given) {
        for (int l = 0; l < lanes; l++) {
          if (wanted[l]) {
            directions.put(l, found.w, block.progress.samples[l]);
          }
        }
        directions.push(block, lanes);
      } else {
        hold(samples);
        pass.run(block, second, lanes);
        directions.follow(block, lanes);
      }
      directions.pullBack(block, second, lanes);
      for (int l = 0; l < lanes; l++) {
        if (wanted[l]) {
          finish(l, given, samples, found, sums);
        }
      }
    }

    /** Derivatives along the trajectories. */
    private void differentiate(Samples samples, Found found, boolean given) {
      model.load(block, lanes);
      model.firstOrderAnew(block, wanted, lanes);
      block.expansion.differentiate(
          block.current, block.bounds, block.progress.stationarity, lanes);
      for (int l = 0; l < lanes && !given; l++) {
        if (wanted[l]) {
          block.write(block.expansion.actionGradient, l, found.gradient);
          samples.differentiated(block.progress.samples[l]);
        }
      }
    }

    /** Held actions may not move, the others may without limit. */
    private void hold(Samples samples) {
      int nu = spec.actionSize();
      for (int l = 0; l < lanes; l++) {
        for (int k = 0; wanted[l] && k < spec.horizon() * nu; k++) {
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

    private void finish(
        int l, boolean given, Samples samples, Found found, Optional<QuadraticLeaves.Sums> sums) {
      int s = block.progress.samples[l];
      found.solved[s] = given || pass.succeeded(l);
      if (!given) {
        found.pivot[s] = pass.smallestPivot(l);
      }
      if (found.solved[s]) {
        directions.write(block, l, found.w, found.residual);
      }
      if (samples.found(s, !given) && sums.isPresent()) {
        sums.get().add(block, directions, l, costBar[l], scratch.orElseThrow());
      }
    }
  }
}
