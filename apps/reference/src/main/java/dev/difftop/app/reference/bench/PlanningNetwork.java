package dev.difftop.app.reference.bench;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * The planning objective of TD-MPC's size: latent state 50, 6 actions, width 512, horizon 5,
 *
 * <pre>
 * G(a, z) = Σ 0.99^t R(z_t, a_t) + 0.99^5 min(Q1, Q2)(z_5, tanh π(z_5)),  z_{t+1} = f(z_t, a_t)
 * </pre>
 *
 * with networks of three layers and ELU; the critics' first activation is layer norm and tanh.
 */
final class PlanningNetwork {
  private static final int LATENT = 50;
  private static final int ACTIONS = 6;
  private static final int WIDTH = 512;
  private static final int HORIZON = 5;
  private static final double DISCOUNT = 0.99;

  private final List<Tensor> inputs = new ArrayList<>();
  private final Tensor z = input("z", Shape.batched(LATENT));
  private final Tensor a = input("a", Shape.batched(HORIZON, ACTIONS));
  private final Mlp dynamics = new Mlp("dynamics", LATENT + ACTIONS, LATENT, false);
  private final Mlp reward = new Mlp("reward", LATENT + ACTIONS, 1, false);
  private final Mlp policy = new Mlp("policy", LATENT, ACTIONS, false);
  private final Mlp q1 = new Mlp("q1", LATENT + ACTIONS, 1, true);
  private final Mlp q2 = new Mlp("q2", LATENT + ACTIONS, 1, true);

  private PlanningNetwork() {}

  private Tensor input(String name, Shape shape) {
    Tensor t = Tensor.input(name, shape);
    inputs.add(t);
    return t;
  }

  /** Linear, ELU (or layer norm and tanh), linear, ELU, linear. */
  private final class Mlp {
    private final String name;
    private final Tensor[] weights = new Tensor[3];
    private final Tensor[] biases = new Tensor[3];
    private final Tensor scale;
    private final Tensor shift;

    Mlp(String name, int in, int out, boolean normalised) {
      this.name = name;
      addLayer(0, in, WIDTH);
      scale = normalised ? input(name + "/scale", Shape.of(WIDTH)) : null;
      shift = normalised ? input(name + "/shift", Shape.of(WIDTH)) : null;
      addLayer(1, WIDTH, WIDTH);
      addLayer(2, WIDTH, out);
    }

    private void addLayer(int layer, int in, int out) {
      weights[layer] = input(name + "/" + layer + "/weight", Shape.of(out, in));
      biases[layer] = input(name + "/" + layer + "/bias", Shape.of(out));
    }

    Tensor of(Tensor x) {
      Tensor y = x.linear(weights[0], biases[0]);
      y = scale == null ? y.elu() : y.layerNorm(scale, shift, 1e-5).tanh();
      return y.linear(weights[1], biases[1]).elu().linear(weights[2], biases[2]);
    }
  }

  /** G, shape (B). */
  private Tensor value() {
    Tensor state = z;
    Tensor sum = Tensor.constant(0);
    double discount = 1;
    for (int t = 0; t < HORIZON; t++) {
      Tensor x = Tensor.concat(-1, state, a.get(1, t));
      sum = sum.plus(reward.of(x).squeeze(-1).times(discount));
      state = dynamics.of(x);
      discount *= DISCOUNT;
    }
    Tensor x = Tensor.concat(-1, state, policy.of(state).tanh());
    return sum.plus(q1.of(x).min(q2.of(x)).squeeze(-1).times(discount));
  }

  /** The value and its gradient in the actions. */
  static Program gradient() {
    PlanningNetwork net = new PlanningNetwork();
    Tensor value = net.value();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("value", value);
    outputs.put("gradient", Transforms.gradient(value, net.a));
    return Program.of(net.inputs, outputs);
  }

  /** The Hessian in the actions times a direction {@code v}. */
  static Program hessianVector() {
    PlanningNetwork net = new PlanningNetwork();
    Tensor v = net.input("v", Shape.batched(HORIZON, ACTIONS));
    return Program.of(
        net.inputs, Map.of("hessian-vector", Transforms.hessianVector(net.value(), net.a, v)));
  }

  /** Weights as layers are started, actions in the box, everything else normal. */
  static DoubleStream numbers(String input, int lastAxis, Random random) {
    if (input.endsWith("scale")) {
      return DoubleStream.generate(() -> 1);
    }
    if (input.endsWith("weight") || input.endsWith("bias") || input.endsWith("shift")) {
      double bound = 1 / Math.sqrt(lastAxis);
      return DoubleStream.generate(() -> bound * (2 * random.nextDouble() - 1));
    }
    return input.equals("a")
        ? DoubleStream.generate(() -> Math.max(-1, Math.min(1, random.nextGaussian())))
        : DoubleStream.generate(random::nextGaussian);
  }
}
