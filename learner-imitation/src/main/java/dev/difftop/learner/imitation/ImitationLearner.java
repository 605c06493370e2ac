package dev.difftop.learner.imitation;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learning.Counters;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.NonFiniteLossException;
import dev.difftop.learning.Policy;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.audit.AuditSample;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.data.Demonstrations;
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
 *
 * <p>With a code the policy is a conditional variational autoencoder whose decoder is the planner:
 * cost or dynamics read a code y, in training a draw of the posterior {@code q(y | demonstration)},
 * while acting one of the prior; the loss is {@code w_r · error + w · KL(q || p)}. A squared error
 * alone leads to the mean of demonstrations that differ; a code keeps them apart.
 */
public final class ImitationLearner implements Learner {
  private static final int AUDITED = 2;
  private static final int AUDITED_ENTRIES = 4;
  private static final double AUDIT_STEP = 1e-6;
  private static final String RECONSTRUCTION =
      "weighted mean squared error of planned actions, normalised";
  private static final String SKIPPED = "skipped";

  /** A run of so many updates without a finite gradient ends. */
  private static final int MOST_SKIPPED = 20;

  private final LearnerContext context;
  private final ImitationConfig config;
  private final ImitationModel definition;
  private final PlanningModel model;
  private final Solver solver;
  private final Adjoint adjoint;
  private final Demonstrations data;
  private final Normalizers normalizers;
  private final Optional<BasePolicy> base;
  private final Optional<double[]> baseActions;
  private final RandomStream random;
  private final int[] training;
  private final int[] validation;
  private final CompiledProgram encoding;
  private final EncoderPullBack pullBack;
  private final ActionLoss loss;
  private final Optional<CodeModel> code;
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
    this.definition = new ImitationModel(config, context.signature());
    this.model = definition.newModel(context, dtype);
    PlanningPolicy.requireStart(
        context.policy().acting().start(), config.base().isPresent(), model.spec());
    this.base = config.base().map(run -> BasePolicy.load(run, context));
    this.baseActions = base.map(b -> b.actions(data));
    this.random = context.random().child("imitation");
    int steps = model.spec().horizon() * config.chunk();
    requireLength(steps);
    int held = data.heldOut(config.validation());
    this.training = data.windowStarts(steps, 0, data.episodes() - held);
    requireTraining(steps, held);
    this.validation = data.windowStarts(steps, data.episodes() - held, data.episodes());
    model.parameters().matching(config.optimizer().freeze());
    this.solver = context.newSolver(model.spec());
    this.adjoint = context.newAdjoint(solver, model.spec());
    int threads = context.run().threads();
    this.encoding =
        model.engine().compile(model.encoding(), config.batch(), model.dtype(), threads);
    model.parameters().bindTo(encoding);
    this.pullBack = new EncoderPullBack(model, config, data, normalizers, threads);
    this.loss = new ActionLoss(config, model.spec().horizon(), data, normalizers.actions());
    this.code = definition.codeModel(model, data, normalizers, threads);
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

  private void requireTraining(int steps, int held) {
    if (training.length == 0) {
      throw new IllegalArgumentException(
          "learner.validation: found %s, which holds out the last %d of %d demonstrations; none of those left is longer than the horizon of %d steps"
              .formatted(config.validation(), held, data.episodes(), steps));
    }
  }

  private void requireLength(int steps) {
    int longest = data.longestEpisode();
    if (longest <= steps) {
      throw new IllegalArgumentException(
          "policy.horizon: no demonstration is longer than the horizon of %d steps (%d actions of %d); the longest has %d"
              .formatted(steps, model.spec().horizon(), config.chunk(), longest));
    }
    if (config.execute() > steps) {
      throw new IllegalArgumentException(
          "learner.execute: found %d steps, expected 1 to %d, those of a plan"
              .formatted(config.execute(), steps));
    }
    if (config.chunk() > data.shortestEpisode()) {
      throw new IllegalArgumentException(
          "learner.chunk: found %d steps, expected at most those of the shortest demonstration, %d"
              .formatted(config.chunk(), data.shortestEpisode()));
    }
  }

  @Override
  public List<Metric> metrics() {
    List<Metric> all = new ArrayList<>();
    all.add(Metric.headline("loss", "what is minimised, without the consistency loss"));
    if (code.isPresent()) {
      all.add(Metric.headline("reconstruction", RECONSTRUCTION));
      all.add(
          Metric.headline("kl", "divergence of posterior and prior, mean over windows").in("nat"));
      all.add(Metric.of("kl_loss", "what the divergence adds to the loss"));
      all.add(Metric.of("kl_weight", "of this step"));
      all.add(
          Metric.headline(
              "active_dimensions", "entries of the code whose mean depends on the window"));
    }
    all.addAll(
        List.of(
            Metric.headline("consistency", "mean squared error of the next latent state"),
            Metric.of("validation", "mean squared error of the first action, held-out episodes"),
            Metric.of("gradient_norm", "Euclidean norm of the gradient before clipping"),
            Metric.of("learning_rate", "of this step"),
            Metric.headline("converged", "share of solves that converged"),
            Metric.of("saturated", "share of action components on a bound"),
            Metric.headline("masked", "share of samples left out of the gradient"),
            Metric.of("iterations", "mean iterations of a solve"),
            Metric.of(
                SKIPPED, "updates so far whose gradient was not finite, which changed nothing")));
    return all;
  }

  @Override
  public Position position() {
    return Position.ofGradientSteps(optimizer.steps(), context.run().budget());
  }

  @Override
  public Metrics update() {
    long step = optimizer.steps();
    int[] rows = Demonstrations.draw(training, config.batch(), random.child(step));
    Optional<Array> codes = code.map(c -> c.draw(rows, random.child("codes").child(step)));
    Solution solution = plan(rows, codes);
    double[] derivative = loss.error(solution, rows);
    double reconstruction = loss.weigh(derivative);
    Gradients g = adjoint.pullBack(problem(codes), solution, Cotangents.ofActions(derivative));
    gradients.clear();
    g.parameters().forEach(gradients::add);
    double consistency = pullBack.run(rows, g.initialState(), codes, gradients);
    Metrics coded = pullBackCode(rows, g, step);
    double rate = optimizer.learningRate();
    double norm = optimizer.step();
    average.step();
    countSkipped(norm);
    double total = loss.weight() * reconstruction;
    return Metrics.NONE
        .with("loss", code.isPresent() ? total + coded.get("kl_loss") : total)
        .and(code.isPresent() ? coded.with("reconstruction", reconstruction) : coded)
        .with("consistency", consistency)
        .with("gradient_norm", norm)
        .with("learning_rate", rate)
        .with("converged", solution.convergedShare())
        .with("saturated", g.saturatedShare())
        .with("masked", g.maskedShare())
        .with("iterations", meanIterations(solution))
        .with(SKIPPED, counters.get(SKIPPED));
  }

  /** From the plan and from the consistency loss into posterior and prior. */
  private Metrics pullBackCode(int[] rows, Gradients g, long step) {
    if (code.isEmpty()) {
      return Metrics.NONE;
    }
    double[] bar = g.context().get(CodePrior.LEAF).toDoubles();
    Array ofConsistency = pullBack.codeCotangent();
    for (int i = 0; i < bar.length; i++) {
      bar[i] += ofConsistency.get(i);
    }
    return code.get().pullBack(rows, bar, step, gradients);
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

  @Override
  public Metrics measure() {
    if (validation.length == 0) {
      return Metrics.NONE;
    }
    int[] rows = Demonstrations.draw(validation, config.batch(), random.child("validation"));
    Solution solution = plan(rows, code.map(c -> c.mean(rows)));
    return Metrics.NONE.with("validation", loss.ofFirstActions(loss.error(solution, rows)));
  }

  /** Audits the gradient of a few samples of a batch of its own. */
  @Override
  public Optional<GradientAudit.Report> audit() {
    RandomStream drawn = random.child("audit").child(optimizer.steps());
    try (AuditSample sample = sample(Math.min(AUDITED, config.batch()), drawn);
        Solver tight = context.newTightSolver(model.spec())) {
      GradientAudit.Subject subject = sample.at(solver.solve(sample.problem()));
      return Optional.of(
          new GradientAudit(subject, tight, AUDITED_ENTRIES, AUDIT_STEP)
              .compare(Map.of("configured", adjoint), drawn.child("entries")));
    }
  }

  /** With codes or chunks; without, the problem and the data say all there is. */
  @Override
  public Optional<AuditSample> auditSample(int samples, RandomStream stream) {
    if (code.isEmpty() && config.chunk() == 1) {
      return Optional.empty();
    }
    if (samples > config.batch()) {
      throw new IllegalArgumentException(
          "samples: found %d, expected at most learner.batch, %d"
              .formatted(samples, config.batch()));
    }
    return Optional.of(sample(samples, stream));
  }

  /** The first windows of a batch, in float64, with the codes that the posterior draws for them. */
  private AuditSample sample(int samples, RandomStream stream) {
    int[] rows = Demonstrations.draw(training, config.batch(), stream.child("rows"));
    Optional<Array> codes = code.map(c -> c.draw(rows, stream.child("codes")));
    observe(rows);
    EncodedStates states = new EncodedStates(model, observed(samples), samples);
    Optional<DrawnCodes> drawn = code.map(c -> c.derived(model, samples));
    Problem few =
        new Problem(
            model.spec(),
            DType.FLOAT64,
            states.states(),
            low,
            high,
            drawn.map(d -> CodeModel.leaf(d.codes())).orElse(Map.of()),
            problem(codes).parameters());
    return new ImitationSample(few, states, drawn, loss, Arrays.copyOf(rows, samples));
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

  private Problem problem(Optional<Array> codes) {
    return model.problem(
        encoding.output("state"), low, high, codes.map(CodeModel::leaf).orElse(Map.of()));
  }

  /** Writes the observations of rows, normalised, for the encoder. */
  private void observe(int[] rows) {
    data.observationShapes()
        .keySet()
        .forEach(
            key ->
                data.gather(
                    key, rows, 0, normalizers.observations().get(key), encoding.input(key)));
  }

  private Solution plan(int[] rows, Optional<Array> codes) {
    observe(rows);
    encoding.run();
    Problem problem = problem(codes);
    Array guess = problem.zeroGuess();
    baseActions.ifPresent(b -> BasePolicy.hold(b, rows, normalizers.actions(), guess));
    return solver.solve(problem, guess);
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
    return definition.policy(
        averaged.map(model::withParameters).orElse(model),
        context,
        context.signature(),
        normalizers,
        base);
  }

  @Override
  public TrainingState state() {
    Map<String, Parameters> copies = new LinkedHashMap<>();
    averaged.ifPresent(copy -> copies.put(TrainingState.AVERAGED, copy));
    TrainingState state =
        new TrainingState(model.parameters(), copies, Map.of("model", optimizer)).with(counters);
    return base.map(b -> state.with("base", b.record())).orElse(state);
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
    code.ifPresent(CodeModel::close);
    adjoint.close();
    solver.close();
    base.ifPresent(BasePolicy::close);
  }
}
