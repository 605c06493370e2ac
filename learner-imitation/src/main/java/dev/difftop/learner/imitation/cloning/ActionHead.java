package dev.difftop.learner.imitation.cloning;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.Metric;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Gaussian;
import dev.difftop.networks.GaussianHead;
import dev.difftop.networks.Mixture;
import dev.difftop.networks.MixtureHead;
import dev.difftop.networks.Mlp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * From features to actions: the loss in training, and a draw while acting. Deviations at their
 * floor are reported, which is how a mixture that has collapsed onto its data shows.
 */
final class ActionHead {
  private static final String PREFIX = "head/";
  private static final String MEAN = "mean";
  private static final String DEVIATION = "deviation";
  private static final String LOGITS = "logits";
  private static final String AT_FLOOR = "deviation_at_floor";

  /** A deviation below this multiple of the least one is at the floor. */
  private static final double NEAR = 2;

  private final HeadSettings settings;
  private final int size;
  private final Mlp squared;
  private final GaussianHead gaussian;
  private final MixtureHead mixture;

  /**
   * A head.
   *
   * @param in length of the features
   * @param size entries of what is predicted
   */
  ActionHead(HeadSettings settings, int in, int size) {
    this.settings = settings;
    this.size = size;
    Initializer small = new Initializer.Orthogonal(0.1);
    boolean bounded = settings.bounded();
    double least = settings.minDeviation();
    squared = new Mlp(PREFIX, in, new int[0], size, Activation.TANH, small, small);
    gaussian = new GaussianHead(PREFIX, in, size, bounded, least);
    mixture = new MixtureHead(PREFIX, in, size, settings.modes(), bounded, least);
  }

  void declare(Declarations declare) {
    switch (settings.head()) {
      case SQUARED -> squared.declare(declare);
      case GAUSSIAN -> gaussian.declare(declare);
      case MIXTURE -> mixture.declare(declare);
    }
  }

  List<Metric> metrics() {
    return settings.head() == Head.SQUARED
        ? List.of()
        : List.of(
            Metric.of(DEVIATION, "mean standard deviation of a normalised action's component"),
            Metric.headline(
                AT_FLOOR,
                "share of standard deviations below twice min-deviation; near 1 the distribution has collapsed"));
  }

  private Tensor mean(Tensor features, Function<String, Tensor> theta) {
    Tensor mean = squared.apply(features, theta);
    return settings.bounded() ? mean.tanh() : mean;
  }

  /** The loss (B, ...) of targets (B, ..., size), and the figures, scalars. */
  record Losses(Tensor each, Map<String, Tensor> figures) {}

  /** The losses of features (B, ..., in). */
  Losses losses(Tensor features, Tensor target, Function<String, Tensor> theta) {
    return switch (settings.head()) {
      case SQUARED -> new Losses(mean(features, theta).minus(target).square().mean(-1), Map.of());
      case GAUSSIAN -> {
        Gaussian g = gaussian.apply(features, theta);
        yield new Losses(g.logDensity(target).negate(), figures(g.deviation()));
      }
      case MIXTURE -> {
        Mixture m = mixture.apply(features, theta);
        yield new Losses(m.logDensity(target).negate(), figures(m.modes().deviation()));
      }
    };
  }

  private Map<String, Tensor> figures(Tensor deviation) {
    Tensor atFloor = deviation.less(Tensor.constant(NEAR * settings.minDeviation()));
    Map<String, Tensor> figures = new LinkedHashMap<>();
    figures.put(DEVIATION, mean(deviation));
    figures.put(AT_FLOOR, mean(atFloor));
    return figures;
  }

  private static Tensor mean(Tensor all) {
    int[] axes = new int[all.shape().rank()];
    java.util.Arrays.setAll(axes, i -> i);
    return all.mean(axes);
  }

  /** Outputs of the acting program for features (B, in). */
  Map<String, Tensor> outputs(Tensor features, Function<String, Tensor> theta) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    switch (settings.head()) {
      case SQUARED -> out.put(MEAN, mean(features, theta));
      case GAUSSIAN -> {
        Gaussian g = gaussian.apply(features, theta);
        out.put(MEAN, g.mean());
        out.put(DEVIATION, g.deviation());
      }
      case MIXTURE -> {
        Mixture m = mixture.apply(features, theta);
        out.put(LOGITS, m.logits());
        out.put(MEAN, m.modes().mean());
        out.put(DEVIATION, m.modes().deviation());
      }
    }
    return out;
  }

  /** Draws from what the acting program gave for one sample. */
  void draw(CompiledProgram acting, RandomStream random, double[] into) {
    int mode = settings.head() == Head.MIXTURE ? mode(acting, random) : 0;
    acting.output(MEAN).read(mode * size, into, 0, size);
    if (settings.head() == Head.SQUARED) {
      return;
    }
    for (int i = 0; i < size; i++) {
      double deviation =
          settings.lowNoise()
              ? settings.minDeviation()
              : acting.output(DEVIATION).get(mode * size + i);
      into[i] += deviation * random.nextGaussian();
    }
  }

  private int mode(CompiledProgram acting, RandomStream random) {
    double[] logits = acting.output(LOGITS).toDoubles();
    double top = java.util.Arrays.stream(logits).max().orElseThrow();
    double total = 0;
    for (int m = 0; m < logits.length; m++) {
      logits[m] = Math.exp(logits[m] - top);
      total += logits[m];
    }
    double left = random.nextDouble() * total;
    int mode = 0;
    while (mode < logits.length - 1 && left >= logits[mode]) {
      left -= logits[mode++];
    }
    return mode;
  }
}
