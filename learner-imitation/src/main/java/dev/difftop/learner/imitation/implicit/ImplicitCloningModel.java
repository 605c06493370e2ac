package dev.difftop.learner.imitation.implicit;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learner.imitation.base.ActingProgram;
import dev.difftop.learner.imitation.base.ChunkPlanner;
import dev.difftop.learner.imitation.base.CloningModel;
import dev.difftop.learner.imitation.base.Execution;
import dev.difftop.learner.imitation.base.ObservationFeatures;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.data.WindowSpan;
import dev.difftop.learning.model.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The energy, its contrastive loss, and the searches for actions of low energy. */
final class ImplicitCloningModel implements CloningModel {
  private static final String NEGATIVES = "negatives";
  private static final String JITTER = "jitter";
  private static final String FEATURES = "features";
  private static final String CANDIDATES = "candidates";
  private static final String ENERGY = "energy";
  private static final String GRADIENT = "gradient";
  private static final String PROBABILITY = "positive_probability";

  private final ImplicitCloningConfig config;
  private final WindowSpan span;
  private final ObservationFeatures features;
  private final EnergyNetwork network;
  private final ActionSpace space;

  /**
   * A model.
   *
   * @param constant components of the action that never change: they are 0, normalised
   */
  ImplicitCloningModel(
      ImplicitCloningConfig config,
      LearnerContext context,
      PolicySignature signature,
      List<Integer> constant) {
    this.config = config;
    this.span = WindowSpan.of(config.history(), config.chunk());
    this.features = ObservationFeatures.of(context, signature);
    this.space = new ActionSpace(config.chunk(), signature.actionSize(), constant);
    this.network =
        new EnergyNetwork(
            config.history() * features.size(), space.size(), config.hidden(), config.activation());
  }

  Execution execution() {
    return Execution.of(span, config.execute());
  }

  @Override
  public WindowSpan span() {
    return span;
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        Metric.of(PROBABILITY, "mean probability of the demonstrated action among the negatives"));
  }

  @Override
  public void declare(Declarations declare) {
    features.declare(declare);
    network.declare(declare);
  }

  @Override
  public Map<String, Shape> draws() {
    Map<String, Shape> draws = new LinkedHashMap<>();
    draws.put(NEGATIVES, Shape.of(config.negatives(), space.size()));
    draws.put(JITTER, Shape.of(1, space.size()));
    return draws;
  }

  @Override
  public void draw(CompiledProgram training, RandomStream random) {
    Array negatives = training.input(NEGATIVES);
    float[] uniform = new float[negatives.size()];
    space.fill(uniform, random.child(NEGATIVES));
    negatives.write(0, uniform, 0, uniform.length);
    Array jitter = training.input(JITTER);
    RandomGenerator noise = random.child(JITTER);
    for (int i = 0; i < jitter.size(); i++) {
      jitter.set(i, config.positiveNoise() * noise.nextGaussian());
    }
  }

  /** Cross-entropy of the demonstrated action among the negatives (InfoNCE). */
  @Override
  public Map<String, Tensor> losses(Batch batch) {
    Tensor observed = features.joined(batch.observations(), batch.parameters());
    Tensor positive =
        batch.actions().reshape(Shape.BATCH, 1, space.size()).plus(batch.draws().get(JITTER));
    Tensor all = Tensor.concat(1, positive, batch.draws().get(NEGATIVES));
    Tensor scores = network.apply(observed, all, batch.parameters()).negate();
    Tensor logProbability = scores.get(1, 0).minus(scores.logSumExp(1));
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put(LOSS, logProbability.negate().mean(0));
    out.put(PROBABILITY, logProbability.exp().mean(0));
    return out;
  }

  @Override
  public ChunkPlanner planner(Engine engine, Parameters parameters) {
    Map<String, Tensor> observed = features.inputs(config.history());
    CompiledProgram observer =
        ActingProgram.compile(
            engine,
            parameters,
            List.copyOf(observed.values()),
            1,
            theta -> Map.of(FEATURES, features.joined(observed, theta)));
    Tensor seen = Tensor.input(FEATURES, Shape.batched(config.history() * features.size()));
    Tensor candidates = Tensor.input(CANDIDATES, Shape.batched(config.samples(), space.size()));
    CompiledProgram energy =
        ActingProgram.compile(
            engine,
            parameters,
            List.of(seen, candidates),
            1,
            theta -> {
              Tensor energies = network.apply(seen, candidates, theta);
              Map<String, Tensor> out = new LinkedHashMap<>();
              out.put(ENERGY, energies);
              if (config.search() == ImplicitCloningConfig.Search.LANGEVIN) {
                out.put(GRADIENT, Transforms.gradient(energies.sum(1), candidates));
              }
              return out;
            });
    return new Planner(observer, energy);
  }

  /** Searches for a chunk of low energy. */
  private final class Planner implements ChunkPlanner {
    private final CompiledProgram observer;
    private final CompiledProgram energy;
    private final int count = config.samples();
    private final int size = space.size();
    private final float[] samples = new float[count * size];
    private final float[] spare = new float[count * size];
    private final float[] energies = new float[count];
    private final double[] cumulative = new double[count];
    private final double[] chunk = new double[size];
    private RandomStream random = RandomStream.root(0);

    Planner(CompiledProgram observer, CompiledProgram energy) {
      this.observer = observer;
      this.energy = energy;
    }

    @Override
    public void reset(RandomStream stream) {
      random = stream.child("search");
    }

    @Override
    public CompiledProgram observer() {
      return observer;
    }

    @Override
    public double[] plan() {
      observer.run();
      energy.input(FEATURES).copyFrom(observer.output(FEATURES));
      space.fill(samples, random);
      if (config.search() == ImplicitCloningConfig.Search.DFO) {
        for (int round = 0; round < config.rounds(); round++) {
          evaluate();
          resample(round < config.rounds() - 1 ? config.noise() : 0);
        }
      } else {
        for (int step = 0; step < config.rounds(); step++) {
          evaluate();
          descend(step);
        }
      }
      evaluate();
      int chosen = config.choice() == ImplicitCloningConfig.Choice.LOWEST ? lowest() : drawn();
      for (int j = 0; j < size; j++) {
        chunk[j] = samples[chosen * size + j];
      }
      return chunk;
    }

    private void evaluate() {
      energy.input(CANDIDATES).write(0, samples, 0, samples.length);
      energy.run();
      energy.output(ENERGY).read(0, energies, 0, count);
    }

    private int lowest() {
      int best = 0;
      for (int i = 1; i < count; i++) {
        best = energies[i] < energies[best] ? i : best;
      }
      return best;
    }

    private void accumulate() {
      double least = energies[lowest()];
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += Math.exp(least - energies[i]);
        cumulative[i] = sum;
      }
    }

    private int drawn() {
      accumulate();
      return drawFromCumulative();
    }

    private int drawFromCumulative() {
      double at = random.nextDouble() * cumulative[count - 1];
      int found = java.util.Arrays.binarySearch(cumulative, at);
      return Math.min(count - 1, found < 0 ? -found - 1 : found + 1);
    }

    private void resample(double noise) {
      accumulate();
      for (int i = 0; i < count; i++) {
        System.arraycopy(samples, drawFromCumulative() * size, spare, i * size, size);
      }
      for (int i = 0; i < spare.length; i++) {
        double moved = noise == 0 ? 0 : noise * random.nextGaussian();
        samples[i] = (float) (spare[i] + (space.isConstant(i) ? 0 : moved));
      }
    }

    /** Step sizes fall to a thousandth, by a square; steps stay in the box. */
    private void descend(int step) {
      float[] gradient = spare;
      energy.output(GRADIENT).read(0, gradient, 0, gradient.length);
      double left = config.rounds() == 1 ? 1 : 1 - step / (config.rounds() - 1.0);
      double last = 1e-3 * config.stepSize();
      double rate = last + (config.stepSize() - last) * left * left;
      for (int i = 0; i < samples.length; i++) {
        double move = -0.5 * rate * gradient[i] + Math.sqrt(rate) * 0.5 * random.nextGaussian();
        double most = config.stepSize();
        move = Math.max(-most, Math.min(most, move));
        samples[i] = space.isConstant(i) ? 0 : (float) Math.max(-1, Math.min(1, samples[i] + move));
      }
    }

    @Override
    public void close() {
      observer.close();
      energy.close();
    }
  }
}
