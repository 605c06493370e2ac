package dev.difftop.learner.imitation;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.optim.GradientSum;
import java.util.Map;

/** Posterior of codes for batches of windows, and the way back of gradients into it. */
final class CodeModel implements AutoCloseable {
  /** An entry of the code whose mean varies by more over a batch is active (Burda et al., 2016). */
  private static final double ACTIVE_VARIANCE = 0.01;

  private final CodeConfig config;
  private final CodeNetworks networks;
  private final CodeFeatures features;
  private final Demonstrations data;
  private final Normalizers normalizers;
  private final CompiledProgram sampling;
  private final CompiledProgram pullBack;

  /** For batches of a size; the parameters are those of the model. */
  CodeModel(
      CodeConfig config,
      CodeNetworks networks,
      CodeFeatures features,
      PlanningModel model,
      Demonstrations data,
      Normalizers normalizers,
      int batch,
      int threads) {
    this.config = config;
    this.networks = networks;
    this.features = features;
    this.data = data;
    this.normalizers = normalizers;
    this.sampling = model.engine().compile(networks.sampling(), batch, model.dtype(), threads);
    this.pullBack = model.engine().compile(networks.pullBack(), batch, model.dtype(), threads);
    model.parameters().bindTo(sampling);
    model.parameters().bindTo(pullBack);
  }

  /** Codes of windows, {@code mu + sigma · noise}, (B, size); overwritten by the next call. */
  Array draw(int[] rows, RandomStream random) {
    Array noise = sampling.input(CodeNetworks.NOISE);
    for (int i = 0; i < noise.size(); i++) {
      noise.set(i, random.nextGaussian());
    }
    return run(rows);
  }

  /** Means of codes of windows, (B, size); overwritten by the next call. */
  Array mean(int[] rows) {
    sampling.input(CodeNetworks.NOISE).fill(0);
    return run(rows);
  }

  private Array run(int[] rows) {
    features.writePosterior(rows, data, normalizers, sampling.input(CodeNetworks.FEATURES));
    sampling.run();
    return sampling.output("code");
  }

  /** Weight of the divergence in a gradient step, counted from 0. */
  double klWeight(long step) {
    return config.klWeight() * Math.min(1, (step + 1) / (double) Math.max(1, config.annealing()));
  }

  /**
   * Adds the gradient of the loss in the parameters of posterior and prior.
   *
   * @param rows those of the last {@link #draw}
   * @param codeBar derivative of the rest of the loss in the codes, (B, size)
   * @return {@code kl}, {@code active_dimensions}, {@code kl_weight}, and {@code kl_loss}, what the
   *     divergence adds to the loss
   */
  Metrics pullBack(int[] rows, double[] codeBar, long step, GradientSum gradients) {
    pullBack.input(CodeNetworks.FEATURES).copyFrom(sampling.input(CodeNetworks.FEATURES));
    pullBack.input(CodeNetworks.NOISE).copyFrom(sampling.input(CodeNetworks.NOISE));
    features.writePrior(rows, data, normalizers, pullBack.input(CodeNetworks.PRIOR_FEATURES));
    pullBack.input(CodeNetworks.CODE_BAR).write(0, codeBar, 0, codeBar.length);
    double weight = klWeight(step);
    pullBack.input(CodeNetworks.KL_WEIGHT).set(0, weight);
    pullBack.run();
    networks.parameters().keySet().forEach(name -> gradients.add(name, pullBack.output(name)));
    return Metrics.NONE
        .with("kl", pullBack.output("kl").get(0))
        .with("kl_loss", weight * pullBack.output("charged kl").get(0))
        .with("kl_weight", weight)
        .with("active_dimensions", activeDimensions());
  }

  /** Entries of the code whose mean depends on the window, in the last batch. */
  private double activeDimensions() {
    double[] mean = sampling.output("mean").toDoubles();
    int batch = mean.length / config.size();
    int active = 0;
    for (int j = 0; j < config.size(); j++) {
      double sum = 0;
      double squares = 0;
      for (int b = 0; b < batch; b++) {
        double m = mean[b * config.size() + j];
        sum += m / batch;
        squares += m * m / batch;
      }
      active += squares - sum * sum > ACTIVE_VARIANCE ? 1 : 0;
    }
    return active;
  }

  /** The first codes of the last draw, in float64, for an audit of gradients. */
  DrawnCodes derived(PlanningModel model, int samples) {
    return new DrawnCodes(
        model,
        networks,
        sampling.input(CodeNetworks.FEATURES),
        sampling.input(CodeNetworks.NOISE),
        samples);
  }

  /** As a leaf of solves. */
  static Map<String, Array> leaf(Array codes) {
    return Map.of(CodePrior.LEAF, codes);
  }

  @Override
  public void close() {
    sampling.close();
    pullBack.close();
  }
}
