package dev.difftop.learning.model;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The loss of the policy over the states that a model update rolled out, {@code -Σ_t ρ^t (Q(z_t,
 * π(z_t)) / S + α h_t)}, and its gradient in the policy's parameters alone: the critics are frozen.
 * Q is the smaller of two critics at actions with noise; for a Gaussian policy the mean of a pair,
 * and h the entropy of the drawn action times the size of an action. S is a scale of values, 1
 * unless asked for.
 */
final class PolicyLoss {
  static final String STATES = "states";
  static final String LOSS = "loss";

  /** 1 / S, (1). */
  static final String INVERSE_SCALE = "inverse scale";

  /** Q in the first states, (B). */
  static final String FIRST_VALUES = "first values";

  private final WorldModel world;
  private final ModelSettings settings;
  private final Map<String, Tensor> theta;
  private final Tensor states;
  private final Tensor noise;
  private final Tensor pair;
  private final Tensor inverseScale = Tensor.input(INVERSE_SCALE, Shape.of(1));

  PolicyLoss(WorldModel world, ModelSettings settings) {
    this.world = world;
    this.settings = settings;
    int steps = world.planning().spec().horizon() + 1;
    int nz = world.planning().spec().stateSize();
    Shape action = Shape.of(world.planning().spec().actionSize());
    Set<String> read = new LinkedHashSet<>(world.policyParameters());
    read.addAll(world.targetParameters());
    read.removeIf(name -> !name.startsWith("cost/"));
    this.theta = world.inputs("", read);
    this.states = Tensor.input(STATES, Shape.batched(steps, nz));
    this.noise = Tensor.input(ModelLosses.NOISE, ModelLosses.sequence(steps, action));
    this.pair = Tensor.input(ModelLosses.PAIR, Shape.of(world.latentCritics().size()));
  }

  Program program() {
    Tensor value;
    Tensor bonus = Tensor.constant(0);
    if (world.hasGaussianPolicy()) {
      Tensor u =
          Sequences.along(
              at -> world.draw(at.get(0), at.get(1), theta).action(), List.of(states, noise));
      Tensor entropy =
          Sequences.along(
              at -> world.draw(at.get(0), at.get(1), theta).entropy(), List.of(states, noise));
      value = meanOfPair(u);
      bonus = entropy.times(settings.entropy() * world.planning().spec().actionSize());
    } else {
      Tensor mean = Sequences.along(at -> world.policy(at.get(0), theta), List.of(states));
      value = values(disturbed(mean, noise)).stream().reduce(Tensor::min).orElseThrow();
    }
    Tensor gain = value.times(inverseScale).plus(bonus);
    Tensor loss = Sequences.decayedSum(gain, settings.decay()).mean(0).negate();
    return withGradient(loss, value.get(1, 0));
  }

  private Program withGradient(Tensor loss, Tensor firstValues) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put(LOSS, loss);
    out.put(FIRST_VALUES, firstValues);
    List<String> names = List.copyOf(world.policyParameters());
    List<Tensor> gradients = Transforms.gradient(loss, names.stream().map(theta::get).toList());
    for (int i = 0; i < names.size(); i++) {
      out.put(ModelLosses.GRADIENT + names.get(i), gradients.get(i));
    }
    List<Tensor> inputs = new ArrayList<>(List.of(states, noise, pair, inverseScale));
    inputs.addAll(theta.values());
    return Program.of(inputs, out);
  }

  private List<Tensor> values(Tensor u) {
    return world.latentCritics().stream()
        .map(
            name ->
                Sequences.along(
                    at -> world.head(name, at.get(0), at.get(1), theta), List.of(states, u)))
        .toList();
  }

  private Tensor meanOfPair(Tensor u) {
    List<Tensor> values = values(u);
    Tensor sum = Tensor.constant(0);
    for (int i = 0; i < values.size(); i++) {
      sum = sum.plus(values.get(i).times(pair.get(0, i)));
    }
    return sum.times(0.5);
  }

  /** Actions with noise, kept inside the box; the gradient passes as if nothing had been cut. */
  static Tensor disturbed(Tensor actions, Tensor noise) {
    Tensor u = actions.plus(noise);
    return u.plus(u.clamp(-1, 1).minus(u).stopGradient());
  }
}
