package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Plan;
import dev.difftop.api.Problem;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Shape;
import dev.difftop.api.Solution;

/**
 * Planning problems from states of a dataset, with the actions that were demonstrated there.
 *
 * @param problem from the encoded states, actions in [-1, 1]
 * @param expert normalised actions, (B, H, nu)
 */
public record PlanningSample(Problem problem, double[] expert) {
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
    Shape box = Shape.of(horizon, model.spec().actionSize());
    Array low = Array.zeros(DType.FLOAT64, box);
    Array high = Array.zeros(DType.FLOAT64, box);
    low.fill(-1);
    high.fill(1);
    Array state;
    try (Plan encoding = model.engine().compile(model.encoding(), samples, model.dtype())) {
      PlanningPolicy.bindParameters(encoding, model.parameters());
      for (String key : data.observationShapes().keySet()) {
        data.gather(key, rows, 0, normalizers.observations().get(key), encoding.input(key));
      }
      encoding.run();
      state = encoding.output("state").as(DType.FLOAT64);
    }
    return new PlanningSample(
        model.problem(state, low, high), data.gatherActions(rows, horizon, normalizers.actions()));
  }

  /** The derivative of the mean squared distance to the demonstrated actions, at a solution. */
  public double[] weights(Solution solution) {
    double[] out = solution.actions().toDoubles();
    for (int i = 0; i < out.length; i++) {
      out[i] = 2 * (out[i] - expert[i]) / out.length;
    }
    return out;
  }
}
