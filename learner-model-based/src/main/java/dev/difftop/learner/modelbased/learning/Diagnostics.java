package dev.difftop.learner.modelbased.learning;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.WorldModel;
import dev.difftop.learning.replay.Replay;
import dev.difftop.learning.replay.ReplayEpisode;
import dev.difftop.learning.replay.ReplaySample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures that explain a return: how well the model predicts, how far the critics are off. */
public final class Diagnostics implements AutoCloseable {
  private static final int SEQUENCES = 64;
  private static final String ACTIONS = "actions";
  private static final String LAST = "last ";

  private final WorldModel world;
  private final CompiledProgram rollout;

  public Diagnostics(ModelUpdate update) {
    this.world = update.world();
    PlanningModel model = world.planning();
    this.rollout = model.engine().compile(program(), SEQUENCES, model.dtype());
    update.parameters().bindTo(rollout);
  }

  /**
   * From s_0, a_0 ... a_{H-1} and s_H: z_H predicted open loop and encoded, rewards predicted (B,
   * H), value of (s_0, a_0).
   */
  private Program program() {
    PlanningModel model = world.planning();
    int horizon = model.spec().horizon();
    Map<String, Tensor> theta = world.inputs("", model.parameters().arrays().keySet());
    List<Tensor> first = new ArrayList<>(model.observationInputs("").values());
    List<Tensor> last = new ArrayList<>(model.observationInputs(LAST).values());
    Tensor actions = Tensor.input(ACTIONS, Shape.batched(horizon, model.spec().actionSize()));
    Tensor z = world.encode(first, theta);
    Tensor[] rewards = new Tensor[horizon];
    Tensor value = null;
    for (int t = 0; t < horizon; t++) {
      Tensor u = actions.get(1, t);
      if (t == 0) {
        value = world.head("q1", z, u, theta).min(world.head("q2", z, u, theta));
      }
      rewards[t] = world.head("reward", z, u, theta).expandDims(1);
      z = world.next(z, u, t, theta);
    }
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("predicted", z);
    out.put("encoded", world.encode(last, theta));
    out.put("rewards", rewards.length == 1 ? rewards[0] : Tensor.concat(1, rewards));
    out.put("value", value);
    List<Tensor> inputs = new ArrayList<>(first);
    inputs.addAll(last);
    inputs.add(actions);
    inputs.addAll(theta.values());
    return Program.of(inputs, out);
  }

  /** Errors of the model over whole sequences drawn from replay, open loop. */
  Metrics modelErrors(Replay replay, RandomStream random) {
    ReplaySample sample = replay.newSample(SEQUENCES);
    replay.sample(sample, random);
    sample.observations().forEach(this::takeEnds);
    rollout.input(ACTIONS).copyFrom(sample.actions());
    rollout.run();
    double[] predicted = rollout.output("predicted").toDoubles();
    double[] encoded = rollout.output("encoded").toDoubles();
    double[] rewards = rollout.output("rewards").toDoubles();
    double[] found = sample.rewards().toDoubles();
    return Metrics.NONE
        .with("model_error", unexplained(predicted, encoded, SEQUENCES))
        .with("reward_error", rootMeanSquare(rewards, found));
  }

  private void takeEnds(String name, Array sequences) {
    if (!world.planning().observations().containsKey(name)) {
      return;
    }
    int sequence = sequences.size() / SEQUENCES;
    int one = sequence / sequences.shape().dim(1);
    double[] row = new double[one];
    for (int b = 0; b < SEQUENCES; b++) {
      sequences.read(b * sequence, row, 0, one);
      rollout.input(name).write(b * one, row, 0, one);
      sequences.read((b + 1) * sequence - one, row, 0, one);
      rollout.input(LAST + name).write(b * one, row, 0, one);
    }
  }

  /** Share of the variance over the batch that is not predicted: 0 perfect, 1 like the mean. */
  public static double unexplained(double[] predicted, double[] found, int batch) {
    int n = found.length / batch;
    double error = 0;
    double variance = 0;
    for (int i = 0; i < n; i++) {
      double mean = 0;
      for (int b = 0; b < batch; b++) {
        mean += found[b * n + i] / batch;
      }
      for (int b = 0; b < batch; b++) {
        double e = predicted[b * n + i] - found[b * n + i];
        double d = found[b * n + i] - mean;
        error += e * e;
        variance += d * d;
      }
    }
    return error / variance;
  }

  private static double rootMeanSquare(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum / a.length);
  }

  /**
   * Mean of what the critics say of executed actions, over states of the first half of an episode.
   */
  double meanValue(ReplayEpisode episode) {
    int states = Math.max(1, episode.length() / 2);
    world.planning().observations().keySet().forEach(name -> takeStates(name, episode, states));
    int nu = world.planning().spec().actionSize();
    int plan = rollout.input(ACTIONS).size() / SEQUENCES;
    double[] row = new double[nu];
    rollout.input(ACTIONS).fill(0);
    for (int b = 0; b < SEQUENCES; b++) {
      episode.actions().read(index(b, states) * nu, row, 0, nu);
      rollout.input(ACTIONS).write(b * plan, row, 0, nu);
    }
    rollout.run();
    double[] values = rollout.output("value").toDoubles();
    return java.util.Arrays.stream(values).average().orElse(Double.NaN);
  }

  private void takeStates(String name, ReplayEpisode episode, int states) {
    Array all = episode.observations().get(name);
    int one = all.size() / all.shape().dim(0);
    double[] row = new double[one];
    for (int b = 0; b < SEQUENCES; b++) {
      all.read(index(b, states) * one, row, 0, one);
      rollout.input(name).write(b * one, row, 0, one);
      rollout.input(LAST + name).write(b * one, row, 0, one);
    }
  }

  /** States spread evenly. */
  private static int index(int b, int states) {
    return (int) ((long) b * states / SEQUENCES);
  }

  @Override
  public void close() {
    rollout.close();
  }
}
