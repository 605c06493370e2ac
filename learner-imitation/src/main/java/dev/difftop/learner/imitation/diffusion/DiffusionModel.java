package dev.difftop.learner.imitation.diffusion;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Tensor;
import dev.difftop.learner.imitation.base.ActingProgram;
import dev.difftop.learner.imitation.base.ChunkPlanner;
import dev.difftop.learner.imitation.base.CloningModel;
import dev.difftop.learner.imitation.base.Execution;
import dev.difftop.learner.imitation.base.ObservationFeatures;
import dev.difftop.learner.imitation.diffusion.DiffusionConfig.Objective;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.data.WindowSpan;
import dev.difftop.learning.model.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A denoising network with its loss and its samplers. */
final class DiffusionModel implements CloningModel {
  private static final String NOISE = "noise";
  private static final String LEVEL = "level";
  private static final String SIGNAL = "signal";
  private static final String SPREAD = "spread";
  private static final String FEATURES = "features";
  private static final String NOISY = "noisy";
  private static final String PREDICTION = "prediction";

  private final DiffusionConfig config;
  private final WindowSpan span;
  private final ObservationFeatures features;
  private final DenoisingNetwork network;
  private final NoiseSchedule schedule;
  private final int actionSize;

  DiffusionModel(DiffusionConfig config, LearnerContext context, PolicySignature signature) {
    this.config = config;
    this.span = WindowSpan.aligned(config.history(), requirePredict(config));
    this.features = ObservationFeatures.of(context, signature);
    this.actionSize = signature.actionSize();
    this.network = new DenoisingNetwork(config, config.history() * features.size(), actionSize);
    this.schedule = new NoiseSchedule(config.steps());
  }

  private static int requirePredict(DiffusionConfig config) {
    if (config.predict() < config.history()) {
      throw new IllegalArgumentException(
          "learner.predict: found %d, expected at least the history of %d: a plan begins with its first observation"
              .formatted(config.predict(), config.history()));
    }
    return config.predict();
  }

  Execution execution() {
    return Execution.of(span, config.execute());
  }

  @Override
  public WindowSpan span() {
    return span;
  }

  @Override
  public void declare(Declarations declare) {
    features.declare(declare);
    network.declare(declare);
  }

  @Override
  public Map<String, Shape> draws() {
    Map<String, Shape> draws = new LinkedHashMap<>();
    draws.put(NOISE, Shape.of(config.predict(), actionSize));
    draws.put(LEVEL, Shape.scalar());
    draws.put(SIGNAL, Shape.scalar());
    draws.put(SPREAD, Shape.scalar());
    return draws;
  }

  @Override
  public void draw(CompiledProgram training, RandomStream random) {
    Array noise = training.input(NOISE);
    float[] values = new float[noise.size()];
    fill(values, random.child("noise"));
    noise.write(0, values, 0, values.length);
    RandomGenerator levels = random.child("levels");
    for (int b = 0; b < training.batch(); b++) {
      if (config.objective() == Objective.FLOW) {
        double time = levels.nextDouble();
        write(training, b, time * config.steps(), time, 1 - time);
      } else {
        int level = levels.nextInt(config.steps());
        write(training, b, level, schedule.signal(level), schedule.spread(level));
      }
    }
  }

  private static void fill(float[] values, RandomGenerator random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  private static void write(
      CompiledProgram training, int sample, double level, double signal, double spread) {
    training.input(LEVEL).set(sample, level);
    training.input(SIGNAL).set(sample, signal);
    training.input(SPREAD).set(sample, spread);
  }

  @Override
  public Map<String, Tensor> losses(Batch batch) {
    Tensor noise = batch.draws().get(NOISE);
    Tensor signal = batch.draws().get(SIGNAL).reshape(Shape.BATCH, 1, 1);
    Tensor spread = batch.draws().get(SPREAD).reshape(Shape.BATCH, 1, 1);
    Tensor noisy = batch.actions().times(signal).plus(noise.times(spread));
    Tensor observed = features.joined(batch.observations(), batch.parameters());
    Tensor predicted = network.apply(noisy, batch.draws().get(LEVEL), observed, batch.parameters());
    Tensor target =
        switch (config.objective()) {
          case EPSILON -> noise;
          case SAMPLE -> batch.actions();
          case FLOW -> batch.actions().minus(noise);
        };
    return Map.of(LOSS, predicted.minus(target).square().mean(0, 1, 2));
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
    Tensor noisy = Tensor.input(NOISY, Shape.batched(config.predict(), actionSize));
    Tensor level = Tensor.input(LEVEL, Shape.batched());
    CompiledProgram denoiser =
        ActingProgram.compile(
            engine,
            parameters,
            List.of(noisy, level, seen),
            1,
            theta -> Map.of(PREDICTION, network.apply(noisy, level, seen, theta)));
    return new Planner(observer, denoiser);
  }

  /** Denoises one chunk. */
  private final class Planner implements ChunkPlanner {
    private final CompiledProgram observer;
    private final CompiledProgram denoiser;
    private final int size = config.predict() * actionSize;
    private final double[] chunk = new double[size];
    private final double[] prediction = new double[size];
    private RandomStream random = RandomStream.root(0);

    Planner(CompiledProgram observer, CompiledProgram denoiser) {
      this.observer = observer;
      this.denoiser = denoiser;
    }

    @Override
    public void reset(RandomStream stream) {
      random = stream.child("plans");
    }

    @Override
    public CompiledProgram observer() {
      return observer;
    }

    @Override
    public double[] plan() {
      observer.run();
      denoiser.input(FEATURES).copyFrom(observer.output(FEATURES));
      for (int i = 0; i < size; i++) {
        chunk[i] = random.nextGaussian();
      }
      if (config.objective() == Objective.FLOW) {
        flow();
      } else {
        int[] levels = schedule.levels(config.inferenceSteps());
        for (int i = 0; i < levels.length; i++) {
          denoise(levels[i], i + 1 < levels.length ? levels[i + 1] : -1);
        }
      }
      return chunk;
    }

    private void predict(double level) {
      denoiser.input(NOISY).write(0, chunk, 0, size);
      denoiser.input(LEVEL).set(0, level);
      denoiser.run();
      denoiser.output(PREDICTION).read(0, prediction, 0, size);
    }

    /** Euler steps along the velocity. */
    private void flow() {
      int count = config.inferenceSteps();
      for (int k = 0; k < count; k++) {
        predict((double) k / count * config.steps());
        for (int i = 0; i < size; i++) {
          chunk[i] += prediction[i] / count;
        }
      }
      for (int i = 0; i < size; i++) {
        chunk[i] = clipped(chunk[i]);
      }
    }

    /** From one noise level to a lower one; -1 is without noise. */
    private void denoise(int level, int next) {
      predict(level);
      double now = schedule.remaining(level);
      double after = schedule.remaining(next);
      // Of the step between the two levels, which may skip some.
      double beta = 1 - now / after;
      double deviation = Math.sqrt((1 - after) / (1 - now) * beta);
      boolean noisy = config.sampler() == DiffusionConfig.Sampler.DDPM && next >= 0;
      for (int i = 0; i < size; i++) {
        double clean =
            config.objective() == Objective.SAMPLE
                ? prediction[i]
                : (chunk[i] - schedule.spread(level) * prediction[i]) / schedule.signal(level);
        clean = clipped(clean);
        if (config.sampler() == DiffusionConfig.Sampler.DDIM) {
          double noise = (chunk[i] - schedule.signal(level) * clean) / schedule.spread(level);
          chunk[i] = schedule.signal(next) * clean + schedule.spread(next) * noise;
        } else {
          double mean =
              (Math.sqrt(after) * beta * clean + Math.sqrt(1 - beta) * (1 - after) * chunk[i])
                  / (1 - now);
          chunk[i] = noisy ? mean + deviation * random.nextGaussian() : mean;
        }
      }
    }

    private double clipped(double action) {
      return config.clip() ? Math.max(-1, Math.min(1, action)) : action;
    }

    @Override
    public void close() {
      observer.close();
      denoiser.close();
    }
  }
}
