package dev.difftop.learner.imitation.cloning;

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
import dev.difftop.learner.imitation.base.ObservationFeatures;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.data.WindowSpan;
import dev.difftop.learning.model.Parameters;
import dev.difftop.networks.RecurrentNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A recurrent network from the observations of a sequence to the action of every step. */
final class RecurrentCloningModel implements CloningModel {
  private static final String CARRY = "carry ";
  private static final String NEXT = "next carry ";

  private final RecurrentCloningConfig config;
  private final ObservationFeatures features;
  private final RecurrentNetwork network;
  private final ActionHead head;
  private final int actionSize;

  RecurrentCloningModel(
      RecurrentCloningConfig config, LearnerContext context, PolicySignature signature) {
    this.config = config;
    this.features = ObservationFeatures.of(context, signature);
    this.actionSize = signature.actionSize();
    this.network =
        new RecurrentNetwork(
            "recurrent/", config.cell(), features.size(), config.width(), config.layers());
    HeadSettings settings =
        new HeadSettings(
            config.head(),
            config.modes(),
            config.minDeviation(),
            config.lowNoise(),
            config.actionNormalizer() != NormalizerKind.GAUSSIAN);
    this.head = new ActionHead(settings, config.width(), actionSize);
  }

  @Override
  public WindowSpan span() {
    return WindowSpan.sequence(config.sequence());
  }

  @Override
  public List<Metric> metrics() {
    return head.metrics();
  }

  @Override
  public void declare(Declarations declare) {
    features.declare(declare);
    network.declare(declare);
    head.declare(declare);
  }

  /** Steps beyond the end of an episode do not count. */
  @Override
  public Map<String, Tensor> losses(Batch batch) {
    Function<String, Tensor> theta = batch.parameters();
    Tensor hidden = network.run(features.sequence(batch.observations(), theta), theta);
    ActionHead.Losses losses = head.losses(hidden, batch.actions(), theta);
    Tensor counted = losses.each().times(batch.mask()).sum(0, 1);
    Map<String, Tensor> out = new LinkedHashMap<>(losses.figures());
    out.put(LOSS, counted.dividedBy(batch.mask().sum(0, 1)));
    return out;
  }

  @Override
  public ChunkPlanner planner(Engine engine, Parameters parameters) {
    Map<String, Tensor> observed = features.inputs(1);
    List<Tensor> carry = new ArrayList<>();
    for (int i = 0; i < network.carried(); i++) {
      carry.add(Tensor.input(CARRY + i, Shape.batched(network.width())));
    }
    List<Tensor> inputs = new ArrayList<>(observed.values());
    inputs.addAll(carry);
    return new Planner(
        ActingProgram.compile(
            engine, parameters, inputs, 1, theta -> step(observed, carry, theta)));
  }

  private Map<String, Tensor> step(
      Map<String, Tensor> observed, List<Tensor> carry, Function<String, Tensor> theta) {
    RecurrentNetwork.Step step = network.step(features.joined(observed, theta), carry, theta);
    Map<String, Tensor> out = new LinkedHashMap<>(head.outputs(step.output(), theta));
    for (int i = 0; i < carry.size(); i++) {
      out.put(NEXT + i, step.carry().get(i));
    }
    return out;
  }

  /** Keeps the hidden state of an episode. */
  private final class Planner implements ChunkPlanner {
    private final CompiledProgram program;
    private final double[] action = new double[actionSize];
    private RandomStream random = RandomStream.root(0);
    private int steps;

    Planner(CompiledProgram program) {
      this.program = program;
    }

    @Override
    public void reset(RandomStream stream) {
      random = stream.child("actions");
      forget();
    }

    private void forget() {
      steps = 0;
      for (int i = 0; i < network.carried(); i++) {
        program.input(CARRY + i).fill(0);
      }
    }

    @Override
    public CompiledProgram observer() {
      return program;
    }

    @Override
    public double[] plan() {
      if (config.reset() == RecurrentCloningConfig.Reset.EVERY_SEQUENCE
          && steps == config.sequence()) {
        forget();
      }
      program.run();
      steps++;
      for (int i = 0; i < network.carried(); i++) {
        Array next = program.output(NEXT + i);
        program.input(CARRY + i).copyFrom(next);
      }
      head.draw(program, random, action);
      return action;
    }

    @Override
    public void close() {
      program.close();
    }
  }
}
