package dev.difftop.learner.imitation;

import dev.difftop.api.Problem;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learning.audit.DerivedInput;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Codes as the posterior makes them of given features and noise, in float64, for audits. */
final class DrawnCodes implements DerivedInput, AutoCloseable {
  private final Map<String, Array> parameters = new LinkedHashMap<>();
  private final CompiledProgram sampling;
  private final CompiledProgram pullBack;

  /**
   * Codes.
   *
   * @param features of a batch, of which the first samples are taken
   * @param noise likewise
   */
  DrawnCodes(PlanningModel model, CodeNetworks networks, Array features, Array noise, int samples) {
    networks
        .parameters()
        .keySet()
        .forEach(
            name -> {
              if (name.startsWith(CodeNetworks.POSTERIOR)) {
                parameters.put(name, model.parameters().arrays().get(name).as(DType.FLOAT64));
              }
            });
    this.sampling = model.engine().compile(networks.sampling(), samples, DType.FLOAT64);
    this.pullBack = model.engine().compile(backwards(networks.sampling()), samples, DType.FLOAT64);
    for (CompiledProgram program : List.of(sampling, pullBack)) {
      fill(program.input(CodeNetworks.FEATURES), features);
      fill(program.input(CodeNetworks.NOISE), noise);
      parameters.forEach((name, values) -> program.input(name).copyFrom(values));
    }
  }

  private static void fill(Array into, Array from) {
    for (int i = 0; i < into.size(); i++) {
      into.set(i, from.get(i));
    }
  }

  /** From the inputs of the forward program and a cotangent to the derivative by parameter. */
  private Program backwards(Program forward) {
    Tensor code = forward.outputs().get(forward.outputIndex("code"));
    Tensor bar = Tensor.input(CodeNetworks.CODE_BAR, Shape.batched(code.shape().sample().size()));
    Map<String, Tensor> wrt = new LinkedHashMap<>();
    List<Tensor> inputs = new ArrayList<>(forward.inputs());
    for (int i = 0; i < forward.inputs().size(); i++) {
      if (parameters.containsKey(forward.inputName(i))) {
        wrt.put(forward.inputName(i), forward.inputs().get(i));
      }
    }
    List<Tensor> gradient = Transforms.vjp(List.of(code), List.of(bar), List.copyOf(wrt.values()));
    Map<String, Tensor> out = new LinkedHashMap<>();
    int i = 0;
    for (String name : wrt.keySet()) {
      out.put(name, gradient.get(i++));
    }
    inputs.add(bar);
    return Program.of(inputs, out);
  }

  /** The codes, (B, size). */
  Array codes() {
    sampling.run();
    return sampling.output("code").as(DType.FLOAT64);
  }

  @Override
  public Map<String, Array> parameters() {
    return parameters;
  }

  @Override
  public Problem with(Problem problem, String parameter, Array value) {
    sampling.input(parameter).copyFrom(value);
    Array moved = codes();
    sampling.input(parameter).copyFrom(parameters.get(parameter));
    return new Problem(
        problem.spec(),
        problem.dtype(),
        problem.initialState(),
        problem.low(),
        problem.high(),
        CodeModel.leaf(moved),
        problem.parameters());
  }

  @Override
  public Map<String, Array> pullBack(Gradients gradients) {
    pullBack.input(CodeNetworks.CODE_BAR).copyFrom(gradients.context().get(CodePrior.LEAF));
    pullBack.run();
    Map<String, Array> out = new LinkedHashMap<>();
    parameters.keySet().forEach(name -> out.put(name, pullBack.output(name).as(DType.FLOAT64)));
    return out;
  }

  @Override
  public void close() {
    sampling.close();
    pullBack.close();
  }
}
