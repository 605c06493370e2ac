package dev.difftop.app.cli.solve;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Encoder;
import dev.difftop.api.Engine;
import dev.difftop.api.Plan;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An encoder of one observation as programs: its state, and pull-backs of it. */
final class Encoding {
  private static final String OBSERVATION = "obs";
  private static final String STATE_BAR = "state cotangent";

  private final Engine engine;
  private final DType dtype;
  private final Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
  private final Tensor observation;
  private final List<Tensor> parameters = new ArrayList<>();
  private final Tensor state;

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

  private void load(Plan plan, double[] observed, Map<String, Array> values) {
    plan.input(OBSERVATION).write(0, observed, 0, observed.length);
    declared.keySet().forEach(name -> plan.input(name).copyFrom(values.get(name)));
  }

  /** The state of one observation. */
  double[] state(double[] observed, Map<String, Array> values) {
    Program program = Program.of(inputs(), Map.of("state", state));
    try (Plan plan = engine.compile(program, 1, dtype)) {
      load(plan, observed, values);
      plan.run();
      return plan.output("state").toDoubles();
    }
  }

  /** Derivatives in the observation ({@code obs}) and in every parameter, by full name. */
  Map<String, double[]> pullBack(double[] observed, Map<String, Array> values, Array stateBar) {
    Tensor bar = Tensor.input(STATE_BAR, state.shape());
    List<Tensor> inputs = inputs();
    List<Tensor> slopes = Transforms.vjp(List.of(state), List.of(bar), inputs);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put(OBSERVATION, slopes.get(0));
    int i = 1;
    for (String name : declared.keySet()) {
      out.put(name, slopes.get(i++));
    }
    List<Tensor> all = new ArrayList<>(inputs);
    all.add(bar);
    Map<String, double[]> result = new LinkedHashMap<>();
    try (Plan plan = engine.compile(Program.of(all, out), 1, dtype)) {
      load(plan, observed, values);
      plan.input(STATE_BAR).copyFrom(stateBar);
      plan.run();
      out.keySet().forEach(name -> result.put(name, plan.output(name).toDoubles()));
    }
    return result;
  }
}
