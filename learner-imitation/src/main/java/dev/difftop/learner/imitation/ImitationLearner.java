package dev.difftop.learner.imitation;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learning.Counters;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.NonFiniteLossException;
import dev.difftop.learning.Policy;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.ActionBox;
import dev.difftop.learning.model.EncodedStates;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.PlanningPolicy;
import dev.difftop.learning.optim.GradientSum;
import dev.difftop.learning.optim.Optimizer;
import dev.difftop.learning.optim.ParameterEma;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * DiffTOP from demonstrations: encoder, dynamics and cost are learned end to end through the
 * solver. The loss is the squared distance of the planned actions to the demonstrated ones; its
 * gradient comes from the {@link Adjoint} and continues into the encoder. A consistency loss ties
 * the dynamics to the demonstrated transitions. Wan, Wang, Wang, Erickson, Held, "DiffTORI", 2024,
 * section 4.3.
 */
public final class ImitationLearner implements Learner {
  private static final String NEXT = "next ";
  private static final int AUDITED = 2;
  private static final int AUDITED_ENTRIES = 4;
  private static final double AUDIT_STEP = 1e-6;
  private static final String TAKEN = "taken action";
  private static final String SKIPPED = "skipped";

  /** A run of so many updates without a finite gradient ends. */
  private static final int MOST_SKIPPED = 20;

  private final LearnerContext context;
  private final ImitationConfig config;
  private final PlanningModel model;
  private final Solver solver;
  private final Adjoint adjoint;
  private final Demonstrations data;
  private final Normalizers normalizers;
  private final Optional<BasePolicy> base;
  private final RandomStream random;
  private final int[] training;
  private final int[] validation;
  private final CompiledProgram encoding;
  private final CompiledProgram pullBack;
  private final GradientSum gradients;
  private final Optimizer optimizer;
  private final Optional<Parameters> averaged;
  private final ParameterEma average;
  private final Counters counters = new Counters();
  private final Array low;
  private final Array high;

  /**
   * A learner at step 0.
   *
   * @throws IllegalArgumentException if the parts of the policy do not fit each other or the data
   * @throws dev.difftop.api.DataException if the data cannot be read
   */
  @Inject
  public ImitationLearner(ImitationConfig config, LearnerContext context) {
    this(config, context, DType.FLOAT32);
  }

  /** In another element type: float64 where differences are taken. */
  ImitationLearner(ImitationConfig config, LearnerContext context, DType dtype) {
    this.context = context;
    this.config = config;
    this.data = Demonstrations.of(context);
    this.normalizers = Normalizers.of(data);
    this.model = context.newPlanningModel(dtype);
    PlanningPolicy.requireStart(
        context.policy().acting().start(), config.base().isPresent(), model.spec());
    this.base = config.base().map(run -> BasePolicy.of(context.loadPolicy(run), data));
    this.random = context.random().child("imitation");
    int horizon = model.spec().horizon();
    int held = (int) Math.round(config.validation() * data.episodes());
    this.training = data.windowStarts(horizon, 0, data.episodes() - held);
    this.validation = data.windowStarts(horizon, data.episodes() - held, data.episodes());
    if (training.length == 0) {
      throw new IllegalArgumentException(
          "policy.horizon: no demonstration is longer than the horizon of %d steps; the longest has %d"
              .formatted(horizon, data.longestEpisode()));
    }
    model.parameters().matching(config.optimizer().freeze());
    this.solver = context.newSolver(model.spec());
    this.adjoint = context.newAdjoint(solver, model.spec());
    int threads = context.run().threads();
    this.encoding =
        model.engine().compile(model.encoding(), config.batch(), model.dtype(), threads);
    this.pullBack =
        model.engine().compile(encoderPullBack(), config.batch(), model.dtype(), threads);
    model.parameters().bindTo(encoding);
    model.parameters().bindTo(pullBack);
    this.gradients = new GradientSum(model.parameters());
    this.optimizer =
        new Optimizer(
            config.optimizer(), context.run().budget(), model.parameters(), gradients.arrays());
    double kept = config.optimizer().averaging();
    this.averaged =
        kept > 0 ? Optional.of(model.parameters().copy(model.engine())) : Optional.empty();
    this.average =
        new ParameterEma(model.parameters(), averaged.orElseGet(model::parameters), kept);
    this.low = ActionBox.low(model.spec());
    this.high = ActionBox.high(model.spec());
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        Metric.headline("loss", "weighted mean squared error of planned actions, normalised"),
        Metric.headline("consistency", "mean squared error of the next latent state"),
        Metric.of("validation", "mean squared error of the first action on held-out episodes"),
        Metric.of("gradient_norm", "Euclidean norm of the gradient before clipping"),
        Metric.of("learning_rate", "of this step"),
        Metric.headline("converged", "share of solves that converged"),
        Metric.of("saturated", "share of action components on a bound"),
        Metric.headline("masked", "share of samples left out of the gradient"),
        Metric.of("iterations", "mean iterations of a solve"),
        Metric.of(SKIPPED, "updates so far whose gradient was not finite, which changed nothing"));
  }

  @Override
  public Position position() {
    return Position.ofGradientSteps(optimizer.steps(), context.run().budget());
  }

  /**
   * The gradient of {@code Σ_b z̄_b · h(o_b) + w |f(h(o), a) - h(o')|²} in the parameters of
   * encoder and dynamics: what the adjoint leaves to the encoder, and the consistency loss.
   */
  private Program encoderPullBack() {
    ProblemSpec spec = model.spec();
    Map<String, Tensor> now = model.observationInputs("");
    Map<String, Tensor> next = model.observationInputs(NEXT);
    Map<String, Tensor> theta = model.encoderInputs();
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(spec);
    theta.putAll(leaves.parameters());
    Tensor stateBar = Tensor.input(PlanningModel.STATE_BAR, Shape.batched(spec.stateSize()));
    Tensor taken = Tensor.input(TAKEN, Shape.batched(spec.actionSize()));
    Tensor state = model.encode(now, theta);
    Tensor target = model.encode(next, theta).stopGradient();
    Tensor predicted = spec.next(state, taken, Tensor.constant(0), leaves);
    Tensor consistency = predicted.minus(target).square().mean(0, 1);
    Tensor total = stateBar.dot(state).sum(0).plus(consistency.times(config.consistency()));
    List<Tensor> wrt = new ArrayList<>(theta.values());
    List<Tensor> wrtGradients = Transforms.gradient(total, wrt);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("consistency", consistency);
    int i = 0;
    for (String name : theta.keySet()) {
      out.put(name, wrtGradients.get(i++));
    }
    List<Tensor> inputs = new ArrayList<>(now.values());
    inputs.addAll(next.values());
    inputs.addAll(wrt);
    inputs.add(stateBar);
    inputs.add(taken);
    return Program.of(inputs, out);
  }

  @Override
  public Metrics update() {
    long step = optimizer.steps();
    int[] rows = Demonstrations.draw(training, config.batch(), random.child(step));
    Solution solution = plan(rows);
    double[] error = error(solution, rows);
    double loss = weigh(error);
    Gradients g = adjoint.pullBack(problem(), solution, Cotangents.ofActions(error));
    double consistency = pullBackEncoder(rows, g);
    double rate = optimizer.learningRate();
    double norm = optimizer.step();
    average.step();
    countSkipped(norm);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", loss);
    values.put("consistency", consistency);
    values.put("gradient_norm", norm);
    values.put("learning_rate", rate);
    values.put("converged", solution.convergedShare());
    values.put("saturated", g.saturatedShare());
    values.put("masked", g.maskedShare());
    values.put("iterations", meanIterations(solution));
    values.put(SKIPPED, counters.get(SKIPPED));
    return new Metrics(values);
  }

  /** A gradient that is not finite changes nothing; many in a row will not end by themselves. */
  private void countSkipped(double norm) {
    if (Double.isFinite(norm)) {
      counters.set("skipped in a row", 0);
      return;
    }
    counters.add(SKIPPED, 1);
    if (counters.add("skipped in a row", 1) >= MOST_SKIPPED) {
      throw new NonFiniteLossException(
          "learner imitation: the gradient was not finite in %d updates in a row, up to gradient step %d; lower learner.optimizer.learning-rate, or look at the scale of policy.cost"
              .formatted(MOST_SKIPPED, optimizer.steps()));
    }
  }

  /** Replaces errors by the derivative of the loss in them; returns the loss. */
  private double weigh(double[] error) {
    double[] weights = weights();
    double loss = 0;
    for (int i = 0; i < error.length; i++) {
      double w = weights[i % weights.length];
      loss += w * error[i] * error[i];
      error[i] *= 2 * w;
    }
    return loss;
  }

  @Override
  public Metrics measure() {
    if (validation.length == 0) {
      return Metrics.NONE;
    }
    int[] rows = Demonstrations.draw(validation, config.batch(), random.child("validation"));
    double[] error = error(plan(rows), rows);
    int nu = model.spec().actionSize();
    int stride = model.spec().horizon() * nu;
    double sum = 0;
    for (int i = 0; i < error.length; i++) {
      sum += i % stride < nu ? error[i] * error[i] : 0;
    }
    return Metrics.NONE.with("validation", sum / (config.batch() * nu));
  }

  /** Audits the gradient of a few samples of a batch of its own. */
  @Override
  public Optional<GradientAudit.Report> audit() {
    long step = optimizer.steps();
    int[] rows =
        Demonstrations.draw(training, config.batch(), random.child("audit rows").child(step));
    double[] derivatives = error(plan(rows), rows);
    weigh(derivatives);
    int samples = Math.min(AUDITED, config.batch());
    double[] weights = Arrays.copyOf(derivatives, derivatives.length / config.batch() * samples);
    try (EncodedStates states = new EncodedStates(model, observed(samples), samples);
        Solver tight = context.newTightSolver(model.spec())) {
      Problem whole = problem();
      Problem few =
          new Problem(
              model.spec(),
              DType.FLOAT64,
              states.states(),
              low,
              high,
              whole.context(),
              whole.parameters());
      GradientAudit.Subject subject =
          new GradientAudit.Subject(few, solver.solve(few), weights, Optional.of(states));
      return Optional.of(
          new GradientAudit(subject, tight, AUDITED_ENTRIES, AUDIT_STEP)
              .compare(Map.of("configured", adjoint), random.child("audit").child(step)));
    }
  }

  /** The first of the observations that were encoded last. */
  private Map<String, Array> observed(int samples) {
    Map<String, Array> out = new LinkedHashMap<>();
    model
        .observations()
        .forEach(
            (name, shape) -> {
              double[] values =
                  Arrays.copyOf(encoding.input(name).toDoubles(), samples * shape.size());
              out.put(
                  name, Array.of(values, Shape.batched(shape.dims()).withBatch(samples).dims()));
            });
    return out;
  }

  private Problem problem() {
    return model.problem(encoding.output("state"), low, high);
  }

  private Solution plan(int[] rows) {
    data.observationShapes()
        .keySet()
        .forEach(
            key ->
                data.gather(
                    key, rows, 0, normalizers.observations().get(key), encoding.input(key)));
    encoding.run();
    Problem problem = problem();
    Array guess = problem.zeroGuess();
    base.ifPresent(b -> b.writeGuess(rows, normalizers.actions(), guess));
    return solver.solve(problem, guess);
  }

  /** Planned minus demonstrated actions, (B, H, nu). */
  private double[] error(Solution solution, int[] rows) {
    double[] error = solution.actions().toDoubles();
    double[] expert = data.gatherActions(rows, model.spec().horizon(), normalizers.actions());
    for (int i = 0; i < error.length; i++) {
      error[i] -= expert[i];
    }
    return error;
  }

  /** Weight of each component's square in the loss, a mean over batch and components. */
  private double[] weights() {
    int horizon = model.spec().horizon();
    int nu = model.spec().actionSize();
    double[] weights = new double[horizon * nu];
    double total = 0;
    for (int t = 0; t < horizon; t++) {
      total += Math.pow(config.laterActions(), t);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.pow(config.laterActions(), i / nu) / (total * nu * config.batch());
    }
    return weights;
  }

  private double pullBackEncoder(int[] rows, Gradients g) {
    for (String key : data.observationShapes().keySet()) {
      Normalizer normalizer = normalizers.observations().get(key);
      data.gather(key, rows, 0, normalizer, pullBack.input(key));
      data.gather(key, rows, 1, normalizer, pullBack.input(NEXT + key));
    }
    double[] taken = data.gatherActions(rows, 1, normalizers.actions());
    pullBack.input(TAKEN).write(0, taken, 0, taken.length);
    pullBack.input(PlanningModel.STATE_BAR).copyFrom(g.initialState());
    pullBack.run();
    gradients.clear();
    g.parameters().forEach(gradients::add);
    for (String name : model.parameters().arrays().keySet()) {
      gradients.add(name, pullBack.output(name));
    }
    return pullBack.output("consistency").get(0);
  }

  private static double meanIterations(Solution solution) {
    double sum = 0;
    for (int i : solution.iterations()) {
      sum += i;
    }
    return sum / solution.iterations().length;
  }

  @Override
  public Policy policy() {
    PlanningModel acting = averaged.map(model::withParameters).orElse(model);
    return new PlanningPolicy(
        acting,
        () -> context.newSolver(model.spec()),
        context.signature(),
        normalizers,
        context.policy().acting(),
        base.map(BasePolicy::policy));
  }

  @Override
  public TrainingState state() {
    Map<String, Parameters> copies = new LinkedHashMap<>();
    averaged.ifPresent(copy -> copies.put(TrainingState.AVERAGED, copy));
    return new TrainingState(model.parameters(), copies, Map.of("model", optimizer)).with(counters);
  }

  /** The planning model that is learned. */
  PlanningModel model() {
    return model;
  }

  /** The gradient of the last step by parameter, before clipping, copied. */
  Map<String, double[]> lastGradient() {
    Map<String, double[]> out = new LinkedHashMap<>();
    gradients.arrays().forEach((name, g) -> out.put(name, g.toDoubles()));
    return out;
  }

  @Override
  public void close() {
    encoding.close();
    pullBack.close();
    adjoint.close();
    solver.close();
    base.ifPresent(BasePolicy::close);
  }
}
