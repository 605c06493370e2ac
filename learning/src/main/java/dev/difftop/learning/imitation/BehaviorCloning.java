package dev.difftop.learning.imitation;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.model.PlanningPolicy;
import dev.difftop.learning.optim.Optimizer;
import dev.difftop.learning.optim.ParameterEma;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Behaviour cloning: a network from observations to an action, trained on the squared error. The
 * plain baseline of imitation.
 */
public final class BehaviorCloning {
  private static final String TARGET = "target";

  private final Engine engine;
  private final Demonstrations data;
  private final Normalizers normalizers;
  private final CloningSettings settings;
  private final Parameters parameters;

  /** What it acts with: the parameters themselves, or their averaged copy. */
  private final Parameters acting;

  /**
   * With fresh parameters.
   *
   * @throws IllegalArgumentException if a pattern of frozen parameters fits none
   */
  public BehaviorCloning(
      Engine engine,
      Demonstrations data,
      Normalizers normalizers,
      CloningSettings settings,
      RandomStream random) {
    this.engine = engine;
    this.data = data;
    this.normalizers = normalizers;
    this.settings = settings;
    this.parameters = new Parameters(engine, DType.FLOAT32, declared(), random.child("parameters"));
    parameters.matching(settings.optimizer().freeze());
    this.acting = settings.optimizer().averaging() > 0 ? parameters.copy(engine) : parameters;
  }

  private Map<String, ProblemSpec.Parameter> declared() {
    Map<String, ProblemSpec.Parameter> out = new LinkedHashMap<>();
    int in = data.observationShapes().values().stream().mapToInt(Shape::size).sum();
    for (int layer = 0; layer <= settings.hidden().length; layer++) {
      boolean last = layer == settings.hidden().length;
      int width = last ? data.actionSize() : settings.hidden()[layer];
      Initializer initializer = new Initializer.Orthogonal(last ? 0.1 : Math.sqrt(2));
      out.put(layer + "/weight", new ProblemSpec.Parameter(Shape.of(width, in), initializer));
      out.put(
          layer + "/bias", new ProblemSpec.Parameter(Shape.of(width), new Initializer.Constant(0)));
      in = width;
    }
    return out;
  }

  private Tensor action(Map<String, Tensor> observed, Map<String, Tensor> theta) {
    Tensor h =
        Tensor.concat(
            1,
            observed.values().stream()
                .map(o -> o.reshape(Shape.BATCH, o.shape().sample().size()))
                .toArray(Tensor[]::new));
    for (int layer = 0; layer <= settings.hidden().length; layer++) {
      h = h.linear(theta.get(layer + "/weight"), theta.get(layer + "/bias"));
      h = layer < settings.hidden().length ? h.elu() : h.tanh();
    }
    return h;
  }

  private Map<String, Tensor> observationInputs() {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    data.observationShapes()
        .forEach((key, s) -> inputs.put(key, Tensor.input(key, Shape.batched(s.dims()))));
    return inputs;
  }

  private Map<String, Tensor> parameterInputs() {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    parameters
        .arrays()
        .forEach((name, array) -> inputs.put(name, Tensor.input(name, array.shape())));
    return inputs;
  }

  private Program training() {
    Map<String, Tensor> observed = observationInputs();
    Map<String, Tensor> theta = parameterInputs();
    Tensor target = Tensor.input(TARGET, Shape.batched(data.actionSize()));
    Tensor loss = action(observed, theta).minus(target).square().mean(0, 1);
    List<Tensor> wrt = new ArrayList<>(theta.values());
    List<Tensor> slopes = Transforms.gradient(loss, wrt);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("loss", loss);
    int i = 0;
    for (String name : theta.keySet()) {
      out.put(name, slopes.get(i++));
    }
    List<Tensor> inputs = new ArrayList<>(observed.values());
    inputs.addAll(wrt);
    inputs.add(target);
    return Program.of(inputs, out);
  }

  /**
   * Trains.
   *
   * @param progress is told step and loss after every step; true stops
   */
  public void train(RandomStream random, Progress progress) {
    int[] rows = data.windowStarts(0, 0, data.episodes());
    try (CompiledProgram plan = engine.compile(training(), settings.batch(), DType.FLOAT32)) {
      PlanningPolicy.bindParameters(plan, parameters);
      Map<String, Array> gradients = new LinkedHashMap<>();
      parameters.arrays().keySet().forEach(name -> gradients.put(name, plan.output(name)));
      Optimizer optimizer =
          new Optimizer(settings.optimizer(), settings.steps(), parameters, gradients);
      ParameterEma average = new ParameterEma(parameters, acting, settings.optimizer().averaging());
      for (int step = 0; step < settings.steps(); step++) {
        int[] drawn = Demonstrations.draw(rows, settings.batch(), random.child(step));
        data.observationShapes()
            .keySet()
            .forEach(
                key ->
                    data.gather(
                        key, drawn, 0, normalizers.observations().get(key), plan.input(key)));
        double[] target = data.gatherActions(drawn, 1, normalizers.actions());
        plan.input(TARGET).write(0, target, 0, target.length);
        plan.run();
        optimizer.step();
        average.step();
        if (progress.after(step + 1, plan.output("loss").get(0))) {
          return;
        }
      }
    }
  }

  /** Looks on while it trains. */
  @FunctionalInterface
  public interface Progress {
    /** Whether to stop after this step. */
    boolean after(int step, double loss);
  }

  /** The learned numbers. */
  public Parameters parameters() {
    return parameters;
  }

  /** Acts with the present parameters. */
  public Policy policy() {
    Map<String, Tensor> observed = observationInputs();
    Map<String, Tensor> theta = parameterInputs();
    List<Tensor> inputs = new ArrayList<>(observed.values());
    inputs.addAll(theta.values());
    Program program = Program.of(inputs, Map.of("action", action(observed, theta)));
    CompiledProgram plan = engine.compile(program, 1, DType.FLOAT32);
    PlanningPolicy.bindParameters(plan, acting);
    return new NetworkPolicy(plan, normalizers);
  }
}
