package dev.difftop.learner.imitation;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.optim.Optimizer;
import dev.difftop.learning.optim.ParameterEma;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns a correction of a frozen base policy from demonstrations, on the squared error of the
 * corrected action: see {@link ResidualNetwork}.
 */
public final class ResidualLearner implements Learner {
  private final LearnerContext context;
  private final ResidualConfig config;
  private final Demonstrations data;
  private final Normalizers normalizers;
  private final BasePolicy base;
  private final double[] baseActions;
  private final ResidualNetwork network;
  private final Parameters parameters;

  /** What it acts with: the parameters themselves, or their averaged copy. */
  private final Parameters acting;

  private final CompiledProgram program;
  private final Optimizer optimizer;
  private final ParameterEma average;
  private final RandomStream random;
  private final int[] training;
  private final int[] validation;

  /**
   * A learner at step 0.
   *
   * @throws IllegalArgumentException if the base policy observes something else, or a pattern of
   *     frozen parameters fits none
   * @throws dev.difftop.api.DataException if the base or the data cannot be read
   */
  @Inject
  public ResidualLearner(ResidualConfig config, LearnerContext context) {
    this.context = context;
    this.config = config;
    this.data = Demonstrations.of(context);
    this.normalizers = Normalizers.of(data);
    this.base = BasePolicy.load(config.base(), context);
    this.baseActions = base.actions(data);
    this.network = new ResidualNetwork(config.hidden(), context.signature());
    this.random = context.random().child("residual");
    this.parameters = network.parameters(context.engine(), random.child("parameters"));
    this.acting =
        config.optimizer().averaging() > 0 ? parameters.copy(context.engine()) : parameters;
    int held = data.heldOut(config.validation());
    this.training = data.windowStarts(0, 0, data.episodes() - held);
    this.validation = data.windowStarts(0, data.episodes() - held, data.episodes());
    this.program =
        context
            .engine()
            .compile(network.training(), config.batch(), DType.FLOAT32, context.run().threads());
    parameters.bindTo(program);
    Map<String, Array> gradients = new LinkedHashMap<>();
    parameters.arrays().keySet().forEach(name -> gradients.put(name, program.output(name)));
    this.optimizer =
        new Optimizer(config.optimizer(), context.run().budget(), parameters, gradients);
    this.average = new ParameterEma(parameters, acting, config.optimizer().averaging());
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        Metric.headline("loss", "mean squared error of the corrected action, normalised"),
        Metric.headline("validation", "the same on held-out episodes"),
        Metric.of("gradient_norm", "Euclidean norm of the gradient before clipping"),
        Metric.of("learning_rate", "of this step"));
  }

  @Override
  public Position position() {
    return Position.ofGradientSteps(optimizer.steps(), context.run().budget());
  }

  @Override
  public Metrics update() {
    run(Demonstrations.draw(training, config.batch(), random.child(optimizer.steps())));
    double loss = program.output("loss").get(0);
    double rate = optimizer.learningRate();
    double norm = optimizer.step();
    average.step();
    return Metrics.NONE.with("loss", loss).with("gradient_norm", norm).with("learning_rate", rate);
  }

  private void run(int[] rows) {
    data.observationShapes()
        .keySet()
        .forEach(
            key ->
                data.gather(key, rows, 0, normalizers.observations().get(key), program.input(key)));
    double[] target = data.gatherActions(rows, 1, normalizers.actions());
    program.input(ResidualNetwork.TARGET).write(0, target, 0, target.length);
    BasePolicy.hold(baseActions, rows, normalizers.actions(), program.input(ResidualNetwork.BASE));
    program.run();
  }

  @Override
  public Metrics measure() {
    if (validation.length == 0) {
      return Metrics.NONE;
    }
    run(Demonstrations.draw(validation, config.batch(), random.child("validation")));
    return Metrics.NONE.with("validation", program.output("loss").get(0));
  }

  @Override
  public Policy policy() {
    return new ResidualPolicy(context.engine(), network, acting, normalizers, base);
  }

  @Override
  public TrainingState state() {
    Map<String, Parameters> copies =
        acting == parameters ? Map.of() : Map.of(TrainingState.AVERAGED, acting);
    return new TrainingState(parameters, copies, Map.of("model", optimizer))
        .with("base", base.record());
  }

  @Override
  public void close() {
    program.close();
    base.close();
  }
}
