package dev.difftop.env.mujoco;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.custom.CustomTask;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Combination;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A task of the user's own for a model of the user's own. */
public record CustomTaskConfig(
    @Doc("physics steps per control step") @Range(min = 1) @Default("1") int physicsSteps,
    @Doc("what is observed, in this order") List<Observation> observations,
    @Doc("what is rewarded") List<Reward> rewards,
    @Doc("how rewards make one: product, or mean (by weight)") @Default("product")
        Combination combination,
    @Doc("where joints begin; those left out begin in the model's reference position")
        @Default("[]")
        List<Start> start,
    @Doc("size of the normal noise on all first positions") @Range(min = 0) @Default("0")
        double positionNoise,
    @Doc("size of the normal noise on all first velocities") @Range(min = 0) @Default("0")
        double velocityNoise,
    @Doc("what has to hold, all at once, for the goal to be met; none for a task without a goal")
        @Default("[]")
        List<Goal> success,
    @Doc("what has to hold, all at once, or the episode terminates; none for no termination")
        @Default("[]")
        List<Goal> alive,
    @Doc("outcomes that are distinguished; an episode has the first one whose conditions held")
        @Default("[]")
        List<Outcome> outcomes,
    @Doc("one line about the task") @Default("a task of the user's own") String summary) {

  /** The summary where none is given. */
  private static final String SUMMARY = "a task of the user's own";

  /** As the canonical one, without a summary. */
  public CustomTaskConfig(
      int physicsSteps,
      List<Observation> observations,
      List<Reward> rewards,
      Combination combination,
      List<Start> start,
      double positionNoise,
      double velocityNoise,
      List<Goal> success,
      List<Goal> alive,
      List<Outcome> outcomes) {
    this(
        physicsSteps,
        observations,
        rewards,
        combination,
        start,
        positionNoise,
        velocityNoise,
        success,
        alive,
        outcomes,
        SUMMARY);
  }

  /** As the canonical one, for a task without a goal. */
  public CustomTaskConfig(
      int physicsSteps,
      List<Observation> observations,
      List<Reward> rewards,
      Combination combination,
      List<Start> start,
      double positionNoise,
      double velocityNoise) {
    this(
        physicsSteps,
        observations,
        rewards,
        combination,
        start,
        positionNoise,
        velocityNoise,
        List.of(),
        List.of(),
        List.of());
  }

  /** A named observation. */
  public record Observation(
      @Doc("its name") String name,
      @Doc("its features, such as qpos:hinge, sensor:gyro[2], z:torso") List<String> of) {}

  /** A soft "is it inside these bounds?". */
  public record Reward(
      @Doc("the feature, such as upright:pole") String of,
      @Doc("lower bound; none if left out") Optional<Double> low,
      @Doc("upper bound; none if left out") Optional<Double> high,
      @Doc("distance from the bounds where it has fallen to value; 0 for a sharp edge")
          @Range(min = 0)
          @Default("0")
          double margin,
      @Doc("how it falls") @Default("gaussian") Tolerance.Kind kind,
      @Doc("what is left at the margin") @Range(min = 0, max = 1) @Default("0.1") double value,
      @Doc("weight in a mean") @Range(min = 0) @Default("1") double weight) {}

  /** Where a joint begins. */
  public record Start(
      @Doc("a slide or hinge, or JOINT[i] for number i of another joint's position") String joint,
      @Doc("least position") double low,
      @Doc("greatest position") double high) {}

  /** A feature within bounds. */
  public record Goal(
      @Doc("the feature, such as distance:hand,target") String of,
      @Doc("lower bound; none if left out") Optional<Double> low,
      @Doc("upper bound; none if left out") Optional<Double> high) {}

  /** A named outcome of an episode. */
  public record Outcome(
      @Doc("its name") String name,
      @Doc("what has to hold, all at once, in one state of the episode") List<Goal> when) {}

  /** The task by that name. */
  TaskDefinition definition(String name) {
    return new TaskDefinition(name, summary, "", physicsSteps, 1, this::task, 0, "");
  }

  private Task task(Simulation simulation) {
    List<CustomTask.Observation> seen = new ArrayList<>();
    for (Observation o : observations) {
      seen.add(new CustomTask.Observation(o.name(), o.of()));
    }
    List<CustomTask.Reward> rewarded = new ArrayList<>();
    for (Reward r : rewards) {
      rewarded.add(
          new CustomTask.Reward(
              r.of(),
              r.low().orElse(Double.NEGATIVE_INFINITY),
              r.high().orElse(Double.POSITIVE_INFINITY),
              r.margin(),
              r.kind(),
              r.value(),
              r.weight()));
    }
    List<CustomTask.Start> starts = new ArrayList<>();
    for (Start s : start) {
      starts.add(new CustomTask.Start(s.joint(), s.low(), s.high()));
    }
    List<CustomTask.Outcome> distinguished = new ArrayList<>();
    for (Outcome o : outcomes) {
      distinguished.add(new CustomTask.Outcome(o.name(), goals(o.when())));
    }
    return new CustomTask(
        simulation,
        new CustomTask.Rules(
            seen,
            rewarded,
            combination,
            starts,
            positionNoise,
            velocityNoise,
            goals(success),
            goals(alive),
            distinguished));
  }

  private static List<CustomTask.Goal> goals(List<Goal> conditions) {
    List<CustomTask.Goal> all = new ArrayList<>();
    for (Goal g : conditions) {
      all.add(
          new CustomTask.Goal(
              g.of(),
              g.low().orElse(Double.NEGATIVE_INFINITY),
              g.high().orElse(Double.POSITIVE_INFINITY)));
    }
    return all;
  }
}
