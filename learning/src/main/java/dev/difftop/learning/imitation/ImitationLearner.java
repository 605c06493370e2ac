package dev.difftop.learning.imitation;

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
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Learns encoder, dynamics and cost of a {@link PlanningModel} from demonstrations, end to end
 * through the solver: the loss is the squared distance of the planned actions to the demonstrated
 * ones, its gradient comes from the {@link Adjoint} and goes on into the encoder. A consistency
 * loss ties the dynamics to the demonstrated transitions.
 */
public final class ImitationLearner implements AutoCloseable {
  private static final String NEXT = "next ";
  private static final int AUDITED = 2;
  private static final int AUDITED_ENTRIES = 4;
  private static final double AUDIT_STEP = 1e-6;
  private static final String TAKEN = "taken action";

  private final PlanningModel model;
  private final Solver solver;
  private final Solver auditor;
  private final Adjoint adjoint;
  private final Demonstrations data;
  private final Normalizers normalizers;
  private final ImitationSettings settings;
  private final RandomStream random;
  private final int[] training;
  private final int[] validation;
  private final CompiledProgram encoding;
  private final CompiledProgram pullBack;
  private final GradientSum gradients;
  private final Optimizer optimizer;
  private final Optional<Parameters> averaged;
  private final ParameterEma average;
  private final Array low;
  private final Array high;

  /** A learner at step 0, whose solver also solves again for audits. */
  public ImitationLearner(
      PlanningModel model,
      Solver solver,
      Adjoint adjoint,
      Demonstrations data,
      Normalizers normalizers,
      ImitationSettings settings,
      RandomStream random) {
    this(model, solver, solver, adjoint, data, normalizers, settings, random);
  }

  /**
   * A learner at step 0.
   *
   * @param solver makes the plans that are learned from
   * @param auditor solves again for audits: to a tolerance that differences need, about 1e-10
   */
  public ImitationLearner(
      PlanningModel model,
      Solver solver,
      Solver auditor,
      Adjoint adjoint,
      Demonstrations data,
      Normalizers normalizers,
      ImitationSettings settings,
      RandomStream random) {
    this.model = model;
    this.solver = solver;
    this.auditor = auditor;
    this.adjoint = adjoint;
    this.data = data;
    this.normalizers = normalizers;
    this.settings = settings;
    this.random = random;
    int horizon = model.spec().horizon();
    int held = (int) Math.round(settings.validation() * data.episodes());
    this.training = data.windowStarts(horizon, 0, data.episodes() - held);
    this.validation = data.windowStarts(horizon, data.episodes() - held, data.episodes());
    if (training.length == 0) {
      throw new IllegalArgumentException(
          "imitation: no demonstration is longer than the horizon of " + horizon + " steps");
    }
    this.encoding = model.engine().compile(model.encoding(), settings.batch(), model.dtype());
    this.pullBack = model.engine().compile(encoderPullBack(), settings.batch(), model.dtype());
    PlanningPolicy.bindParameters(encoding, model.parameters());
    PlanningPolicy.bindParameters(pullBack, model.parameters());
    this.gradients = new GradientSum(model.parameters());
    this.optimizer =
        new Optimizer(
            settings.optimizer(), settings.steps(), model.parameters(), gradients.arrays());
    double kept = settings.optimizer().averaging();
    this.averaged =
        kept > 0 ? Optional.of(model.parameters().copy(model.engine())) : Optional.empty();
    this.average =
        new ParameterEma(model.parameters(), averaged.orElseGet(model::parameters), kept);
    Shape box = Shape.of(horizon, model.spec().actionSize());
    this.low = Array.zeros(DType.FLOAT64, box);
    this.high = Array.zeros(DType.FLOAT64, box);
    low.fill(-1);
    high.fill(1);
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
    Tensor foretold = spec.next(state, taken, Tensor.constant(0), leaves);
    Tensor consistency = foretold.minus(target).square().mean(0, 1);
    Tensor total = stateBar.dot(state).sum(0).plus(consistency.times(settings.consistency()));
    List<Tensor> wrt = new ArrayList<>(theta.values());
    List<Tensor> slopes = Transforms.gradient(total, wrt);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("consistency", consistency);
    int i = 0;
    for (String name : theta.keySet()) {
      out.put(name, slopes.get(i++));
    }
    List<Tensor> inputs = new ArrayList<>(now.values());
    inputs.addAll(next.values());
    inputs.addAll(wrt);
    inputs.add(stateBar);
    inputs.add(taken);
    return Program.of(inputs, out);
  }

  /** One gradient step. */
  public ImitationMetrics step() {
    long step = optimizer.steps();
    int[] rows = Demonstrations.draw(training, settings.batch(), random.child(step));
    Solution solution = plan(rows);
    double[] error = error(solution, rows);
    double[] weights = weights();
    double loss = 0;
    for (int i = 0; i < error.length; i++) {
      double w = weights[i % weights.length];
      loss += w * error[i] * error[i];
      error[i] *= 2 * w;
    }
    Gradients g = adjoint.pullBack(problem(), solution, Cotangents.ofActions(error));
    double consistency = pullBackEncoder(rows, g);
    ImitationMetrics.Audit audit = audit(step, error);
    double rate = optimizer.learningRate();
    double norm = optimizer.step();
    average.step();
    return new ImitationMetrics(
        step + 1,
        loss,
        consistency,
        norm,
        rate,
        solution.convergedShare(),
        g.saturatedShare(),
        g.maskedShare(),
        meanIterations(solution),
        audit);
  }

  /** Compares the gradient of a few of the samples, before the step changes the parameters. */
  private ImitationMetrics.Audit audit(long step, double[] slopes) {
    long every = (long) settings.auditEvery() * settings.logEvery();
    if (every == 0 || (step + 1) % every != 0) {
      return ImitationMetrics.Audit.NONE;
    }
    int samples = Math.min(AUDITED, settings.batch());
    double[] weights = Arrays.copyOf(slopes, slopes.length / settings.batch() * samples);
    try (EncodedStates states = new EncodedStates(model, observed(samples), samples)) {
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
      GradientAudit.Report report =
          new GradientAudit(subject, auditor, AUDITED_ENTRIES, AUDIT_STEP)
              .compare(Map.of("configured", adjoint), random.child("audit").child(step));
      return new ImitationMetrics.Audit(report.rows(), report.leftOutCount());
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
    return solver.solve(problem, problem.zeroGuess());
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
      total += Math.pow(settings.laterActions(), t);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.pow(settings.laterActions(), i / nu) / (total * nu * settings.batch());
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

  /** Mean squared error of the first planned action on held-out episodes; NaN without any. */
  public double validationError() {
    if (validation.length == 0) {
      return Double.NaN;
    }
    int[] rows = Demonstrations.draw(validation, settings.batch(), random.child("validation"));
    double[] error = error(plan(rows), rows);
    int nu = model.spec().actionSize();
    int stride = model.spec().horizon() * nu;
    double sum = 0;
    for (int i = 0; i < error.length; i++) {
      sum += i % stride < nu ? error[i] * error[i] : 0;
    }
    return sum / (settings.batch() * nu);
  }

  /** Gradient steps done. */
  public long steps() {
    return optimizer.steps();
  }

  /** The averaged copy of the parameters to act with, if there is one. */
  public Optional<Parameters> averaged() {
    return averaged;
  }

  /** Everything that learning goes on from. */
  public TrainingState state() {
    Map<String, Parameters> copies = new LinkedHashMap<>();
    averaged.ifPresent(copy -> copies.put(TrainingState.AVERAGED, copy));
    return new TrainingState(model.parameters(), copies, Map.of("model", optimizer));
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
  }
}
