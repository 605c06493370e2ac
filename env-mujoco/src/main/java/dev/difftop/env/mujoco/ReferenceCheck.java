package dev.difftop.env.mujoco;

import dev.difftop.env.mujoco.ReferenceData.Section;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a task with recorded reference data: single steps, rollouts, single states, and the
 * compiled model. Takes and gives what a JSON document holds (maps, lists, numbers).
 */
public final class ReferenceCheck {
  private static final double STEP_TOLERANCE = 1e-7;
  private static final double ROLLOUT_TOLERANCE = 1e-6;
  private static final double MODEL_TOLERANCE = 1e-9;

  /** A step may be off by this much of what it makes of a perturbation of that size. */
  private static final double AMPLIFIED = 1e-9;

  private final TaskDefinition definition;
  private final Optional<Path> file;

  /**
   * A check of a task.
   *
   * @param task the task
   * @param model MJCF file in place of the task's own model
   */
  public ReferenceCheck(TaskDefinition task, Optional<Path> model) {
    definition = task;
    file = model;
  }

  /**
   * Runs the comparison.
   *
   * @param reference the recorded data; sections that it lacks are left out
   * @return per section the largest absolute differences (of the model: relative, per element
   *     kind), {@code ok}, and under {@code arrays} what was computed here
   * @throws dev.difftop.api.DataException if the data has not the expected form
   * @throws dev.difftop.env.mujoco.physics.ModelException if the model has an error
   * @throws MujocoException if the simulation fails
   */
  public Map<String, Object> run(Map<String, Object> reference) {
    ReferenceData data = new ReferenceData(reference);
    data.require("task", definition.name());
    try (Model model = definition.newModel(file);
        Simulation simulation = new Simulation(model)) {
      return new Run(simulation, definition).compare(data.root());
    }
  }

  /** One comparison. */
  private static final class Run {
    private final Simulation simulation;
    private final TaskDefinition definition;
    private final int physicsSteps;
    private final Task task;
    private final ActionScale actions;
    private final Map<String, Object> report = new LinkedHashMap<>();
    private final Map<String, Object> arrays = new LinkedHashMap<>();
    private boolean ok = true;

    Run(Simulation simulation, TaskDefinition definition) {
      this.simulation = simulation;
      this.definition = definition;
      this.physicsSteps = definition.physicsSteps();
      this.task = definition.task().in(simulation);
      this.actions = new ActionScale(simulation.model());
      report.put("task", definition.name());
    }

    Map<String, Object> compare(Section root) {
      if (root.has("one_step") && root.has("rollout")) {
        oneStep(root.section("one_step"), root.section("rollout"));
      }
      for (String name : List.of("rollout", "goal_rollout", "repeat_rollout")) {
        if (root.has(name)) {
          rollout(name, root.section(name));
        }
      }
      if (root.has("probes")) {
        probes(root.sections("probes"));
      }
      if (root.has("model")) {
        ModelComparison comparison = new ModelComparison(simulation, definition);
        Map<String, Double> kinds = comparison.compare(root.section("model"));
        report.put("model", kinds);
        ok &= kinds.values().stream().allMatch(figure -> figure <= MODEL_TOLERANCE);
        if (!comparison.remarks().isEmpty()) {
          report.put("model_remarks", comparison.remarks());
        }
      }
      report.put("ok", ok);
      report.put("arrays", arrays);
      return report;
    }

    /** Every step of the rollout on its own, from the recorded state, with a cold solver. */
    private void oneStep(Section expected, Section rollout) {
      setParameters(rollout);
      double[][] applied = rollout.table("actions");
      double[] amplification =
          expected.has("amplification_of_1e_minus_9_perturbation")
              ? expected.column("amplification_of_1e_minus_9_perturbation")
              : new double[applied.length];
      Recording recording = new Recording();
      for (int t = 0; t < applied.length; t++) {
        simulation.reset();
        writeState(rollout, t);
        simulation.updateKinematics();
        recording.add(controlStep(applied[t]));
      }
      Difference difference = recording.differenceTo(expected, false);
      for (int t = 0; t < applied.length; t++) {
        double bound =
            Math.max(STEP_TOLERANCE, AMPLIFIED * (t < amplification.length ? amplification[t] : 0));
        ok &= difference.atStep(t) <= bound;
      }
      report.put("one_step", difference.figures());
      arrays.put("one_step", recording.arrays());
    }

    /** A rollout from its first state; figures over all of it, compared while nothing touches. */
    private void rollout(String name, Section expected) {
      setParameters(expected);
      int repeat = expected.has("action_repeat") ? expected.integer("action_repeat") : 1;
      Recording recording = new Recording();
      simulation.reset();
      writeState(expected, 0);
      simulation.forwardWithoutActuation();
      recording.begin();
      int firstContact = simulation.contacts() > 0 ? 0 : Integer.MAX_VALUE;
      double[][] applied = expected.table("actions");
      for (int t = 0; t < applied.length; t++) {
        double reward = 0;
        for (int i = 0; i < repeat; i++) {
          reward += controlStep(applied[t]);
          if (simulation.contacts() > 0) {
            firstContact = Math.min(firstContact, t);
          }
        }
        recording.add(reward);
      }
      Difference difference = recording.differenceTo(expected, true);
      for (int t = 0; t < Math.min(applied.length, firstContact); t++) {
        ok &= difference.atStep(t) <= ROLLOUT_TOLERANCE;
      }
      report.put(name, difference.figures());
    }

    /** Single states: what is observed and rewarded there. */
    private void probes(List<Section> expected) {
      Difference difference = new Difference(expected.size());
      double[][] observed = new double[expected.size()][];
      double[] rewards = new double[expected.size()];
      for (int i = 0; i < observed.length; i++) {
        Section probe = expected.get(i);
        setParameters(probe);
        simulation.reset();
        write(probe, "qpos", simulation.qpos(), probe.vector("qpos"));
        write(probe, "qvel", simulation.qvel(), probe.vector("qvel"));
        if (probe.has("act")) {
          write(probe, "act", simulation.act(), probe.vector("act"));
        }
        write(probe, "ctrl", simulation.ctrl(), probe.vector("ctrl"));
        simulation.forward();
        observed[i] = NamedObservations.vector(task);
        rewards[i] = task.reward();
        difference.add("obs", i, observed[i], probe.vector("obs"), probe);
        difference.add(
            "reward", i, new double[] {rewards[i]}, new double[] {probe.number("reward")}, probe);
        ok &= difference.atStep(i) <= STEP_TOLERANCE;
      }
      report.put("probes", difference.figures());
      Map<String, Object> computed = new LinkedHashMap<>();
      computed.put("obs", observed);
      computed.put("reward", rewards);
      arrays.put("probes", computed);
    }

    private void setParameters(Section section) {
      try {
        task.setParameters(section.map("params"));
      } catch (IllegalArgumentException e) {
        throw section.unknown("params", e.getMessage());
      }
    }

    private double controlStep(double[] action) {
      actions.write(action, simulation.ctrl());
      Optional<String> trouble = simulation.controlStep(physicsSteps);
      if (trouble.isPresent()) {
        throw new MujocoException("the simulation failed on the recorded data: " + trouble.get());
      }
      return task.reward();
    }

    private void writeState(Section rollout, int t) {
      write(rollout, "qpos", simulation.qpos(), rollout.table("qpos")[t]);
      write(rollout, "qvel", simulation.qvel(), rollout.table("qvel")[t]);
      if (rollout.has("act")) {
        write(rollout, "act", simulation.act(), rollout.table("act")[t]);
      }
    }

    private static void write(Section from, String name, DoubleBuffer to, double[] values) {
      from.requireLength(name, values.length, to.capacity());
      to.put(0, values);
    }

    /** What was computed along a rollout. */
    private final class Recording {
      private final List<double[]> qpos = new ArrayList<>();
      private final List<double[]> qvel = new ArrayList<>();
      private final List<double[]> obs = new ArrayList<>();
      private final List<Double> reward = new ArrayList<>();

      void begin() {
        qpos.add(copy(simulation.qpos()));
        qvel.add(copy(simulation.qvel()));
        obs.add(NamedObservations.vector(task));
      }

      void add(double stepReward) {
        begin();
        reward.add(stepReward);
      }

      Map<String, Object> arrays() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("qpos", qpos.toArray(double[][]::new));
        all.put("qvel", qvel.toArray(double[][]::new));
        all.put("obs", obs.toArray(double[][]::new));
        all.put("reward", reward.stream().mapToDouble(r -> r).toArray());
        return all;
      }

      /** By step; the state that a rollout begins in counts to its first step. */
      Difference differenceTo(Section expected, boolean withInitialState) {
        Difference difference = new Difference(reward.size());
        addAll(difference, "qpos", qpos, expected, withInitialState);
        addAll(difference, "qvel", qvel, expected, withInitialState);
        addAll(difference, "obs", obs, expected, withInitialState);
        double[] rewards = expected.column("reward");
        expected.requireLength("reward", rewards.length, reward.size());
        for (int t = 0; t < rewards.length; t++) {
          difference.add(
              "reward", t, new double[] {reward.get(t)}, new double[] {rewards[t]}, expected);
        }
        return difference;
      }

      private void addAll(
          Difference difference,
          String name,
          List<double[]> computed,
          Section expected,
          boolean withInitialState) {
        double[][] table = expected.table(name);
        expected.requireLength(name, table.length, computed.size());
        for (int i = 0; i < table.length; i++) {
          int step = withInitialState ? Math.max(0, i - 1) : i;
          difference.add(name, step, computed.get(i), table[i], expected);
        }
      }

      private static double[] copy(DoubleBuffer buffer) {
        double[] out = new double[buffer.capacity()];
        buffer.get(0, out);
        return out;
      }
    }
  }

  /** Largest absolute differences, per quantity and per step. */
  private static final class Difference {
    private final Map<String, Double> figures = new LinkedHashMap<>();
    private final double[] perStep;

    Difference(int steps) {
      perStep = new double[steps];
    }

    void add(String name, int step, double[] computed, double[] expected, Section where) {
      where.requireLength(name, expected.length, computed.length);
      double largest = figures.getOrDefault(name, 0.0);
      for (int i = 0; i < computed.length; i++) {
        double difference = Math.abs(computed[i] - expected[i]);
        // JSON has no NaN.
        double figure = Double.isFinite(difference) ? difference : Double.MAX_VALUE;
        largest = Math.max(largest, figure);
        perStep[step] = Math.max(perStep[step], figure);
      }
      figures.put(name, largest);
    }

    Map<String, Double> figures() {
      return figures;
    }

    double atStep(int step) {
      return perStep[step];
    }
  }
}
