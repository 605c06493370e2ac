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
 * The losses of a world model over sequences of H steps, and their gradient, as one program. With
 * {@code z_0 = h(s_0)}, {@code z_{t+1} = f(z_t, a_t)} and the targets {@code y_t = r_t + γ (1 -
 * d_t) min_i Q'_i(h(s_{t+1}), π(h(s_{t+1})))}, where d_t is 1 if the step ended in a terminal
 * state, sums over t weighted by ρ^t:
 *
 * <pre>
 *   consistency  mean |f(z_t, a_t) - h'(s_{t+1})|²      reward  (R(z_t, a_t) - r_t)²
 *   value  Σ_i (Q_i(z_t, a_t) - y_t)²                  the same for Q̃_i(s_t, a_t)
 * </pre>
 *
 * A head that predicts terminal states adds the mean over t of the binary cross-entropy of d_t at
 * the predicted z_{t+1}, without ρ, as terminal states are the last ones of sequences.
 *
 * <p>Rewards and values that are distributions over bins have their cross-entropy in place of the
 * square. Of more than two critics targets take the smaller one of a pair that is drawn anew in
 * every update.
 *
 * <p>Targets, marked by a prime, are those of the slowly following copy; no gradient passes through
 * y or h'. Hansen, Wang, Su, "Temporal difference learning for model predictive control", 2022;
 * Wan, Wang, Wang, Erickson, Held, "DiffTORI", 2024.
 */
final class ModelLosses {
  static final String ACTIONS = "actions";
  static final String REWARDS = "rewards";
  static final String TERMINATED = "terminated";
  static final String WEIGHTS = "importance weights";
  static final String NOISE = "policy noise";

  /** 1 for the critics that an update takes, else 0, (N). */
  static final String PAIR = "critic pair";

  /** Added to the values of critics that are not taken. */
  private static final double BEYOND = 1e30;

  static final String TARGET = "target ";
  static final String GRADIENT = "gradient ";

  private final WorldModel world;
  private final ModelSettings settings;
  private final int horizon;
  private final Map<String, Tensor> theta;
  private final Map<String, Tensor> target;
  private final List<Tensor> observed = new ArrayList<>();
  private final Tensor actions;
  private final Tensor rewards;
  private final Tensor terminated;
  private final Tensor weights = Tensor.input(WEIGHTS, Shape.batched());
  private final Tensor noise;
  private final Tensor pair;
  private final Set<String> learned;

  ModelLosses(WorldModel world, ModelSettings settings) {
    this.world = world;
    this.settings = settings;
    this.horizon = world.planning().spec().horizon();
    this.theta = world.inputs("", world.parameters().arrays().keySet());
    this.target = world.inputs(TARGET, world.targetParameters());
    world
        .planning()
        .observations()
        .forEach((name, shape) -> observed.add(Tensor.input(name, sequence(horizon + 1, shape))));
    Shape action = Shape.of(world.planning().spec().actionSize());
    this.actions = Tensor.input(ACTIONS, sequence(horizon, action));
    this.rewards = Tensor.input(REWARDS, Shape.batched(horizon));
    this.terminated = Tensor.input(TERMINATED, Shape.batched(horizon));
    this.noise = Tensor.input(NOISE, sequence(horizon, action));
    this.pair = Tensor.input(PAIR, Shape.of(world.latentCritics().size()));
    this.learned = new LinkedHashSet<>(theta.keySet());
    learned.removeAll(world.policyParameters());
  }

  /** Shape (B, steps, ...). */
  static Shape sequence(int steps, Shape step) {
    int[] dims = new int[step.rank() + 1];
    dims[0] = steps;
    System.arraycopy(step.dims(), 0, dims, 1, step.rank());
    return Shape.batched(dims);
  }

  /**
   * Outputs: means {@code consistency}, {@code reward}, {@code value}, {@code observation value},
   * {@code termination}, {@code total}; {@code priorities} (B); {@code states} z_0 ... z_H (B, H +
   * 1, nz); {@code gradient NAME} of {@code total / H} for every parameter but the policy's.
   */
  Program program() {
    Tensor[] states = rollOut();
    Tensor z = Tensor.stack(1, java.util.Arrays.copyOf(states, horizon));
    Tensor predicted = Tensor.stack(1, java.util.Arrays.copyOfRange(states, 1, horizon + 1));
    Targets targets = targets();
    Map<String, Tensor> losses = new LinkedHashMap<>();
    losses.put("consistency", decayed(predicted.minus(targets.state).square().mean(2)));
    losses.put("reward", decayed(numberLoss("reward", z, rewards)));
    Tensor values = Tensor.constant(0);
    Tensor errors = Tensor.constant(0);
    for (String critic : world.latentCritics()) {
      values = values.plus(numberLoss(critic, z, targets.value));
      errors = errors.plus(head(critic, z).minus(targets.value).abs());
    }
    losses.put("value", decayed(values));
    losses.put("observation value", world.hasCritics() ? observationLoss(targets) : null);
    losses.put("termination", world.predictsTermination() ? terminationLoss(predicted) : null);
    losses.values().removeIf(java.util.Objects::isNull);

    Tensor total = total(losses).times(weights).mean(0);
    Map<String, Tensor> out = new LinkedHashMap<>();
    losses.forEach((name, loss) -> out.put(name, loss.mean(0)));
    out.put("total", total);
    out.put("priorities", decayed(errors).min(settings.lossClip()));
    out.put("states", Tensor.stack(1, states));
    addGradients(total.times(1.0 / horizon), out);
    return Program.of(inputs(), out);
  }

  private List<Tensor> inputs() {
    List<Tensor> inputs = new ArrayList<>(observed);
    inputs.addAll(List.of(actions, rewards, terminated, weights, noise, pair));
    inputs.addAll(theta.values());
    inputs.addAll(target.values());
    return inputs;
  }

  private void addGradients(Tensor loss, Map<String, Tensor> out) {
    List<String> names = List.copyOf(learned);
    List<Tensor> gradients = Transforms.gradient(loss, names.stream().map(theta::get).toList());
    for (int i = 0; i < names.size(); i++) {
      out.put(GRADIENT + names.get(i), gradients.get(i));
    }
  }

  private Tensor decayed(Tensor x) {
    return Sequences.decayedSum(x, settings.decay());
  }

  private Tensor total(Map<String, Tensor> losses) {
    Map<String, Double> coefficients =
        Map.of(
            "consistency", settings.consistency(),
            "reward", settings.reward(),
            "value", settings.value(),
            "observation value", settings.observationValue(),
            "termination", settings.termination());
    Tensor sum = Tensor.constant(0);
    for (Map.Entry<String, Tensor> loss : losses.entrySet()) {
      Tensor clipped = loss.getValue().min(settings.lossClip());
      sum = sum.plus(clipped.times(coefficients.get(loss.getKey())));
    }
    return sum;
  }

  // ------------------------------------------------------------------ pieces

  private Tensor[] rollOut() {
    Tensor[] z = new Tensor[horizon + 1];
    List<Tensor> first = observed.stream().map(o -> o.get(1, 0)).toList();
    z[0] = world.encode(first, theta);
    for (int t = 0; t < horizon; t++) {
      z[t + 1] = world.next(z[t], actions.get(1, t), t, theta);
    }
    return z;
  }

  private Tensor head(String name, Tensor z) {
    return Sequences.along(
        at -> world.head(name, at.get(0), at.get(1), theta), List.of(z, actions));
  }

  private Tensor numberLoss(String name, Tensor z, Tensor target) {
    return Sequences.along(
        at -> world.numberLoss(name, at.get(0), at.get(1), at.get(2), theta),
        List.of(z, actions, target));
  }

  /** What losses are measured against; constants to the gradient. */
  private record Targets(Tensor state, Tensor value, Tensor observationValue) {}

  private Targets targets() {
    List<Tensor> next = observed.stream().map(o -> o.slice(1, 1, horizon)).toList();
    Tensor seen = Sequences.along(o -> world.encode(o, theta), next);
    boolean online = settings.consistencyTarget() == ModelSettings.Consistency.ONLINE;
    Tensor state = online ? seen : Sequences.along(o -> world.encode(o, target), next);
    Tensor acted = acted(seen);
    Tensor value = leastOfPair(List.of(seen, acted));
    Tensor observationValue = null;
    if (world.hasCritics()) {
      observationValue = bootstrap(least(name -> critic(name, next, acted, target)));
    }
    return new Targets(state.stopGradient(), bootstrap(value), observationValue);
  }

  private Tensor acted(Tensor seen) {
    if (world.hasGaussianPolicy()) {
      return Sequences.along(
          at -> world.draw(at.get(0), at.get(1), theta).action(), List.of(seen, noise));
    }
    Tensor policy = Sequences.along(at -> world.policy(at.get(0), theta), List.of(seen));
    return PolicyLoss.disturbed(policy, noise);
  }

  /** The smaller value of the pair of critics that is taken, (B, H). */
  private Tensor leastOfPair(List<Tensor> latent) {
    List<String> critics = world.latentCritics();
    Tensor least = null;
    for (int i = 0; i < critics.size(); i++) {
      String name = critics.get(i);
      Tensor value = Sequences.along(at -> world.head(name, at.get(0), at.get(1), target), latent);
      if (critics.size() > 2) {
        Tensor left = Tensor.constant(1).minus(pair.get(0, i));
        value = value.plus(left.times(BEYOND));
      }
      least = least == null ? value : least.min(value);
    }
    return least;
  }

  private Tensor bootstrap(Tensor value) {
    Tensor continues = Tensor.constant(1).minus(terminated);
    Tensor later = value.times(continues).times(world.planning().spec().discount());
    return rewards.plus(later).stopGradient();
  }

  private static Tensor least(java.util.function.Function<String, Tensor> critic) {
    return WorldModel.CRITICS.stream().map(critic).reduce(Tensor::min).orElseThrow();
  }

  private Tensor observationLoss(Targets targets) {
    List<Tensor> now = observed.stream().map(o -> o.slice(1, 0, horizon)).toList();
    Tensor sum = Tensor.constant(0);
    for (String name : WorldModel.CRITICS) {
      Tensor error = critic(name, now, actions, theta).minus(targets.observationValue);
      sum = sum.plus(error.square());
    }
    return decayed(sum);
  }

  /** {@code softplus(logit) - d logit}, mean over t, (B). */
  private Tensor terminationLoss(Tensor predicted) {
    Tensor logits = Sequences.along(at -> world.termination(at.get(0), theta), List.of(predicted));
    return logits.softplus().minus(terminated.times(logits)).mean(1);
  }

  private Tensor critic(
      String name, List<Tensor> observations, Tensor u, Map<String, Tensor> parameters) {
    List<Tensor> all = new ArrayList<>(observations);
    all.add(u);
    int last = observations.size();
    return Sequences.along(
        at -> world.observationCritic(name, at.subList(0, last), at.get(last), parameters), all);
  }
}
