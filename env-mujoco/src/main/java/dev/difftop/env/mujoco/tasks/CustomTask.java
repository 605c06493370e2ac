package dev.difftop.env.mujoco.tasks;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A task that is stated in words: features observed, soft bounds rewarded, noise at the start. */
public final class CustomTask implements Task {
  /** How several rewards make one. */
  public enum Combination {
    /** All must be good. */
    PRODUCT,
    /** Each counts by its weight. */
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

  /** A feature within bounds: the goal is met where all of these hold. */
  public record Goal(String feature, double low, double high) {}

  /** A number of a joint's position, as JOINT or JOINT[i], that begins between two values. */
  public record Start(String joint, double low, double high) {}

  /** All of it. */
  public record Rules(
      List<Observation> observations,
      List<Reward> rewards,
      Combination combination,
      List<Start> starts,
      double positionNoise,
      double velocityNoise,
      List<Goal> goals) {}

  private final Simulation simulation;
  private final Rules rules;
  private final List<Part> parts = new ArrayList<>();
  private final Feature[] observed;
  private final Feature[] rewarded;
  private final Feature[] judged;
  private final int[] startAddresses;
  private final boolean[] noisy;

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
    judged = rules.goals().stream().map(g -> checked(g, model)).toArray(Feature[]::new);
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

  private static Feature checked(Goal goal, Model model) {
    Feature feature = Feature.parse(goal.feature(), model);
    if (!(goal.low() <= goal.high())) {
      throw new IllegalArgumentException(
          "success by %s: expected low <= high, found %s to %s"
              .formatted(feature, goal.low(), goal.high()));
    }
    return feature;
  }

  private static int startAddress(Start start, Model model) {
    int address = Feature.parse("qpos:" + start.joint(), model).stateNumber();
    if (!plainPositions(model)[address] || !(start.low() <= start.high())) {
      throw new IllegalArgumentException(
          "start of %s: expected a number of no quaternion and low <= high, found %s to %s"
              .formatted(start.joint(), start.low(), start.high()));
    }
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
    if (judged.length == 0) {
      return Optional.empty();
    }
    boolean met = true;
    for (int i = 0; i < judged.length; i++) {
      double found = judged[i].of(simulation);
      Goal goal = rules.goals().get(i);
      met &= goal.low() <= found && found <= goal.high();
    }
    return met ? MET : NOT_MET;
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
