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
 * The loss of the policy over the states that a model update rolled out, {@code -Σ_t ρ^t min_i
 * Q_i(z_t, π(z_t))}, and its gradient in the policy's parameters alone: the critics are frozen.
 */
final class PolicyLoss {
  static final String STATES = "states";
  static final String LOSS = "loss";

  private PolicyLoss() {}

  static Program program(WorldModel world, double decay) {
    int steps = world.planning().spec().horizon() + 1;
    int nz = world.planning().spec().stateSize();
    Shape action = Shape.of(world.planning().spec().actionSize());
    Set<String> policy = world.policyParameters();
    Set<String> read = new LinkedHashSet<>(policy);
    read.addAll(world.targetParameters());
    read.removeIf(name -> !name.startsWith("cost/"));
    Map<String, Tensor> theta = world.inputs("", read);
    Tensor states = Tensor.input(STATES, Shape.batched(steps, nz));
    Tensor noise = Tensor.input(ModelLosses.NOISE, ModelLosses.sequence(steps, action));

    Tensor mean = Sequences.along(at -> world.policy(at.get(0), theta), List.of(states));
    Tensor u = disturbed(mean, noise);
    Tensor value =
        WorldModel.CRITICS.stream()
            .map(
                name ->
                    Sequences.along(
                        at -> world.head(name, at.get(0), at.get(1), theta), List.of(states, u)))
            .reduce(Tensor::min)
            .orElseThrow();
    Tensor loss = Sequences.decayedSum(value, decay).mean(0).negate();

    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put(LOSS, loss);
    List<String> names = List.copyOf(policy);
    List<Tensor> slopes = Transforms.gradient(loss, names.stream().map(theta::get).toList());
    for (int i = 0; i < names.size(); i++) {
      out.put(ModelLosses.GRADIENT + names.get(i), slopes.get(i));
    }
    List<Tensor> inputs = new ArrayList<>(List.of(states, noise));
    inputs.addAll(theta.values());
    return Program.of(inputs, out);
  }

  /** Actions with noise, kept inside the box; the gradient passes as if nothing had been cut. */
  static Tensor disturbed(Tensor actions, Tensor noise) {
    Tensor u = actions.plus(noise);
    return u.plus(u.clamp(-1, 1).minus(u).stopGradient());
  }
}
