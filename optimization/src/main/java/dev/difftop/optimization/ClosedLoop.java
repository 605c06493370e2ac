package dev.difftop.optimization;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scan;
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
  /**
   * Above this many steps the rollout is a loop: its program is as large as one step. Fewer are
   * written out, which runs a little faster.
   */
  private static final int LONG = 100;

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

    List<Tensor> sequences =
        new ArrayList<>(List.of(StageExpansion.indices(h), planned, feedback, nominal, low, high));
    if (hasGaps) {
      sequences.add(gap);
    }
    Scan.Body step =
        (carry, at) -> {
          Tensor x = carry.get(0);
          Tensor correction = at.get(2).timesVector(x.minus(at.get(3)));
          Tensor action = at.get(1).plus(correction).max(at.get(4)).min(at.get(5));
          Tensor cost = carry.get(1).plus(spec.stage(x, action, at.get(0), leaves));
          Tensor next = spec.next(x, action, at.get(0), leaves);
          Tensor state = hasGaps ? next.minus(at.get(6).times(left)) : next;
          return new Scan.Step(List.of(state, cost), List.of(action, state));
        };
    List<Tensor> start = List.of(x0, Tensor.zeros(Shape.batched()));
    Run run = h > LONG ? looped(h, start, sequences, step) : writtenOut(h, start, sequences, step);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("cost", run.carry().get(1).plus(spec.terminalCost(run.carry().get(0), leaves)));
    out.put("actions", run.outputs().get(0));
    out.put("states", Tensor.concat(1, x0.expandDims(1), run.outputs().get(1)));
    List<Tensor> inputs =
        new ArrayList<>(List.of(x0, u, nominal, feedback, feedforward, alpha, low, high));
    if (hasGaps) {
      inputs.add(gap);
    }
    inputs.addAll(leaves.context().values());
    inputs.addAll(leaves.parameters().values());
    return Program.of(inputs, out);
  }

  /** What all steps give: the last state and cost, actions and states. */
  private record Run(List<Tensor> carry, List<Tensor> outputs) {}

  private static Run looped(int steps, List<Tensor> start, List<Tensor> sequences, Scan.Body body) {
    Scan.Result result = Scan.over(steps, start, sequences, body);
    return new Run(result.carry(), result.outputs());
  }

  /** The same steps one by one. */
  private static Run writtenOut(
      int steps, List<Tensor> start, List<Tensor> sequences, Scan.Body body) {
    List<Tensor> carry = start;
    List<Tensor> actions = new ArrayList<>();
    List<Tensor> states = new ArrayList<>();
    for (int t = 0; t < steps; t++) {
      List<Tensor> entries = new ArrayList<>();
      for (Tensor sequence : sequences) {
        boolean isIndex = sequence == sequences.get(0);
        entries.add(isIndex ? Tensor.constant(t) : sequence.get(1, t));
      }
      Scan.Step step = body.step(carry, entries);
      carry = step.carry();
      actions.add(step.outputs().get(0));
      states.add(step.outputs().get(1));
    }
    return new Run(
        carry,
        List.of(
            Tensor.stack(1, actions.toArray(Tensor[]::new)),
            Tensor.stack(1, states.toArray(Tensor[]::new))));
  }
}
