package dev.difftop.learning.model;

import dev.difftop.api.Encoder;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A policy that plans, as programs and parameters: {@code z_0 = h(o)}, then the trajectory problem
 * from z_0. What the policy acts with and the learner learns.
 */
public final class PlanningModel {
  /** Name of the cotangent of states in programs that go back through the encoder. */
  public static final String STATE_BAR = "state cotangent";

  private final Engine engine;
  private final DType dtype;
  private final Encoder encoder;
  private final ProblemSpec spec;
  private final Map<String, Shape> observations;
  private final Map<String, ProblemSpec.Parameter> encoderParameters = new LinkedHashMap<>();
  private final Parameters parameters;
  private final double[] tail;

  /**
   * A model with fresh parameters.
   *
   * @param observations shape of each observation, without batch
   * @throws IllegalArgumentException if the encoder's state does not fit the dynamics; names both
   *     sizes
   */
  public PlanningModel(
      Engine engine,
      DType dtype,
      Encoder encoder,
      ProblemSpec spec,
      Map<String, Shape> observations,
      RandomStream random) {
    this(engine, dtype, encoder, spec, observations, Map.of(), random);
  }

  /**
   * As above, with further parameters that are learned and saved with the model.
   *
   * @param further by full name
   */
  public PlanningModel(
      Engine engine,
      DType dtype,
      Encoder encoder,
      ProblemSpec spec,
      Map<String, Shape> observations,
      Map<String, ProblemSpec.Parameter> further,
      RandomStream random) {
    if (encoder.stateSize() != spec.stateSize()) {
      throw new IllegalArgumentException(
          "encoder makes states of size %d, dynamics take size %d; set one of them to the other"
              .formatted(encoder.stateSize(), spec.stateSize()));
    }
    this.engine = engine;
    this.dtype = dtype;
    this.encoder = encoder;
    this.spec = spec;
    this.observations = new LinkedHashMap<>(observations);
    Map<String, Shape> context = new LinkedHashMap<>();
    encoder.declare(ProblemSpec.collect("encoder", encoderParameters, context));
    if (!context.isEmpty()) {
      throw new IllegalArgumentException(
          "the encoder declares context leaves "
              + context.keySet()
              + "; it makes them, it reads none");
    }
    Map<String, ProblemSpec.Parameter> all = new LinkedHashMap<>(encoderParameters);
    all.putAll(spec.parameters());
    all.putAll(further);
    this.parameters = new Parameters(engine, dtype, all, random.child("parameters"));
    this.tail = new double[0];
  }

  /**
   * The same encoder and the same learned numbers, shared, with another problem of the same
   * parameters: for ablations.
   *
   * @throws IllegalArgumentException if the problem has other parameters
   */
  public PlanningModel withSpec(ProblemSpec other) {
    if (!other.parameters().keySet().equals(spec.parameters().keySet())) {
      throw new IllegalArgumentException(
          "found a problem with parameters %s, expected %s"
              .formatted(other.parameters().keySet(), spec.parameters().keySet()));
    }
    return new PlanningModel(this, other, parameters, tail);
  }

  /**
   * As {@link #withSpec}, with a problem whose state has further components behind those of the
   * encoder.
   *
   * @param further what these are at the start of every problem
   * @throws IllegalArgumentException if the sizes do not add up, or the problem has other
   *     parameters
   */
  public PlanningModel withExtendedState(ProblemSpec other, double... further) {
    if (encoder.stateSize() + further.length != other.stateSize()) {
      throw new IllegalArgumentException(
          "found a problem with states of size %d, expected %d of the encoder and %d further ones"
              .formatted(other.stateSize(), encoder.stateSize(), further.length));
    }
    return new PlanningModel(this, withSpec(other).spec, parameters, further.clone());
  }

  /**
   * The same programs with other numbers, such as an averaged copy.
   *
   * @throws IllegalArgumentException if names differ
   */
  public PlanningModel withParameters(Parameters other) {
    if (!other.arrays().keySet().equals(parameters.arrays().keySet())) {
      throw new IllegalArgumentException(
          "found parameters %s, expected %s"
              .formatted(other.arrays().keySet(), parameters.arrays().keySet()));
    }
    return new PlanningModel(this, spec, other, tail);
  }

  private PlanningModel(
      PlanningModel model, ProblemSpec spec, Parameters parameters, double[] tail) {
    this.engine = model.engine;
    this.dtype = model.dtype;
    this.encoder = model.encoder;
    this.spec = spec;
    this.observations = model.observations;
    this.encoderParameters.putAll(model.encoderParameters);
    this.parameters = parameters;
    this.tail = tail;
  }

  /** Compiles its programs. */
  public Engine engine() {
    return engine;
  }

  /** Number format. */
  public DType dtype() {
    return dtype;
  }

  /** The trajectory problem. */
  public ProblemSpec spec() {
    return spec;
  }

  /** Shape of each observation, without batch. */
  public Map<String, Shape> observations() {
    return observations;
  }

  /** All learned numbers. */
  public Parameters parameters() {
    return parameters;
  }

  /** The trajectory problem from given states (B, nz), within bounds of shape (H, nu). */
  public Problem problem(Array state, Array low, Array high) {
    return problem(state, low, high, Map.of());
  }

  /**
   * As above, for a problem with context leaves.
   *
   * @param context by name, each (B, ...)
   */
  public Problem problem(Array state, Array low, Array high, Map<String, Array> context) {
    Map<String, Array> theta = new LinkedHashMap<>();
    spec.parameters().keySet().forEach(name -> theta.put(name, parameters.arrays().get(name)));
    return new Problem(spec, dtype, state, low, high, context, theta);
  }

  /** Traces the encoder on given observations and parameters by full name. */
  public Tensor encode(Map<String, Tensor> observed, Map<String, Tensor> theta) {
    Encoder.Reading at =
        new Encoder.Reading(
            observed,
            name -> {
              Tensor p = theta.get("encoder/" + name);
              if (p == null) {
                throw new IllegalArgumentException("the encoder has not declared " + name);
              }
              return p;
            });
    return encoder.encode(at);
  }

  /** Fresh inputs for one set of observations. */
  public Map<String, Tensor> observationInputs(String prefix) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    observations.forEach(
        (name, shape) ->
            inputs.put(name, Tensor.input(prefix + name, Shape.batched(shape.dims()))));
    return inputs;
  }

  /** Fresh inputs for the encoder's parameters. */
  public Map<String, Tensor> encoderInputs() {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    encoderParameters.forEach((name, p) -> inputs.put(name, Tensor.input(name, p.shape())));
    return inputs;
  }

  /** Full names of the encoder's parameters. */
  Set<String> encoderParameters() {
    return encoderParameters.keySet();
  }

  private Tensor initialState(Map<String, Tensor> observed, Map<String, Tensor> theta) {
    Tensor z = encode(observed, theta);
    if (tail.length == 0) {
      return z;
    }
    Tensor further = Tensor.constant(tail, tail.length).broadcastTo(Shape.batched(tail.length));
    return Tensor.concat(1, z, further);
  }

  /**
   * From observations (named as they are) and encoder parameters to {@code state}, that of a
   * problem, (B, nx).
   */
  public Program encoding() {
    Map<String, Tensor> observed = observationInputs("");
    Map<String, Tensor> theta = encoderInputs();
    List<Tensor> inputs = new ArrayList<>(observed.values());
    inputs.addAll(theta.values());
    return Program.of(inputs, Map.of("state", initialState(observed, theta)));
  }

  /**
   * The encoder backwards: the inputs of {@link #encoding} and a cotangent of the states, {@link
   * #STATE_BAR} (B, nx), to the derivative in every encoder parameter, by full name.
   */
  public Program encodingPullBack() {
    Map<String, Tensor> observed = observationInputs("");
    Map<String, Tensor> theta = encoderInputs();
    Tensor stateBar = Tensor.input(STATE_BAR, Shape.batched(spec.stateSize()));
    List<Tensor> wrt = new ArrayList<>(theta.values());
    List<Tensor> gradients =
        Transforms.vjp(List.of(initialState(observed, theta)), List.of(stateBar), wrt);
    Map<String, Tensor> out = new LinkedHashMap<>();
    int i = 0;
    for (String name : theta.keySet()) {
      out.put(name, gradients.get(i++));
    }
    List<Tensor> inputs = new ArrayList<>(observed.values());
    inputs.addAll(wrt);
    inputs.add(stateBar);
    return Program.of(inputs, out);
  }
}
