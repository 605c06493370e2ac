package dev.difftop.learner.imitation;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.ContextSource;
import dev.difftop.learning.model.PlanningModel;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Codes while acting: draws of N(0, I), or of a learned prior. */
final class CodePrior implements ContextSource {
  /** Name of the context leaf. */
  static final String LEAF = "code";

  private final CodeConfig config;
  private final CodeNetworks networks;
  private final CodeFeatures features;
  private final PlanningModel model;
  private final Normalizers normalizers;

  /** Draws for a model whose parameters include those of the networks. */
  CodePrior(
      CodeConfig config,
      CodeNetworks networks,
      CodeFeatures features,
      PlanningModel model,
      Normalizers normalizers) {
    this.config = config;
    this.networks = networks;
    this.features = features;
    this.model = model;
    this.normalizers = normalizers;
  }

  @Override
  public int candidates() {
    return config.samples();
  }

  @Override
  public boolean isKept() {
    return config.drawn() == CodeConfig.Drawn.EPISODE;
  }

  @Override
  public Sampler sampler() {
    return networks.hasLearnedPrior()
        ? new Learned()
        : (observation, random) -> Map.of(LEAF, normal(random));
  }

  private Array normal(RandomStream random) {
    Array out = Array.zeros(model.dtype(), Shape.of(config.samples(), config.size()));
    for (int i = 0; i < out.size(); i++) {
      out.set(i, random.nextGaussian());
    }
    return out;
  }

  /** Draws a component by its weight, then from it. */
  private final class Learned implements Sampler {
    private final CompiledProgram program =
        model.engine().compile(networks.drawing(), 1, model.dtype());

    Learned() {
      model.parameters().bindTo(program);
    }

    @Override
    public Map<String, Array> draw(Map<String, Array> observation, RandomStream random) {
      features.writePrior(observation, normalizers, program.input(CodeNetworks.PRIOR_FEATURES));
      program.run();
      Array out = normal(random.child("noise"));
      RandomStream components = random.child("component");
      for (int i = 0; i < config.samples(); i++) {
        int from = component(program.output("logits").toDoubles(), components) * config.size();
        for (int j = 0; j < config.size(); j++) {
          int at = i * config.size() + j;
          double mean = program.output("mean").get(from + j);
          out.set(at, mean + program.output("deviation").get(from + j) * out.get(at));
        }
      }
      return Map.of(LEAF, out);
    }

    @Override
    public void close() {
      program.close();
    }
  }

  /** Index drawn in proportion to the exponentials of logits. */
  private static int component(double[] logits, RandomGenerator random) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit);
    }
    double total = 0;
    for (double logit : logits) {
      total += Math.exp(logit - largest);
    }
    double left = random.nextDouble() * total;
    for (int k = 0; k < logits.length; k++) {
      left -= Math.exp(logits[k] - largest);
      if (left < 0) {
        return k;
      }
    }
    return logits.length - 1;
  }
}
