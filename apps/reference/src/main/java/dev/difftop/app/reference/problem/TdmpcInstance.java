package dev.difftop.app.reference.problem;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solution;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.app.reference.format.InstanceBounds;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code problem: tdmpc-plan}: the planning problem of TD-MPC from one observation, {@code J = -Σ
 * γ^t R(z_t, a_t) - γ^H V(z_H) + ρ/2 Σ |a_t|²}, by the encoder {@code mlp}, the dynamics {@code
 * mlp} and the cost {@code value-model}.
 */
public final class TdmpcInstance implements Instance {
  private final Engine engine;
  private final DType dtype;
  private final Map<String, String> places;
  private final Map<String, Array> parameters = new LinkedHashMap<>();
  private final double[] observed;
  private final double[] lossWeights;
  private final Optional<double[]> warm;
  private final double rho;
  private final Encoding encoding;
  private final CompiledProgram rollout;
  private final Problem problem;

  /** Reads the file. */
  TdmpcInstance(Hdf5Problem in, Parts parts, ProblemSettings settings, DType dtype) {
    this.engine = parts.engine();
    this.dtype = dtype;
    in.requireKnown(
        List.of("problem", "horizon", "action_low", "action_high"),
        List.of(
            "encoder",
            "dynamics",
            "reward",
            "policy",
            "q1",
            "q2",
            "obs",
            "gamma",
            "rho",
            "loss_w",
            "warm_action",
            "action_low",
            "action_high",
            "truth",
            "truth_min",
            "policy_rollout"));
    int horizon = in.horizon();
    FileNetworks nets = new FileNetworks(in);
    List<Integer> encoderWidths = nets.perceptron("encoder", "encoder/");
    List<Integer> dynamicsWidths = nets.perceptron("dynamics", "dynamics/");
    List<Integer> rewardWidths = nets.perceptron("reward", "cost/reward/");
    nets.perceptron("policy", "cost/policy/");
    nets.critic("q1", "cost/q1/");
    nets.critic("q2", "cost/q2/");
    this.places = nets.places();
    int observationSize = in.size("obs", 1, 0);
    int nz = in.size(last("dynamics"), 1, 0);
    int nu = in.size(last("policy"), 1, 0);
    this.rho = settings.rho().orElseGet(() -> in.penalty("rho"));
    this.observed = in.numbers("obs", observationSize);
    this.lossWeights = in.numbers("loss_w", horizon, nu);
    this.warm = in.optional("warm_action", horizon, nu);
    Shapes shapes = new Shapes(Map.of("obs", Shape.of(observationSize)), nu, nz);
    this.encoding =
        new Encoding(
            engine,
            dtype,
            parts.encoder("mlp", shapes, "latent=" + nz, "hidden=" + encoderWidths),
            observationSize);
    ProblemSpec spec =
        new ProblemSpec(
            parts.dynamics("mlp", shapes, "hidden=" + dynamicsWidths, "residual=false"),
            parts.cost(
                "value-model", shapes, "width=" + rewardWidths.get(0), "value=" + settings.value()),
            horizon,
            in.discount("gamma"),
            rho);
    this.problem = problem(in, spec);
    this.rollout = engine.compile(policyRollout(spec), 1, dtype);
    problem
        .parameters()
        .forEach((name, array) -> rollout.bind(rollout.program().inputIndex(name), array));
  }

  /** The bias of a network's last layer. */
  private String last(String net) {
    return places.keySet().stream()
        .filter(path -> path.startsWith(net + "/") && path.endsWith("/bias"))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private Problem problem(Hdf5Problem in, ProblemSpec spec) {
    Map<String, ProblemSpec.Parameter> all = new LinkedHashMap<>(encoding.parameters());
    all.putAll(spec.parameters());
    Parts.requireParameters(all.keySet(), places.values());
    places.forEach(
        (path, name) -> {
          Shape shape = all.get(name).shape();
          double[] values = in.numbers(path, shape.dims());
          Array array = engine.allocate(dtype, shape);
          array.write(0, values, 0, values.length);
          parameters.put(name, array);
        });
    Map<String, Array> own = new LinkedHashMap<>();
    spec.parameters().keySet().forEach(name -> own.put(name, parameters.get(name)));
    int horizon = spec.horizon();
    int nu = spec.actionSize();
    InstanceBounds bounds = in.bounds(1, horizon, nu);
    Array low = Array.of(bounds.low(), horizon, nu);
    Array high = Array.of(bounds.high(), horizon, nu);
    Array z0 = Array.of(encoding.state(observed, parameters), 1, spec.stateSize());
    return new Problem(spec, dtype, z0, low, high, Map.of(), own);
  }

  @Override
  public Problem problem() {
    return problem;
  }

  @Override
  public Start usualStart() {
    return Start.BASE;
  }

  @Override
  public Array guess(Start start) {
    int horizon = problem.spec().horizon();
    int nu = problem.spec().actionSize();
    return switch (start) {
      case ZERO -> problem.zeroGuess();
      case INIT ->
          throw new IllegalArgumentException(
              "--start: a tdmpc-plan problem has no initial actions; start zero, warm or base");
      case WARM -> Array.of(Start.require(warm, "warm_action"), 1, horizon, nu);
      case BASE -> policyActions(problem);
    };
  }

  /** The actions that the policy takes in the planned states, one after the other. */
  private static Program policyRollout(ProblemSpec spec) {
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(spec);
    Tensor x0 = Tensor.input("x0", Shape.batched(spec.stateSize()));
    Tensor none = Tensor.zeros(Shape.batched(spec.actionSize()));
    List<Tensor> actions = new ArrayList<>();
    Tensor x = x0;
    for (int t = 0; t < spec.horizon(); t++) {
      Tensor index = Tensor.constant(t);
      Stage at = new Stage(x, none, index, leaves::context, leaves.of("cost"));
      actions.add(spec.cost().head("policy", at));
      x = spec.next(x, actions.get(t), index, leaves);
    }
    List<Tensor> inputs = new ArrayList<>(List.of(x0));
    inputs.addAll(leaves.parameters().values());
    return Program.of(inputs, Map.of("actions", Tensor.stack(1, actions.toArray(Tensor[]::new))));
  }

  /** The policy's actions from the initial state of a problem. */
  public Array policyActions(Problem from) {
    rollout.input("x0").copyFrom(from.initialState());
    rollout.run();
    return rollout.output("actions").as(DType.FLOAT64);
  }

  /** The observation of the file. */
  public double[] observed() {
    return observed.clone();
  }

  /** The same problem from another observation. */
  public Problem from(double[] observation) {
    Array z0 = Array.of(encoding.state(observation, parameters), 1, problem.spec().stateSize());
    return new Problem(
        problem.spec(),
        dtype,
        z0,
        problem.low(),
        problem.high(),
        problem.context(),
        problem.parameters());
  }

  /** Derivatives in observation and encoder from that in the initial state. */
  public Map<String, double[]> pullBack(double[] observation, Array stateBar) {
    return encoding.pullBack(observation, parameters, stateBar);
  }

  @Override
  public void close() {
    encoding.close();
    rollout.close();
  }

  @Override
  public double loss(Solution solution) {
    double sum = 0;
    for (int i = 0; i < lossWeights.length; i++) {
      sum += lossWeights[i] * solution.actions().get(i);
    }
    return sum;
  }

  @Override
  public Cotangents cotangents(Solution solution) {
    return Cotangents.ofActions(lossWeights.clone());
  }

  @Override
  public Map<String, Object> figures(Solution solution) {
    double squares = 0;
    for (int i = 0; i < solution.actions().size(); i++) {
      squares += solution.actions().get(i) * solution.actions().get(i);
    }
    return Map.of("G", rho / 2 * squares - solution.cost(0));
  }

  @Override
  public Map<String, Object> gradients(Gradients g, boolean[] failed) {
    Map<String, double[]> encoder = pullBack(observed, g.initialState());
    Map<String, Object> norms = new LinkedHashMap<>();
    places.forEach(
        (path, name) -> {
          Array array = g.parameters().get(name);
          norms.put(path, norm(array == null ? encoder.get(name) : array.toDoubles()));
        });
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("grad", Map.of("obs", Nested.of(encoder.get("obs"), observed.length)));
    out.put("gradnorm", norms);
    return out;
  }

  @Override
  public List<String> gradientKeys() {
    return List.of("grad", "gradnorm");
  }

  /** 2-norm, sum, largest magnitude. */
  private static List<Double> norm(double[] values) {
    double squares = 0;
    double sum = 0;
    double largest = 0;
    for (double v : values) {
      squares += v * v;
      sum += v;
      largest = Math.max(largest, Math.abs(v));
    }
    return List.of(Math.sqrt(squares), sum, largest);
  }

  @Override
  public int states() {
    return problem.spec().horizon() + 1;
  }

  @Override
  public boolean scalarActions() {
    return false;
  }
}
