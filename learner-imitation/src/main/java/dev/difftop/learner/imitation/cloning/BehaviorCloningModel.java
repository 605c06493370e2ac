package dev.difftop.learner.imitation.cloning;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
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
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.data.WindowSpan;
import dev.difftop.learning.model.Parameters;
import dev.difftop.networks.Mlp;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A multilayer perceptron from a history of observations to a chunk of actions or its distribution.
 */
final class BehaviorCloningModel implements CloningModel {
  private final BehaviorCloningConfig config;
  private final WindowSpan span;
  private final ObservationFeatures features;
  private final Mlp trunk;
  private final ActionHead head;
  private final int size;

  BehaviorCloningModel(
      BehaviorCloningConfig config, LearnerContext context, PolicySignature signature) {
    this.config = config;
    this.span = WindowSpan.of(config.history(), config.chunk());
    this.features = ObservationFeatures.of(context, signature);
    this.size = config.chunk() * signature.actionSize();
    int in = config.history() * features.size();
    int[] hidden = config.hidden();
    boolean deep = hidden.length > 0;
    Initializer weights = new Initializer.Orthogonal(Math.sqrt(2));
    int width = deep ? hidden[hidden.length - 1] : in;
    int[] before = deep ? Arrays.copyOf(hidden, hidden.length - 1) : hidden;
    this.trunk =
        deep ? new Mlp("", in, before, width, config.activation(), weights, weights) : null;
    this.head = new ActionHead(settings(config), width, size);
  }

  private static HeadSettings settings(BehaviorCloningConfig config) {
    return new HeadSettings(
        config.head(),
        config.modes(),
        config.minDeviation(),
        config.lowNoise(),
        config.actionNormalizer() != NormalizerKind.GAUSSIAN);
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
    return head.metrics();
  }

  @Override
  public void declare(Declarations declare) {
    features.declare(declare);
    if (trunk != null) {
      trunk.declare(declare);
    }
    head.declare(declare);
  }

  private Tensor trunk(Map<String, Tensor> observed, Function<String, Tensor> theta) {
    Tensor joined = features.joined(observed, theta);
    return trunk == null ? joined : config.activation().apply(trunk.apply(joined, theta));
  }

  @Override
  public Map<String, Tensor> losses(Batch batch) {
    Tensor target = batch.actions().reshape(Shape.BATCH, size);
    ActionHead.Losses losses =
        head.losses(trunk(batch.observations(), batch.parameters()), target, batch.parameters());
    Map<String, Tensor> out = new LinkedHashMap<>(losses.figures());
    out.put(LOSS, losses.each().mean(0));
    return out;
  }

  @Override
  public ChunkPlanner planner(Engine engine, Parameters parameters) {
    Map<String, Tensor> observed = features.inputs(config.history());
    return new Planner(
        ActingProgram.compile(
            engine,
            parameters,
            List.copyOf(observed.values()),
            1,
            theta -> head.outputs(trunk(observed, theta), theta)));
  }

  private final class Planner implements ChunkPlanner {
    private final CompiledProgram program;
    private final double[] chunk = new double[size];
    private RandomStream random = RandomStream.root(0);

    Planner(CompiledProgram program) {
      this.program = program;
    }

    @Override
    public void reset(RandomStream stream) {
      random = stream.child("actions");
    }

    @Override
    public CompiledProgram observer() {
      return program;
    }

    @Override
    public double[] plan() {
      program.run();
      head.draw(program, random, chunk);
      return chunk;
    }

    @Override
    public void close() {
      program.close();
    }
  }
}
