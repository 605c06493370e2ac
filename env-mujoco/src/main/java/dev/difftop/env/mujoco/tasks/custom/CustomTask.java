package dev.difftop.env.mujoco.tasks.custom;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A task that is declared: observed features, rewards by soft bounds, distribution of the initial
 * state, conditions for success, termination and outcomes.
 */
public final class CustomTask implements Task {
  /** How several rewards are combined. */
  public enum Combination {
    /** Their product. */
    PRODUCT,
    /** Their mean, by weight. */
    MEAN
  }

  /** Features under a name. */
  public record Observation(String name, List<String> features) {}

  /** A feature and its bounds; see {@link Tolerance}. */
  public record Reward(
      String feature,
      double low,
      double high,
      double margin,
      Tolerance.Kind kind,
      double value,
      double weight) {}

  /** A feature within bounds, both included. */
  public record Goal(String feature, double low, double high) {}

  /**
   * An outcome of episodes: that of an episode is the first one whose conditions have all held in
   * one state.
   */
  public record Outcome(String name, List<Goal> when) {}

  /** A coordinate of a joint, as JOINT or JOINT[i], that is drawn uniformly at a reset. */
  public record Start(String joint, double low, double high) {}

  /**
   * The declaration.
   *
   * @param goals the goal is met where all of these hold; empty for a task without a goal
   * @param alive the episode terminates where one of these does not hold
   * @param outcomes what is distinguished about episodes
   */
  public record Rules(
      List<Observation> observations,
      List<Reward> rewards,
      Combination combination,
      List<Start> starts,
      double positionNoise,
      double velocityNoise,
      List<Goal> goals,
      List<Goal> alive,
      List<Outcome> outcomes) {}

  private final Simulation simulation;
  private final Rules rules;
  private final List<Part> parts = new ArrayList<>();
  private final Feature[] observed;
  private final Feature[] rewarded;
  private final Conditions goals;
  private final Conditions alive;
  private final List<String> outcomeNames;
  private final List<Optional<String>> outcomes;
  private final Conditions[] outcomeConditions;
  private final int[] startAddresses;
  private final boolean[] noisy;
  private Optional<String> outcome = Optional.empty();

  /**
   * The task in a simulation.
   *
   * @throws IllegalArgumentException if the rules are at fault
   * @throws dev.difftop.env.mujoco.physics.ModelException if they name what the model lacks
   */
  public CustomTask(Simulation simulation, Rules rules) {
    this.simulation = simulation;
    this.rules = rules;
    Model model = simulation.model();
    if (rules.observations().isEmpty() || rules.rewards().isEmpty()) {
      throw new IllegalArgumentException(
          "a task needs at least one observation and one reward, found %d and %d"
              .formatted(rules.observations().size(), rules.rewards().size()));
    }
    List<Feature> features = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Observation observation : rules.observations()) {
      if (!names.add(observation.name()) || observation.features().isEmpty()) {
        throw new IllegalArgumentException(
            "observation %s: expected a name of its own and at least one feature"
                .formatted(observation.name()));
      }
      observation.features().forEach(text -> features.add(Feature.parse(text, model)));
      parts.add(new Part(observation.name(), observation.features().size()));
    }
    observed = features.toArray(Feature[]::new);
    rewarded = rules.rewards().stream().map(r -> checked(r, model)).toArray(Feature[]::new);
    goals = Conditions.of("success", rules.goals(), model);
    alive = Conditions.of("alive", rules.alive(), model);
    outcomeNames = rules.outcomes().stream().map(Outcome::name).toList();
    outcomes = outcomeNames.stream().map(Optional::of).toList();
    outcomeConditions =
        rules.outcomes().stream()
            .map(o -> Conditions.of("outcome \"" + o.name() + "\"", o.when(), model))
            .toArray(Conditions[]::new);
    requireOwnNames();
    requireWeights();
    startAddresses =
        rules.starts().stream().mapToInt(start -> startAddress(start, model)).toArray();
    noisy = plainPositions(model);
  }

  private static Feature checked(Reward reward, Model model) {
    Feature feature = Feature.parse(reward.feature(), model);
    try {
      Tolerance.of(0, reward.low(), reward.high(), reward.margin(), reward.kind(), reward.value());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("reward of " + feature + ": " + e.getMessage(), e);
    }
    return feature;
  }

  private void requireWeights() {
    boolean product = rules.combination() == Combination.PRODUCT;
    double sum = rules.rewards().stream().mapToDouble(Reward::weight).sum();
    if (!product && !(sum > 0)) {
      throw new IllegalArgumentException(
          "the weights of the rewards sum to %s, expected more than 0 in a mean".formatted(sum));
    }
    for (Reward reward : rules.rewards()) {
      if (product && reward.weight() != 1) {
        throw new IllegalArgumentException(
            "reward of %s: weight %s has no effect in a product; leave it out, or set combination: mean"
                .formatted(reward.feature(), reward.weight()));
      }
    }
  }

  private void requireOwnNames() {
    for (Outcome o : rules.outcomes()) {
      if (o.when().isEmpty() || Collections.frequency(outcomeNames, o.name()) > 1) {
        throw new IllegalArgumentException(
            "outcome \"%s\": expected a name of its own and at least one condition"
                .formatted(o.name()));
      }
    }
  }

  private static int startAddress(Start start, Model model) {
    Feature position = Feature.parse("qpos:" + start.joint(), model);
    int address = position.stateNumber();
    if (!plainPositions(model)[address] || !(start.low() <= start.high())) {
      throw new IllegalArgumentException(
          "start of %s: expected a coordinate of no quaternion and low <= high, found %s to %s"
              .formatted(start.joint(), start.low(), start.high()));
    }
    if (!Double.isFinite(start.low()) || !Double.isFinite(start.high())) {
      throw new IllegalArgumentException(
          "start of %s: found %s to %s, expected finite numbers"
              .formatted(start.joint(), start.low(), start.high()));
    }
    JointLimits.of(model, address)
        .ifPresent(limits -> limits.require(start.joint(), start.low(), start.high()));
    return address;
  }

  /** Which numbers of position are no quaternion's. */
  private static boolean[] plainPositions(Model model) {
    boolean[] plain = new boolean[model.nq()];
    double[] types = model.field("jnt_type").values();
    double[] addresses = model.field("jnt_qposadr").values();
    for (int joint = 0; joint < types.length; joint++) {
      int count = types[joint] == 0 ? 3 : types[joint] == 1 ? 0 : 1;
      for (int i = 0; i < count; i++) {
        plain[(int) addresses[joint] + i] = true;
      }
    }
    return plain;
  }

  @Override
  public void begin(RandomStream random) {
    outcome = Optional.empty();
    for (int i = 0; i < startAddresses.length; i++) {
      Start start = rules.starts().get(i);
      double drawn = start.low() + (start.high() - start.low()) * random.nextDouble();
      simulation.qpos().put(startAddresses[i], drawn);
    }
    for (int i = 0; i < noisy.length && rules.positionNoise() > 0; i++) {
      if (noisy[i]) {
        double now = simulation.qpos().get(i);
        simulation.qpos().put(i, now + rules.positionNoise() * random.nextGaussian());
      }
    }
    for (int i = 0; i < simulation.qvel().capacity() && rules.velocityNoise() > 0; i++) {
      simulation.qvel().put(i, rules.velocityNoise() * random.nextGaussian());
    }
  }

  @Override
  public List<Part> parts() {
    return parts;
  }

  @Override
  public void observe(double[] out, int offset) {
    for (int i = 0; i < observed.length; i++) {
      out[offset + i] = observed[i].of(simulation);
    }
  }

  @Override
  public Optional<Boolean> success() {
    if (goals.isEmpty()) {
      return Optional.empty();
    }
    return goals.hold(simulation) ? MET : NOT_MET;
  }

  @Override
  public void advance() {
    for (int i = 0; i < outcomeConditions.length && outcome.isEmpty(); i++) {
      if (outcomeConditions[i].hold(simulation)) {
        outcome = outcomes.get(i);
      }
    }
  }

  @Override
  public boolean isTerminal() {
    return !alive.hold(simulation);
  }

  @Override
  public List<String> outcomes() {
    return outcomeNames;
  }

  @Override
  public Optional<String> outcome() {
    return outcome;
  }

  @Override
  public double reward() {
    boolean product = rules.combination() == Combination.PRODUCT;
    double sum = product ? 1 : 0;
    double weights = 0;
    for (int i = 0; i < rewarded.length; i++) {
      Reward r = rules.rewards().get(i);
      double found =
          Tolerance.of(
              rewarded[i].of(simulation), r.low(), r.high(), r.margin(), r.kind(), r.value());
      sum = product ? sum * found : sum + r.weight() * found;
      weights += r.weight();
    }
    return product ? sum : sum / weights;
  }
}
