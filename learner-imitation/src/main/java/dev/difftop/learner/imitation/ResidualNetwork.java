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
import dev.difftop.learning.model.Parameters;
import dev.difftop.networks.Activation;
import dev.difftop.networks.DeclaredParameters;
import dev.difftop.networks.Mlp;
import dev.difftop.networks.WeightInitializer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code a = b + f(o, b)} of normalised actions: b is that of the base, f a perceptron of all
 * observations side by side and b. The last layer of f starts at zero, so that training begins with
 * the base policy. Silver, Allen, Tenenbaum, Kaelbling, "Residual policy learning", 2018, for
 * demonstrations instead of rewards. Parameters: {@code residual/0/weight} and so on.
 */
final class ResidualNetwork {
  /** Action of the base, (B, nu), normalised. */
  static final String BASE = "base action";

  /** Demonstrated action, (B, nu), normalised. */
  static final String TARGET = "target";

  private final PolicySignature signature;
  private final Mlp network;
  private final DeclaredParameters declared = new DeclaredParameters();

  ResidualNetwork(int[] hidden, PolicySignature signature) {
    this.signature = signature;
    int in = signature.shapes().values().stream().mapToInt(Shape::size).sum();
    this.network =
        new Mlp(
            "residual/",
            in + signature.actionSize(),
            hidden,
            signature.actionSize(),
            Activation.MISH,
            WeightInitializer.ORTHOGONAL.initializer(1),
            new Initializer.Constant(0));
    network.declare(declared);
  }

  PolicySignature signature() {
    return signature;
  }

  /** Fresh parameters. */
  Parameters parameters(Engine engine, RandomStream random) {
    return new Parameters(engine, DType.FLOAT32, declared.all(), random);
  }

  /** The parameters of a policy that was saved. */
  Parameters load(Engine engine, PolicyState saved) {
    Parameters parameters = parameters(engine, RandomStream.root(0));
    parameters.load(saved);
    return parameters;
  }

  private Map<String, Tensor> observations() {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    signature
        .shapes()
        .forEach((key, s) -> inputs.put(key, Tensor.input(key, Shape.batched(s.dims()))));
    return inputs;
  }

  private Tensor base() {
    return Tensor.input(BASE, Shape.batched(signature.actionSize()));
  }

  private Tensor action(Map<String, Tensor> observed, Tensor base, Map<String, Tensor> theta) {
    List<Tensor> seen = new ArrayList<>();
    observed.values().forEach(o -> seen.add(o.reshape(Shape.BATCH, o.shape().sample().size())));
    seen.add(base);
    return base.plus(network.apply(Tensor.concat(1, seen.toArray(Tensor[]::new)), theta::get));
  }

  /** From observations, base action and parameters to {@code action}. */
  Program acting() {
    Map<String, Tensor> observed = observations();
    Map<String, Tensor> theta = declared.inputs();
    Tensor base = base();
    List<Tensor> inputs = new ArrayList<>(observed.values());
    inputs.add(base);
    inputs.addAll(theta.values());
    return Program.of(inputs, Map.of("action", action(observed, base, theta)));
  }

  /** The same and {@link #TARGET} to {@code loss} and its gradient by name. */
  Program training() {
    Map<String, Tensor> observed = observations();
    Map<String, Tensor> theta = declared.inputs();
    Tensor base = base();
    Tensor target = Tensor.input(TARGET, Shape.batched(signature.actionSize()));
    Tensor loss = action(observed, base, theta).minus(target).square().mean(0, 1);
    List<Tensor> gradient = Transforms.gradient(loss, List.copyOf(theta.values()));
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("loss", loss);
    int i = 0;
    for (String name : theta.keySet()) {
      out.put(name, gradient.get(i++));
    }
    List<Tensor> inputs = new ArrayList<>(observed.values());
    inputs.add(base);
    inputs.addAll(theta.values());
    inputs.add(target);
    return Program.of(inputs, out);
  }
}
