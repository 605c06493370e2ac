package dev.difftop.learner.imitation.base;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.data.DemonstrationWindows;
import dev.difftop.learning.data.WindowSpan;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.optim.Optimizer;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.optim.ParameterEma;
import dev.difftop.networks.DeclaredParameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gradient steps of a {@link CloningModel} on windows of demonstrations. */
public abstract class CloningLearner implements Learner {
  private static final String GRADIENT = "gradient/";

  private final LearnerContext context;
  private final CloningModel model;
  private final Execution execution;
  private final DemonstrationWindows windows;
  private final Parameters parameters;

  /** What it acts with: the parameters themselves, or their averaged copy. */
  private final Parameters acting;

  private final CompiledProgram program;
  private final Optimizer optimizer;
  private final Optional<ParameterEma> average;
  private final AveragingSchedule averaging;
  private final double mostKept;
  private final RandomStream random;
  private final ValidationError validation;
  private ChunkPlanner planner;

  /** The share of the averaged copy that a gradient step keeps. */
  @FunctionalInterface
  public interface AveragingSchedule {
    /**
     * The share.
     *
     * @param step gradient steps before
     * @param most the largest share, {@code optimizer.averaging}
     */
    double kept(long step, double most);

    /** Always the largest one. */
    AveragingSchedule CONSTANT = (step, most) -> most;
  }

  /**
   * A learner at step 0.
   *
   * @throws IllegalArgumentException if a pattern of frozen parameters fits none
   */
  protected CloningLearner(
      LearnerContext context,
      DemonstrationWindows windows,
      CloningModel model,
      Execution execution,
      OptimizerSettings settings,
      AveragingSchedule averaging,
      int batch) {
    this.context = context;
    this.windows = windows;
    this.model = model;
    this.execution = execution;
    this.averaging = averaging;
    this.random = context.random().child("cloning");
    DeclaredParameters declared = new DeclaredParameters();
    model.declare(declared);
    this.parameters =
        new Parameters(context.engine(), DType.FLOAT32, declared.all(), random.child("parameters"));
    parameters.matching(settings.freeze());
    boolean copied = settings.averaging() > 0;
    this.acting = copied ? parameters.copy(context.engine()) : parameters;
    this.average =
        copied
            ? Optional.of(new ParameterEma(parameters, acting, settings.averaging()))
            : Optional.empty();
    this.program =
        context.engine().compile(training(declared), batch, DType.FLOAT32, context.run().threads());
    parameters.bindTo(program);
    Map<String, Array> gradients = new LinkedHashMap<>();
    parameters.arrays().keySet().forEach(n -> gradients.put(n, program.output(GRADIENT + n)));
    this.optimizer = new Optimizer(settings, context.run().budget(), parameters, gradients);
    this.mostKept = settings.averaging();
    this.validation = new ValidationError(context, windows, model.span(), execution);
  }

  private Program training(DeclaredParameters declared) {
    WindowSpan span = model.span();
    Map<String, Tensor> theta = declared.inputs();
    Map<String, Tensor> observed = new LinkedHashMap<>();
    List<Tensor> inputs = new ArrayList<>();
    context
        .signature()
        .shapes()
        .forEach(
            (name, shape) -> {
              Tensor input =
                  Tensor.input(
                      "obs/" + name, DemonstrationWindows.inputShape(span.frames(), shape));
              observed.put(name, input);
              inputs.add(input);
            });
    Tensor actions =
        Tensor.input(
            DemonstrationWindows.ACTIONS,
            Shape.batched(span.actions(), context.signature().actionSize()));
    inputs.add(actions);
    Tensor mask = Tensor.input(DemonstrationWindows.MASK, Shape.batched(span.actions()));
    if (span.masked()) {
      inputs.add(mask);
    }
    Map<String, Tensor> draws = new LinkedHashMap<>();
    model
        .draws()
        .forEach((name, shape) -> draws.put(name, Tensor.input(name, Shape.batched(shape.dims()))));
    inputs.addAll(draws.values());
    inputs.addAll(theta.values());
    Map<String, Tensor> out =
        new LinkedHashMap<>(
            model.losses(new CloningModel.Batch(observed, actions, mask, draws, theta::get)));
    List<Tensor> gradient =
        Transforms.gradient(out.get(CloningModel.LOSS), List.copyOf(theta.values()));
    int i = 0;
    for (String name : theta.keySet()) {
      out.put(GRADIENT + name, gradient.get(i++));
    }
    return Program.of(inputs, out);
  }

  @Override
  public final List<Metric> metrics() {
    List<Metric> all = new ArrayList<>();
    all.add(Metric.headline(CloningModel.LOSS, "what is minimised, mean over the batch"));
    all.add(Metric.headline("validation_loss", "the same on held-out episodes"));
    all.add(
        Metric.headline(
            "action_error",
            "mean distance of an executed action's component on held-out episodes, in the environment's units"));
    all.addAll(model.metrics());
    all.add(Metric.of("gradient_norm", "Euclidean norm of the gradient before clipping"));
    all.add(Metric.of("learning_rate", "of this step"));
    return all;
  }

  @Override
  public final Position position() {
    return Position.ofGradientSteps(optimizer.steps(), context.run().budget());
  }

  @Override
  public final Metrics update() {
    long step = optimizer.steps();
    windows.write(step, program);
    model.draw(program, random.child(step));
    program.run();
    Metrics metrics = Metrics.NONE.with(CloningModel.LOSS, scalar(CloningModel.LOSS));
    for (Metric metric : model.metrics()) {
      metrics = metrics.with(metric.name(), scalar(metric.name()));
    }
    double rate = optimizer.learningRate();
    double norm = optimizer.step();
    average.ifPresent(a -> a.step(averaging.kept(step, mostKept)));
    return metrics.with("gradient_norm", norm).with("learning_rate", rate);
  }

  private double scalar(String name) {
    return program.output(name).get(0);
  }

  @Override
  public final Metrics measure() {
    if (validation.batch().isEmpty()) {
      return Metrics.NONE;
    }
    windows.write(validation.batch().get(), program);
    model.draw(program, random.child("validation"));
    program.run();
    return Metrics.NONE
        .with("validation_loss", scalar(CloningModel.LOSS))
        .with(
            "action_error",
            validation.mean(validationPlanner(), random.child("validation actions")));
  }

  /** Compiled once, when it is first needed. */
  private ChunkPlanner validationPlanner() {
    if (planner == null) {
      planner = model.planner(context.engine(), acting);
    }
    return planner;
  }

  @Override
  public final Policy policy() {
    return new WindowPolicy(
        context.signature(),
        windows.normalizers(),
        execution,
        () -> model.planner(context.engine(), acting),
        attributed(PolicyState.of(context.signature(), acting.arrays())));
  }

  /** Adds what a policy needs beside its parameters; by default nothing. */
  protected PolicyState attributed(PolicyState state) {
    return state;
  }

  @Override
  public final TrainingState state() {
    Map<String, Parameters> copies =
        acting == parameters ? Map.of() : Map.of(TrainingState.AVERAGED, acting);
    return new TrainingState(parameters, copies, Map.of("model", optimizer));
  }

  @Override
  public final void close() {
    if (planner != null) {
      planner.close();
    }
    program.close();
    windows.close();
  }

  /**
   * The policy of a run that is loaded again.
   *
   * @throws IllegalArgumentException if what was saved does not fit the model; lists everything
   */
  public static Policy load(
      LearnerContext context, CloningModel model, Execution execution, PolicyState saved) {
    DeclaredParameters declared = new DeclaredParameters();
    model.declare(declared);
    Parameters loaded =
        new Parameters(context.engine(), DType.FLOAT32, declared.all(), RandomStream.root(0));
    loaded.load(saved);
    PolicyState state = PolicyState.of(saved.signature(), loaded.arrays());
    for (Map.Entry<String, String> attribute : saved.attributes().entrySet()) {
      state = state.with(attribute.getKey(), attribute.getValue());
    }
    return new WindowPolicy(
        saved.signature(),
        saved.normalizers(),
        execution,
        () -> model.planner(context.engine(), loaded),
        state);
  }
}
