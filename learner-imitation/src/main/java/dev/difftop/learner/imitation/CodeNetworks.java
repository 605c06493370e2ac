package dev.difftop.learner.imitation;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.networks.Activation;
import dev.difftop.networks.DeclaredParameters;
import dev.difftop.networks.Gaussian;
import dev.difftop.networks.GaussianHead;
import dev.difftop.networks.Mixture;
import dev.difftop.networks.MixtureHead;
import dev.difftop.networks.Mlp;
import dev.difftop.networks.WeightInitializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Posterior {@code q(y | features) = N(mu, sigma²)} and prior of codes, as programs. A code is
 * {@code y = mu + sigma · noise}, so that the gradient of what is planned with it reaches the
 * posterior. Parameters: {@code posterior/...} and, with a learned prior, {@code prior/...}.
 */
final class CodeNetworks {
  /** Posterior's input, (B, features). */
  static final String FEATURES = "posterior features";

  /** Learned prior's input, (B, priorFeatures). */
  static final String PRIOR_FEATURES = "prior features";

  /** Standard normal numbers, (B, size). */
  static final String NOISE = "noise";

  /** Derivative of the reconstruction loss in the codes, (B, size). */
  static final String CODE_BAR = "code cotangent";

  /** Weight of the divergence, a number. */
  static final String KL_WEIGHT = "kl weight";

  static final String POSTERIOR = "posterior/";
  private static final String PRIOR = "prior/";

  /** Added to standard deviations of the posterior. */
  private static final double LEAST_DEVIATION = 1e-3;

  /** Added to those of a learned prior: a narrower component is a point. */
  private static final double LEAST_PRIOR_DEVIATION = 1e-2;

  private final CodeConfig config;
  private final int features;
  private final int priorFeatures;
  private final Mlp posteriorBody;
  private final GaussianHead posteriorHead;
  private final Mlp priorBody;
  private final MixtureHead priorHead;
  private final DeclaredParameters declared = new DeclaredParameters();

  /**
   * Networks.
   *
   * @param features length of what the posterior sees
   * @param priorFeatures length of what a learned prior sees
   */
  CodeNetworks(CodeConfig config, int features, int priorFeatures) {
    this.config = config;
    this.features = features;
    this.priorFeatures = priorFeatures;
    int[] hidden = config.hidden();
    int width = hidden[hidden.length - 1];
    this.posteriorBody = body(POSTERIOR, features, hidden);
    this.posteriorHead =
        new GaussianHead(POSTERIOR + "head/", width, config.size(), false, LEAST_DEVIATION);
    this.priorBody = body(PRIOR, priorFeatures, hidden);
    this.priorHead =
        new MixtureHead(
            PRIOR + "head/",
            width,
            config.size(),
            config.components(),
            false,
            LEAST_PRIOR_DEVIATION);
    posteriorBody.declare(declared);
    posteriorHead.declare(declared);
    if (hasLearnedPrior()) {
      priorBody.declare(declared);
      priorHead.declare(declared);
    }
  }

  private static Mlp body(String prefix, int in, int[] hidden) {
    return new Mlp(
        prefix,
        in,
        Arrays.copyOf(hidden, hidden.length - 1),
        hidden[hidden.length - 1],
        Activation.MISH,
        WeightInitializer.ORTHOGONAL.initializer(1),
        WeightInitializer.ORTHOGONAL.initializer(1));
  }

  boolean hasLearnedPrior() {
    return config.prior() == CodeConfig.Prior.LEARNED;
  }

  /** By full name. */
  Map<String, ProblemSpec.Parameter> parameters() {
    return declared.all();
  }

  private Gaussian posterior(Tensor seen, Map<String, Tensor> theta) {
    Tensor h = Activation.MISH.apply(posteriorBody.apply(seen, theta::get));
    return posteriorHead.apply(h, theta::get);
  }

  private Mixture prior(Tensor seen, Map<String, Tensor> theta) {
    Tensor h = Activation.MISH.apply(priorBody.apply(seen, theta::get));
    return priorHead.apply(h, theta::get);
  }

  /** From features, noise and parameters to {@code code}, {@code mean}, {@code deviation}. */
  Program sampling() {
    Map<String, Tensor> theta = declared.inputs();
    Tensor seen = Tensor.input(FEATURES, Shape.batched(features));
    Tensor noise = Tensor.input(NOISE, Shape.batched(config.size()));
    Gaussian q = posterior(seen, theta);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("code", q.mean().plus(q.deviation().times(noise)));
    out.put("mean", q.mean());
    out.put("deviation", q.deviation());
    return Program.of(inputs(theta, seen, noise), out);
  }

  /**
   * From features, noise, {@link #CODE_BAR}, {@link #KL_WEIGHT} and parameters to {@code kl}, the
   * mean divergence in nats, and the derivative of {@code Σ_b ȳ_b · y_b + w · KL} in every
   * parameter. The divergence from N(0, I) is exact; that from a learned prior is {@code log q(y) -
   * log p(y)} of the code drawn.
   */
  Program pullBack() {
    Map<String, Tensor> theta = declared.inputs();
    Tensor seen = Tensor.input(FEATURES, Shape.batched(features));
    Tensor first = Tensor.input(PRIOR_FEATURES, Shape.batched(priorFeatures));
    Tensor noise = Tensor.input(NOISE, Shape.batched(config.size()));
    Tensor bar = Tensor.input(CODE_BAR, Shape.batched(config.size()));
    Tensor weight = Tensor.input(KL_WEIGHT, Shape.scalar());
    Gaussian q = posterior(seen, theta);
    Tensor code = q.mean().plus(q.deviation().times(noise));
    Tensor each = hasLearnedPrior() ? drawnDivergence(q, code, first, theta) : divergence(q);
    int floors = hasLearnedPrior() ? config.size() : 1;
    Tensor charged = each.max(config.freeBits() * floors).sum(0);
    Tensor total = bar.dot(code).sum(0).plus(weight.times(charged));
    List<Tensor> wrt = new ArrayList<>(theta.values());
    List<Tensor> gradient = Transforms.gradient(total, wrt);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("kl", each.sum(0));
    out.put("charged kl", charged);
    int i = 0;
    for (String name : theta.keySet()) {
      out.put(name, gradient.get(i++));
    }
    return Program.of(inputs(theta, seen, first, noise, bar, weight), out);
  }

  /** Of each entry of the code, mean over the batch, (size). */
  private static Tensor divergence(Gaussian q) {
    Tensor twice =
        q.mean().square().plus(q.deviation().square()).minus(1).minus(q.deviation().log().times(2));
    return twice.times(0.5).mean(0);
  }

  /** Of the whole code, mean over the batch, (1). */
  private Tensor drawnDivergence(Gaussian q, Tensor code, Tensor first, Map<String, Tensor> theta) {
    Tensor difference = q.logDensity(code).minus(prior(first, theta).logDensity(code));
    return difference.mean(0).reshape(1);
  }

  /** From prior features and parameters to {@code logits}, {@code mean} and {@code deviation}. */
  Program drawing() {
    Map<String, Tensor> theta = declared.inputs();
    Tensor first = Tensor.input(PRIOR_FEATURES, Shape.batched(priorFeatures));
    Mixture p = prior(first, theta);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("logits", p.logits());
    out.put("mean", p.modes().mean());
    out.put("deviation", p.modes().deviation());
    return Program.of(inputs(theta, first), out);
  }

  private static List<Tensor> inputs(Map<String, Tensor> theta, Tensor... others) {
    List<Tensor> inputs = new ArrayList<>(List.of(others));
    inputs.addAll(theta.values());
    return inputs;
  }
}
