package dev.difftop.app.reference.problem;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.app.reference.format.InstanceBounds;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code problem: imitation}: a batch of chunks of actions, each scored by one network beside the
 * features of its sample, {@code J = -R([features; a]) + ρ/2 |a|²}. The network is the stage cost
 * of the cost {@code mlp} with the sign of its last layer changed; nothing moves.
 */
final class ImitationInstance implements Instance {
  private static final String[] LAYERS = {"1", "2", "3"};

  private final int batch;
  private final int nu;
  private final int nx;
  private final double[] expert;
  private final double[] base;
  private final double[] warm;
  private final Problem problem;

  /** Reads the file. */
  ImitationInstance(Hdf5Problem in, Parts parts, DType dtype) {
    in.requireKnown(
        List.of("problem", "action_low", "action_high"),
        List.of(
            "features",
            "base_action",
            "warm_action",
            "expert_action",
            "rho",
            "net",
            "action_low",
            "action_high",
            "truth"));
    in.requireKnown("net", List.of("W1", "b1", "W2", "b2", "W3", "b3"));
    this.batch = in.size("features", 2, 0);
    this.nx = in.size("features", 2, 1);
    this.nu = in.size("expert_action", 2, 1);
    this.expert = in.numbers("expert_action", batch, nu);
    this.base = in.numbers("base_action", batch, nu);
    this.warm = in.numbers("warm_action", batch, nu);
    Shapes shapes = Parts.shapes(nx, nu);
    String hidden = "hidden=[%d, %d]".formatted(in.size("net/b1", 1, 0), in.size("net/b2", 1, 0));
    ProblemSpec spec =
        new ProblemSpec(
            parts.dynamics("still", shapes),
            parts.cost("mlp", shapes, hidden, "activation=tanh", "terminal=false"),
            1,
            1,
            in.penalty("rho"));
    Map<String, Array> parameters = new LinkedHashMap<>();
    for (String layer : LAYERS) {
      for (String leaf : new String[] {"W", "b"}) {
        String name = name(leaf + layer);
        Shape shape = spec.parameters().get(name).shape();
        double[] values = signed(in.numbers("net/" + leaf + layer, shape.dims()), layer);
        Array array = parts.engine().allocate(dtype, shape);
        array.write(0, values, 0, values.length);
        parameters.put(name, array);
      }
    }
    InstanceBounds bounds = in.bounds(batch, 1, nu);
    Array low = Array.of(bounds.low(), batch, 1, nu);
    Array high = Array.of(bounds.high(), batch, 1, nu);
    Array features = Array.of(in.numbers("features", batch, nx), batch, nx);
    this.problem = new Problem(spec, dtype, features, low, high, Map.of(), parameters);
  }

  /** {@code W1} to {@code cost/stage/0/weight}. */
  private static String name(String key) {
    return "cost/stage/%d/%s"
        .formatted(key.charAt(1) - '1', key.charAt(0) == 'W' ? "weight" : "bias");
  }

  private static double[] signed(double[] values, String layer) {
    double[] out = values.clone();
    for (int i = 0; layer.equals("3") && i < out.length; i++) {
      out[i] = -out[i];
    }
    return out;
  }

  @Override
  public Problem problem() {
    return problem;
  }

  @Override
  public boolean isBatch() {
    return true;
  }

  @Override
  public Start usualStart() {
    return Start.BASE;
  }

  @Override
  public Array guess(Start start) {
    return switch (start) {
      case ZERO -> problem.zeroGuess();
      case INIT ->
          throw new IllegalArgumentException(
              "--start: an imitation problem has no initial actions; start zero, warm or base");
      case WARM -> Array.of(warm, batch, 1, nu);
      case BASE -> Array.of(base, batch, 1, nu);
    };
  }

  @Override
  public double loss(Solution solution) {
    double sum = 0;
    for (int i = 0; i < expert.length; i++) {
      double d = solution.actions().get(i) - expert[i];
      sum += d * d;
    }
    return sum / expert.length;
  }

  @Override
  public Cotangents cotangents(Solution solution) {
    double[] bar = new double[expert.length];
    for (int i = 0; i < expert.length; i++) {
      bar[i] = 2 * (solution.actions().get(i) - expert[i]) / expert.length;
    }
    return Cotangents.ofActions(bar);
  }

  @Override
  public Map<String, Object> gradients(Gradients g, boolean[] failed) {
    boolean anyFailed = false;
    for (boolean one : failed) {
      anyFailed |= one;
    }
    Map<String, Object> out = new LinkedHashMap<>();
    for (String leaf : new String[] {"W", "b"}) {
      for (String layer : LAYERS) {
        Array array = g.parameters().get(name(leaf + layer));
        out.put(
            leaf + layer,
            anyFailed ? null : Nested.of(signed(array.toDoubles(), layer), array.shape().dims()));
      }
    }
    double[] features = g.initialState().toDoubles();
    List<Object> perSample = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      perSample.add(
          failed[b] ? null : Nested.of(Arrays.copyOfRange(features, b * nx, (b + 1) * nx), nx));
    }
    out.put("features", perSample);
    return Map.of("grad", out);
  }

  @Override
  public int states() {
    return 0;
  }

  @Override
  public boolean scalarActions() {
    return false;
  }
}
