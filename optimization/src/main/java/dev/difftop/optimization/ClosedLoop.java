package dev.difftop.optimization;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A rollout under feedback around a nominal trajectory, {@code u_t = clamp(ū_t + α k_t + K_t (x_t -
 * x̄_t))}: the forward pass of iLQR.
 *
 * <p>Inputs: {@code x0} (B, nx), {@code u} (B, H, nu) and {@code nominal} (B, H, nx), the nominal
 * trajectory; {@code feedback} (B, H, nu, nx), {@code feedforward} (B, H, nu), {@code alpha} (B),
 * {@code low} and {@code high} (B, H, nu); then the leaves. Outputs: {@code cost} (B), {@code
 * actions} (B, H, nu), {@code states} (B, H + 1, nx).
 */
public final class ClosedLoop {
  private ClosedLoop() {}

  /** Traces the rollout. */
  public static Program trace(ProblemSpec spec) {
    return trace(spec, false);
  }

  /**
   * Traces the rollout of a nominal trajectory that jumps, {@code x_{t+1} = f(x_t, u_t) - (1 - α)
   * gap_t}: a full step closes the gaps. A further input: {@code gap} (B, H, nx), what the dynamics
   * lead to beyond the next nominal state.
   */
  public static Program traceWithGaps(ProblemSpec spec) {
    return trace(spec, true);
  }

  private static Program trace(ProblemSpec spec, boolean hasGaps) {
    int h = spec.horizon();
    int nx = spec.stateSize();
    int nu = spec.actionSize();
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(spec);
    Tensor x0 = Tensor.input(Objective.INITIAL_STATE, Shape.batched(nx));
    Tensor u = Tensor.input(Objective.ACTIONS, Shape.batched(h, nu));
    Tensor nominal = Tensor.input("nominal", Shape.batched(h, nx));
    Tensor feedback = Tensor.input("feedback", Shape.batched(h, nu, nx));
    Tensor feedforward = Tensor.input("feedforward", Shape.batched(h, nu));
    Tensor alpha = Tensor.input("alpha", Shape.batched());
    Tensor low = Tensor.input("low", Shape.batched(h, nu));
    Tensor high = Tensor.input("high", Shape.batched(h, nu));
    Tensor gap = Tensor.input("gap", Shape.batched(h, nx));
    Tensor left = alpha.negate().plus(1).expandDims(1);
    Tensor planned = u.plus(feedforward.times(alpha.reshape(Shape.BATCH, 1, 1)));

    List<Tensor> states = new ArrayList<>(List.of(x0));
    List<Tensor> actions = new ArrayList<>();
    Tensor cost = Tensor.zeros(Shape.batched());
    for (int t = 0; t < h; t++) {
      Tensor x = states.get(t);
      Tensor correction = feedback.get(1, t).timesVector(x.minus(nominal.get(1, t)));
      Tensor action = planned.get(1, t).plus(correction).max(low.get(1, t)).min(high.get(1, t));
      actions.add(action);
      Tensor index = Tensor.constant(t);
      cost = cost.plus(spec.stage(x, action, index, leaves));
      Tensor next = spec.next(x, action, index, leaves);
      states.add(hasGaps ? next.minus(gap.get(1, t).times(left)) : next);
    }
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("cost", cost.plus(spec.terminalCost(states.get(h), leaves)));
    out.put("actions", Tensor.stack(1, actions.toArray(Tensor[]::new)));
    out.put("states", Tensor.stack(1, states.toArray(Tensor[]::new)));
    List<Tensor> inputs =
        new ArrayList<>(List.of(x0, u, nominal, feedback, feedforward, alpha, low, high));
    if (hasGaps) {
      inputs.add(gap);
    }
    inputs.addAll(leaves.context().values());
    inputs.addAll(leaves.parameters().values());
    return Program.of(inputs, out);
  }
}
