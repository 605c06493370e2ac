package dev.difftop.app.reference.problem;

import dev.difftop.api.Encoder;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An encoder of one observation as programs: its state, and its pull-backs. */
final class Encoding implements AutoCloseable {
  private static final String OBSERVATION = "obs";
  private static final String STATE_BAR = "state cotangent";

  private final Engine engine;
  private final DType dtype;
  private final Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
  private final Tensor observation;
  private final List<Tensor> parameters = new ArrayList<>();
  private final Tensor state;
  private CompiledProgram forward;
  private CompiledProgram backward;

  Encoding(Engine engine, DType dtype, Encoder encoder, int observationSize) {
    this.engine = engine;
    this.dtype = dtype;
    encoder.declare(ProblemSpec.collect("encoder", declared, new LinkedHashMap<>()));
    this.observation = Tensor.input(OBSERVATION, Shape.batched(observationSize));
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    declared.forEach((name, p) -> inputs.put(name, Tensor.input(name, p.shape())));
    parameters.addAll(inputs.values());
    this.state =
        encoder.encode(
            new Encoder.Reading(
                Map.of(OBSERVATION, observation), name -> inputs.get("encoder/" + name)));
  }

  /** Its parameters by full name. */
  Map<String, ProblemSpec.Parameter> parameters() {
    return declared;
  }

  private List<Tensor> inputs() {
    List<Tensor> inputs = new ArrayList<>(List.of(observation));
    inputs.addAll(parameters);
    return inputs;
  }

  private CompiledProgram compiled(Program program, Map<String, Array> values) {
    CompiledProgram compiled = engine.compile(program, 1, dtype);
    for (String name : declared.keySet()) {
      compiled.bind(compiled.program().inputIndex(name), values.get(name));
    }
    return compiled;
  }

  /**
   * The state of one observation.
   *
   * @param values parameters in the engine's memory, the same ones at every call
   */
  double[] state(double[] observed, Map<String, Array> values) {
    if (forward == null) {
      forward = compiled(Program.of(inputs(), Map.of("state", state)), values);
    }
    forward.input(OBSERVATION).write(0, observed, 0, observed.length);
    forward.run();
    return forward.output("state").toDoubles();
  }

  /** Derivatives in the observation ({@code obs}) and in every parameter, by full name. */
  Map<String, double[]> pullBack(double[] observed, Map<String, Array> values, Array stateBar) {
    if (backward == null) {
      backward = compiled(pullBackProgram(), values);
    }
    backward.input(OBSERVATION).write(0, observed, 0, observed.length);
    backward.input(STATE_BAR).copyFrom(stateBar);
    backward.run();
    Map<String, double[]> result = new LinkedHashMap<>();
    result.put(OBSERVATION, backward.output(OBSERVATION + " gradient").toDoubles());
    declared
        .keySet()
        .forEach(name -> result.put(name, backward.output(name + " gradient").toDoubles()));
    return result;
  }

  private Program pullBackProgram() {
    Tensor bar = Tensor.input(STATE_BAR, state.shape());
    List<Tensor> inputs = inputs();
    List<Tensor> gradients = Transforms.vjp(List.of(state), List.of(bar), inputs);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put(OBSERVATION + " gradient", gradients.get(0));
    int i = 1;
    for (String name : declared.keySet()) {
      out.put(name + " gradient", gradients.get(i++));
    }
    List<Tensor> all = new ArrayList<>(inputs);
    all.add(bar);
    return Program.of(all, out);
  }

  @Override
  public void close() {
    for (CompiledProgram compiled : new CompiledProgram[] {forward, backward}) {
      if (compiled != null) {
        compiled.close();
      }
    }
  }
}
