package dev.difftop.learner.imitation;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.Parameters;
import dev.difftop.networks.Activation;
import dev.difftop.networks.DeclaredParameters;
import dev.difftop.networks.Mlp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A multilayer perceptron from all observations side by side to an action in [-1, 1]. Parameters:
 * {@code 0/weight}, {@code 0/bias} and so on.
 */
final class CloningNetwork {
  static final String TARGET = "target";

  private final int[] hidden;
  private final PolicySignature signature;

  CloningNetwork(int[] hidden, PolicySignature signature) {
    this.hidden = hidden;
    this.signature = signature;
  }

  /** Fresh parameters. */
  Parameters parameters(Engine engine, RandomStream random) {
    return new Parameters(engine, DType.FLOAT32, declared().all(), random);
  }

  /** The parameters of a policy that was saved. */
  Parameters load(Engine engine, PolicyState saved) {
    Parameters parameters = parameters(engine, RandomStream.root(0));
    parameters.load(saved);
    return parameters;
  }

  private DeclaredParameters declared() {
    DeclaredParameters declared = new DeclaredParameters();
    network().declare(declared);
    return declared;
  }

  private Mlp network() {
    return new Mlp(
        "",
        signature.shapes().values().stream().mapToInt(Shape::size).sum(),
        hidden,
        signature.actionSize(),
        Activation.ELU,
        new Initializer.Orthogonal(Math.sqrt(2)),
        new Initializer.Orthogonal(0.1));
  }

  private Tensor action(Map<String, Tensor> observed, Map<String, Tensor> theta) {
    Tensor joined =
        Tensor.concat(
            1,
            observed.values().stream()
                .map(o -> o.reshape(Shape.BATCH, o.shape().sample().size()))
                .toArray(Tensor[]::new));
    return network().apply(joined, theta::get).tanh();
  }

  private Map<String, Tensor> observationInputs() {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    signature
        .shapes()
        .forEach((key, s) -> inputs.put(key, Tensor.input(key, Shape.batched(s.dims()))));
    return inputs;
  }

  /** From observations, parameters and {@link #TARGET} to {@code loss} and its gradient by name. */
  Program training() {
    Map<String, Tensor> observed = observationInputs();
    Map<String, Tensor> theta = declared().inputs();
    Tensor target = Tensor.input(TARGET, Shape.batched(signature.actionSize()));
    Tensor loss = action(observed, theta).minus(target).square().mean(0, 1);
    List<Tensor> wrt = new ArrayList<>(theta.values());
    List<Tensor> gradient = Transforms.gradient(loss, wrt);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("loss", loss);
    int i = 0;
    for (String name : theta.keySet()) {
      out.put(name, gradient.get(i++));
    }
    List<Tensor> inputs = new ArrayList<>(observed.values());
    inputs.addAll(wrt);
    inputs.add(target);
    return Program.of(inputs, out);
  }

  /** From observations and parameters to {@code action}. */
  Program acting() {
    Map<String, Tensor> observed = observationInputs();
    Map<String, Tensor> theta = declared().inputs();
    List<Tensor> inputs = new ArrayList<>(observed.values());
    inputs.addAll(theta.values());
    return Program.of(inputs, Map.of("action", action(observed, theta)));
  }

  NetworkPolicy policy(Engine engine, Parameters parameters, Normalizers normalizers) {
    return new NetworkPolicy(engine, acting(), parameters, signature, normalizers);
  }
}
