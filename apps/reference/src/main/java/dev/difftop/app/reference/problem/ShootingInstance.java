package dev.difftop.app.reference.problem;

import dev.difftop.api.Cost;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code problem: pendulum-*} and {@code cartpole-*}: classical models in a box or free. */
final class ShootingInstance implements Instance {
  private final String[] thetaNames;
  private final double[] lossWeights;
  private final Optional<double[]> warm;
  private final int horizon;
  private final int nx;
  private final Problem problem;

  /** The spec that all instances of a file share. */
  static ProblemSpec spec(Numbers file, List<String> limits, Parts parts) {
    String name = file.get("problem").text().replaceAll("-.*", "");
    Shapes shapes = Parts.shapes(name.equals("pendulum") ? 2 : 4, 1);
    return new ProblemSpec(
        parts.dynamics(name, shapes, "dt=" + file.get("dt").number()),
        cost(name + "-swingup", shapes, limits, parts),
        file.get("H").integer(),
        1);
  }

  private static Cost cost(String name, Shapes shapes, List<String> limits, Parts parts) {
    if (limits.isEmpty()) {
      return parts.cost(name, shapes);
    }
    List<String> settings = new ArrayList<>(List.of("cost=" + name));
    settings.addAll(limits);
    return parts.cost("limited", shapes, settings.toArray(String[]::new));
  }

  /** Reads one entry of {@code instances}. */
  ShootingInstance(Numbers file, Numbers in, ProblemSpec spec, DType dtype) {
    this.horizon = spec.horizon();
    this.nx = spec.stateSize();
    this.lossWeights = file.get("loss_a").flat(horizon);
    this.thetaNames =
        file.get("theta_names").list().stream().map(Numbers::text).toArray(String[]::new);
    this.warm = in.has("u_warm") ? Optional.of(in.get("u_warm").flat(horizon)) : Optional.empty();
    double[] theta = file.get("theta").flat(thetaNames.length);
    Map<String, Array> parameters = new LinkedHashMap<>();
    for (int i = 0; i < theta.length; i++) {
      parameters.put(fullName(spec, thetaNames[i]), Array.scalar(theta[i]));
    }
    Parts.requireParameters(spec.parameters().keySet(), parameters.keySet());
    double umax = file.has("umax") ? file.get("umax").number() : Double.POSITIVE_INFINITY;
    Array low = Array.zeros(DType.FLOAT64, Shape.of(horizon, 1));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(horizon, 1));
    low.fill(-umax);
    high.fill(umax);
    Array x0 = Array.of(in.get("x0").flat(nx), 1, nx);
    this.problem = new Problem(spec, dtype, x0, low, high, Map.of(), parameters);
  }

  private static String fullName(ProblemSpec spec, String name) {
    return spec.parameters().containsKey("dynamics/" + name) ? "dynamics/" + name : "cost/" + name;
  }

  @Override
  public Problem problem() {
    return problem;
  }

  @Override
  public Array guess(Start start) {
    return switch (start) {
      case ZERO -> problem.zeroGuess();
      case WARM ->
          Array.of(
              warm.orElseThrow(
                  () -> new IllegalArgumentException("the file gives no u_warm to start from")),
              1,
              horizon,
              1);
      case BASE ->
          throw new IllegalArgumentException("this problem has no base policy; start zero or warm");
    };
  }

  @Override
  public double loss(Solution solution) {
    double sum = 0;
    for (int t = 0; t < horizon; t++) {
      sum += lossWeights[t] * solution.actions().get(t);
    }
    return sum;
  }

  @Override
  public Cotangents cotangents(Solution solution) {
    return Cotangents.ofActions(lossWeights.clone());
  }

  @Override
  public Map<String, Object> gradients(Gradients g) {
    double[] theta = new double[thetaNames.length];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = g.parameters().get(fullName(problem.spec(), thetaNames[i])).get(0);
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("theta", Nested.of(theta, theta.length));
    out.put("x0", Nested.of(g.initialState().toDoubles(), nx));
    out.put("umax", Arrays.stream(g.high().toDoubles()).sum());
    out.put("umin", Arrays.stream(g.low().toDoubles()).sum());
    return Map.of("grad", out);
  }

  @Override
  public int states() {
    return horizon;
  }

  @Override
  public boolean scalarActions() {
    return true;
  }
}
