package dev.difftop.app.cli.bench;

import dev.difftop.api.Array;
import dev.difftop.api.Cost;
import dev.difftop.api.DType;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Engine;
import dev.difftop.api.Plan;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Shape;
import dev.difftop.api.Shapes;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.app.assembly.Assembly;
import dev.difftop.app.assembly.Configurations;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PolicyRollout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The planning problem of TD-MPC at its published size, with {@code min(Q1, Q2)} at the end and no
 * price on actions, from an observation: encoder, policy rollout and trajectory problem, in
 * float32.
 */
final class TdmpcProblem implements AutoCloseable {
  private static final int HORIZON = 5;
  private static final double DISCOUNT = 0.99;
  private static final DType DTYPE = DType.FLOAT32;

  private final ToldWeights weights = new ToldWeights(7);
  private final Engine engine;
  private final ProblemSpec spec;
  private final Map<String, Array> parameters = new LinkedHashMap<>();
  private final Plan encoding;
  private final Plan rollout;
  private final Array low;
  private final Array high;

  TdmpcProblem(Assembly assembly, Configurations configurations) {
    this.engine = assembly.engine();
    Shapes shapes =
        new Shapes(
            Map.of("obs", Shape.of(ToldWeights.OBSERVATION)),
            ToldWeights.ACTION,
            ToldWeights.LATENT);
    RandomStream random = RandomStream.root(0);
    Encoder encoder =
        assembly.make(
            configurations.choose(Encoder.class, "mlp", List.of("hidden=[256]")), shapes, random);
    Dynamics dynamics =
        assembly.make(
            configurations.choose(Dynamics.class, "mlp", List.of("hidden=[512, 512]")),
            shapes,
            random);
    Cost cost =
        assembly.make(
            configurations.choose(Cost.class, "value-model", List.of("value=min")), shapes, random);
    this.spec = new ProblemSpec(dynamics, cost, HORIZON, DISCOUNT);
    this.encoding = encoding(encoder);
    spec.parameters().forEach((name, p) -> parameters.put(name, numbers(name, p.shape())));
    this.low = Array.zeros(DType.FLOAT64, Shape.of(HORIZON, ToldWeights.ACTION));
    this.high = Array.zeros(DType.FLOAT64, Shape.of(HORIZON, ToldWeights.ACTION));
    low.fill(-1);
    high.fill(1);
    this.rollout = engine.compile(PolicyRollout.trace(spec), 1, DTYPE);
    parameters.forEach((name, array) -> rollout.bind(rollout.program().inputIndex(name), array));
    rollout.input("low").fill(-1);
    rollout.input("high").fill(1);
  }

  private Array numbers(String name, Shape shape) {
    Array array = engine.allocate(DTYPE, shape);
    double[] values = weights.of(name, shape.size());
    array.write(0, values, 0, values.length);
    return array;
  }

  private Plan encoding(Encoder encoder) {
    Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
    encoder.declare(ProblemSpec.collect("encoder", declared, new LinkedHashMap<>()));
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    declared.forEach((name, p) -> inputs.put(name, Tensor.input(name, p.shape())));
    Tensor observed = Tensor.input("obs", Shape.batched(ToldWeights.OBSERVATION));
    Tensor state =
        encoder.encode(
            new Encoder.Reading(Map.of("obs", observed), name -> inputs.get("encoder/" + name)));
    List<Tensor> all = new ArrayList<>(List.of(observed));
    all.addAll(inputs.values());
    Plan plan = engine.compile(Program.of(all, Map.of("state", state)), 1, DTYPE);
    declared.forEach(
        (name, p) -> plan.bind(plan.program().inputIndex(name), numbers(name, p.shape())));
    return plan;
  }

  /** The observation of the comparison. */
  double[] observation() {
    return weights.observation().clone();
  }

  /** The trajectory problem from an observation. */
  Problem from(double[] observation) {
    encoding.input("obs").write(0, observation, 0, observation.length);
    encoding.run();
    return new Problem(spec, DTYPE, encoding.output("state"), low, high, Map.of(), parameters);
  }

  /** The actions of the policy from a problem's state. */
  Array policyRollout(Problem problem) {
    rollout.input(Objective.INITIAL_STATE).copyFrom(problem.initialState());
    rollout.run();
    return rollout.output("actions");
  }

  @Override
  public void close() {
    encoding.close();
    rollout.close();
  }
}
