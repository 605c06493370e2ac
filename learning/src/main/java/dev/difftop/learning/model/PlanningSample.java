package dev.difftop.learning.model;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.learning.audit.AuditSample;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Planning problems from states of a dataset, with the actions that were demonstrated there.
 *
 * @param problem from the encoded states, actions in [-1, 1]
 * @param states the encoder that made them; closed with the sample
 * @param expert normalised actions, (B, H, nu)
 */
public record PlanningSample(Problem problem, EncodedStates states, double[] expert)
    implements AuditSample {
  /**
   * Draws states that have a whole horizon after them.
   *
   * @throws IllegalArgumentException if no demonstration is longer than the horizon
   */
  public static PlanningSample draw(
      PlanningModel model,
      Demonstrations data,
      Normalizers normalizers,
      int samples,
      RandomStream random) {
    int horizon = model.spec().horizon();
    int[] starts = data.windowStarts(horizon, 0, data.episodes());
    if (starts.length == 0) {
      throw new IllegalArgumentException(
          "no demonstration is longer than the horizon of " + horizon + " steps");
    }
    int[] rows = Demonstrations.draw(starts, samples, random);
    Map<String, Array> observations = new LinkedHashMap<>();
    data.observationShapes()
        .forEach(
            (key, shape) -> {
              Array values =
                  Array.zeros(DType.FLOAT64, Shape.batched(shape.dims()).withBatch(samples));
              data.gather(key, rows, 0, normalizers.observations().get(key), values);
              observations.put(key, values);
            });
    Shape box = Shape.of(horizon, model.spec().actionSize());
    Array low = Array.zeros(DType.FLOAT64, box);
    Array high = Array.zeros(DType.FLOAT64, box);
    low.fill(-1);
    high.fill(1);
    EncodedStates states = new EncodedStates(model, observations, samples);
    return new PlanningSample(
        model.problem(states.states(), low, high),
        states,
        data.gatherActions(rows, horizon, normalizers.actions()));
  }

  /**
   * What an audit differentiates at a solution: the mean squared distance to the demonstrated
   * actions.
   */
  @Override
  public GradientAudit.Subject at(Solution solution) {
    double[] weights = solution.actions().toDoubles();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 2 * (weights[i] - expert[i]) / weights.length;
    }
    return new GradientAudit.Subject(problem, solution, weights, Optional.of(states));
  }

  @Override
  public void close() {
    states.close();
  }
}
