package dev.difftop.app.reference.problem;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.app.reference.format.ActionBounds;
import dev.difftop.app.reference.format.Values;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code problem: pendulum-*} and {@code cartpole-*}: classical models in a box or free. */
final class ShootingInstance implements Instance {
  private final Theta theta;
  private final ClassicalModel model;
  private final ActionBounds bounds;
  private final Optional<double[]> init;
  private final double[] lossWeights;
  private final Optional<double[]> warm;
  private final int horizon;
  private final int nx;
  private final Problem problem;

  /**
   * An entry of {@code instances}.
   *
   * @param file what the file says of all instances
   * @param own what the instance says itself
   */
  ShootingInstance(
      Values file, Values own, ActionBounds bounds, Theta theta, ProblemSpec spec, DType dtype) {
    this.horizon = spec.horizon();
    this.nx = spec.stateSize();
    this.theta = theta;
    this.bounds = bounds;
    this.model = ClassicalModel.ofProblem(file.text("problem"));
    this.lossWeights = file.array("loss_a");
    this.init = file.optional("u_init");
    this.warm = own.optional("u_warm");
    Map<String, Array> parameters = new LinkedHashMap<>();
    for (String name : theta.names()) {
      parameters.put(model.fullName(name), Array.scalar(theta.value(name)));
    }
    Parts.requireParameters(spec.parameters().keySet(), parameters.keySet());
    Array x0 = Array.of(own.array("x0"), 1, nx);
    this.problem =
        new Problem(
            spec,
            dtype,
            x0,
            Array.of(bounds.low(), horizon, 1),
            Array.of(bounds.high(), horizon, 1),
            Map.of(),
            parameters);
  }

  @Override
  public Start usualStart() {
    return Start.ofInitial(init);
  }

  @Override
  public Problem problem() {
    return problem;
  }

  @Override
  public Array guess(Start start) {
    return switch (start) {
      case ZERO -> problem.zeroGuess();
      case INIT -> Array.of(Start.require(init, "u_init"), 1, horizon, 1);
      case WARM -> Array.of(Start.require(warm, "u_warm"), 1, horizon, 1);
      case BASE -> throw Start.noBase();
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
  public Map<String, Object> gradients(Gradients g, boolean[] failed) {
    double[] gradient = new double[theta.names().size()];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = g.parameters().get(model.fullName(theta.names().get(i))).get(0);
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("theta", Nested.of(gradient, gradient.length));
    out.put("x0", Nested.of(g.initialState().toDoubles(), nx));
    out.putAll(BoundGradients.of(bounds, g, 1));
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
