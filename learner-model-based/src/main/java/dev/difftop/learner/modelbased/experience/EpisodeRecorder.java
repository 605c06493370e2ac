package dev.difftop.learner.modelbased.experience;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.replay.ReplayEpisode;
import dev.difftop.learning.rollout.Rollout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records the steps of one episode as the replay store keeps them. */
public final class EpisodeRecorder implements Rollout.Listener {
  private final PolicySignature signature;
  private final List<Map<String, Array>> observations = new ArrayList<>();
  private final List<double[]> actions = new ArrayList<>();
  private final List<Double> rewards = new ArrayList<>();
  private boolean terminated;
  private String violation = "";

  public EpisodeRecorder(PolicySignature signature) {
    this.signature = signature;
  }

  @Override
  public boolean after(Rollout.Step step) {
    if (observations.isEmpty()) {
      observations.add(step.before().observation());
    }
    observations.add(step.after().observation());
    actions.add(step.action());
    rewards.add(step.after().reward());
    terminated = step.after().end() == TimeStep.End.TERMINATED;
    if (step.after().end() == TimeStep.End.FAILED) {
      violation = "the simulation failed: " + step.after().reason();
    } else if (!Double.isFinite(step.after().reward())) {
      violation =
          "the reward of agent step %d is %s".formatted(actions.size(), step.after().reward());
    } else {
      checkFinite(step.after());
    }
    return !violation.isEmpty();
  }

  private void checkFinite(TimeStep after) {
    for (String name : signature.observations().keySet()) {
      Array values = after.observation().get(name);
      for (int i = 0; values.dtype() != DType.UINT8 && i < values.size(); i++) {
        if (!Double.isFinite(values.get(i))) {
          violation =
              "observation %s of agent step %d is %s"
                  .formatted(name, actions.size(), values.get(i));
          return;
        }
      }
    }
  }

  /** Why the episode cannot be learned from; empty if it can. */
  public String violation() {
    return violation;
  }

  /** Agent steps. */
  public int length() {
    return actions.size();
  }

  /** Reward of every step. */
  public double[] rewards() {
    return rewards.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Whether it ended in a terminal state. */
  public boolean isTerminated() {
    return terminated;
  }

  /** The episode. */
  public ReplayEpisode episode() {
    Map<String, Array> kept = new LinkedHashMap<>();
    signature
        .observations()
        .forEach((name, observable) -> kept.put(name, stacked(name, observable.shape())));
    int nu = signature.actionSize();
    Array executed = Array.zeros(DType.FLOAT32, Shape.of(length(), nu));
    for (int t = 0; t < length(); t++) {
      executed.write(t * nu, actions.get(t), 0, nu);
    }
    return new ReplayEpisode(kept, executed, Array.of(rewards(), length()), terminated);
  }

  private Array stacked(String name, Shape shape) {
    DType found = observations.get(0).get(name).dtype();
    DType dtype = found == DType.UINT8 ? DType.UINT8 : DType.FLOAT32;
    int size = shape.size();
    Array out = Array.zeros(dtype, Shape.batched(shape.dims()).withBatch(observations.size()));
    double[] row = new double[size];
    for (int t = 0; t < observations.size(); t++) {
      observations.get(t).get(name).read(0, row, 0, size);
      out.write(t * size, row, 0, size);
    }
    return out;
  }
}
