package dev.difftop.app.reference.problem;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
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

/**
 * {@code problem: mlp}: dynamics, reward and value are networks with one hidden layer. The file
 * maximises G; here J = -G is minimised, so that the last layers of reward and value change sign on
 * the way in, and their gradients on the way out.
 */
final class MlpInstance implements Instance {
  /** A parameter of the file: its name here, and whether its sign changes. */
  private record Place(String name, boolean negated) {}

  private final int horizon;
  private final int nz;
  private final int na;
  private final double[] lossWeights;
  private final ActionBounds bounds;
  private final Optional<double[]> init;
  private final Optional<double[]> warm;
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Problem problem;

  /** The one problem of a file. */
  MlpInstance(Values in, ActionBounds bounds, Parts parts, DType dtype) {
    this.nz = in.size("nz");
    this.na = in.size("na");
    this.horizon = in.size("H");
    this.bounds = bounds;
    this.lossWeights = in.array("loss_w");
    this.init = in.optional("a_init");
    this.warm = in.optional("a_warm");
    Shapes shapes = Parts.shapes(nz, na);
    String hidden = "hidden=[" + in.size("nh") + "]";
    ProblemSpec spec =
        new ProblemSpec(
            parts.dynamics("mlp", shapes, hidden, "activation=tanh", "residual=false"),
            parts.cost("mlp", shapes, hidden, "activation=tanh"),
            horizon,
            in.number("gamma"),
            in.number("rho"));
    place("dyn", "dynamics", false);
    place("rew", "cost/stage", true);
    place("val", "cost/terminal", true);
    Map<String, Array> parameters = new LinkedHashMap<>();
    Values weights = in.object("weights");
    places.forEach(
        (key, place) -> {
          ProblemSpec.Parameter p = spec.parameters().get(place.name());
          if (p != null) {
            double[] values = signed(weights.array(key), place);
            parameters.put(place.name(), Array.of(values, p.shape().dims()));
          }
        });
    Parts.requireParameters(spec.parameters().keySet(), parameters.keySet());
    this.problem =
        new Problem(
            spec,
            dtype,
            Array.of(in.array("z0"), 1, nz),
            Array.of(bounds.low(), horizon, na),
            Array.of(bounds.high(), horizon, na),
            Map.of(),
            parameters);
  }

  @Override
  public Start usualStart() {
    return Start.ofInitial(init);
  }

  private void place(String net, String part, boolean negatedOutput) {
    places.put(net + ".W1", new Place(part + "/0/weight", false));
    places.put(net + ".b1", new Place(part + "/0/bias", false));
    places.put(net + ".W2", new Place(part + "/1/weight", negatedOutput));
    places.put(net + ".b2", new Place(part + "/1/bias", negatedOutput));
  }

  private static double[] signed(double[] values, Place place) {
    double[] out = values.clone();
    for (int i = 0; place.negated() && i < out.length; i++) {
      out[i] = -out[i];
    }
    return out;
  }

  @Override
  public Problem problem() {
    return problem;
  }

  @Override
  public Array guess(Start start) {
    return switch (start) {
      case ZERO -> problem.zeroGuess();
      case INIT -> Array.of(Start.require(init, "a_init"), 1, horizon, na);
      case WARM -> Array.of(Start.require(warm, "a_warm"), 1, horizon, na);
      case BASE -> throw Start.noBase();
    };
  }

  @Override
  public double loss(Solution solution) {
    double sum = 0;
    for (int i = 0; i < na; i++) {
      sum += lossWeights[i] * solution.actions().get(i);
    }
    return sum;
  }

  @Override
  public Cotangents cotangents(Solution solution) {
    double[] bar = new double[horizon * na];
    System.arraycopy(lossWeights, 0, bar, 0, na);
    return Cotangents.ofActions(bar);
  }

  @Override
  public Map<String, Object> gradients(Gradients g, boolean[] failed) {
    Map<String, Object> out = new LinkedHashMap<>();
    places.forEach(
        (key, place) -> {
          Array gradient = g.parameters().get(place.name());
          out.put(key, Nested.of(signed(gradient.toDoubles(), place), gradient.shape().dims()));
        });
    out.put("z0", Nested.of(g.initialState().toDoubles(), nz));
    if (bounds.isBounded()) {
      out.putAll(BoundGradients.of(bounds, g, na));
    }
    return Map.of("grad", out);
  }

  @Override
  public int states() {
    return horizon + 1;
  }

  @Override
  public boolean scalarActions() {
    return false;
  }
}
