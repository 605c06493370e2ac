package dev.difftop.optimization;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The actions that the cost's head {@code policy} takes in the states it leads to, {@code u_t =
 * clamp(π(x_t) + noise_t)}: where a search may start, and the samples that TD-MPC mixes in.
 *
 * <p>Inputs: {@code x0} (B, nx), {@code noise}, {@code low} and {@code high} (B, H, nu), then the
 * leaves. Output: {@code actions} (B, H, nu).
 */
public final class PolicyRollout {
  /** The head that it follows. */
  public static final String HEAD = "policy";

  private PolicyRollout() {}

  /** Whether a problem's cost has a policy. */
  public static boolean exists(ProblemSpec spec) {
    return spec.cost().heads().contains(HEAD);
  }

  /**
   * Traces the rollout.
   *
   * @throws IllegalArgumentException if the cost has no head of that name; there are listed those
   *     it has
   */
  public static Program trace(ProblemSpec spec) {
    int h = spec.horizon();
    int nu = spec.actionSize();
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(spec);
    Tensor x0 = Tensor.input(Objective.INITIAL_STATE, Shape.batched(spec.stateSize()));
    Tensor noise = Tensor.input("noise", Shape.batched(h, nu));
    Tensor low = Tensor.input("low", Shape.batched(h, nu));
    Tensor high = Tensor.input("high", Shape.batched(h, nu));
    Tensor none = Tensor.zeros(Shape.batched(nu));
    List<Tensor> actions = new ArrayList<>();
    Tensor x = x0;
    for (int t = 0; t < h; t++) {
      Tensor index = Tensor.constant(t);
      Stage at = new Stage(x, none, index, leaves::context, leaves.of("cost"));
      Tensor u = spec.cost().head(HEAD, at).plus(noise.get(1, t));
      actions.add(u.max(low.get(1, t)).min(high.get(1, t)));
      x = spec.next(x, actions.get(t), index, leaves);
    }
    List<Tensor> inputs = new ArrayList<>(List.of(x0, noise, low, high));
    inputs.addAll(leaves.context().values());
    inputs.addAll(leaves.parameters().values());
    return Program.of(inputs, Map.of("actions", Tensor.stack(1, actions.toArray(Tensor[]::new))));
  }
}
