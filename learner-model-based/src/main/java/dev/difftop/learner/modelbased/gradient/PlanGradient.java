package dev.difftop.learner.modelbased.gradient;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learner.modelbased.acting.Planner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.WorldModel;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gradient of {@code -min(Q̃1, Q̃2)(s, a*_0(s))}, a mean over a batch of states, through plans that
 * were found, into encoder, dynamics, rewards and critics of latent states; the critics of
 * observations and the policy are frozen.
 */
public final class PlanGradient implements AutoCloseable {
  static final String ACTION = "action";
  static final String GRADIENT = "gradient";
  private static final String LOSS = "loss";

  private final Planner planner;
  private final Adjoint adjoint;
  private final CompiledProgram encoding;
  private final CompiledProgram pullBack;
  private final CompiledProgram value;
  private final Set<String> frozen;

  /**
   * What one gradient was like.
   *
   * @param loss before its weight
   * @param norm before it was clipped
   * @param masked share of the states that were left out
   * @param silent share of the states whose first action lies on the bound in every component
   * @param tied share of the plans that end where both critics are equal
   * @param converged share of the plans that converged
   */
  public record Report(
      double loss, double norm, double masked, double silent, double tied, double converged) {

    public void addTo(UpdateStatistics statistics) {
      statistics.add("plan_loss", loss);
      statistics.add("plan_gradient_norm", norm);
      statistics.add("plan_masked", masked);
      statistics.add("plan_silent", silent);
      statistics.add("plan_tied", tied);
      statistics.add("plan_converged", converged);
    }
  }

  /**
   * A gradient through the plans of one planner.
   *
   * @param update with critics of observations
   * @param batch number of states
   * @throws IllegalArgumentException if the planner's solver cannot be differentiated
   */
  public PlanGradient(ModelUpdate update, Planner planner, int batch, LearnerContext context) {
    this.planner = planner;
    this.adjoint = context.newAdjoint(planner.solver(), planner.model().spec());
    this.encoding = compile(update, planner.model().encoding(), batch);
    this.pullBack = compile(update, planner.model().encodingPullBack(), batch);
    this.value = compile(update, valueProgram(update.world()), batch);
    this.frozen = update.world().policyParameters();
  }

  private static CompiledProgram compile(ModelUpdate update, Program program, int batch) {
    PlanningModel model = update.world().planning();
    CompiledProgram compiled = model.engine().compile(program, batch, model.dtype());
    update.parameters().bindTo(compiled);
    return compiled;
  }

  /** {@code -mean min(Q̃1, Q̃2)(s, a)} and its gradient in a. */
  static Program valueProgram(WorldModel world) {
    PlanningModel model = world.planning();
    Map<String, Tensor> observed = model.observationInputs("");
    Tensor action = Tensor.input(ACTION, Shape.batched(model.spec().actionSize()));
    Map<String, Tensor> theta = world.inputs("", world.observationCriticParameters());
    List<Tensor> observations = new ArrayList<>(observed.values());
    Tensor least =
        WorldModel.CRITICS.stream()
            .map(critic -> world.observationCritic(critic, observations, action, theta))
            .reduce(Tensor::min)
            .orElseThrow();
    Tensor loss = least.mean(0).negate();
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put(LOSS, loss);
    out.put(GRADIENT, Transforms.gradient(loss, action));
    List<Tensor> inputs = new ArrayList<>(observations);
    inputs.add(action);
    inputs.addAll(theta.values());
    return Program.of(inputs, out);
  }

  /** What differentiates plans. */
  public Adjoint adjoint() {
    return adjoint;
  }

  /** Programs that read an observation. */
  List<CompiledProgram> readers() {
    return List.of(encoding, pullBack, value);
  }

  /** The problem from the observations that were written. */
  public Problem problem(RandomStream random) {
    encoding.run();
    return planner.problem(encoding.output("state"), random);
  }

  /**
   * Adds the gradient through a solution for the observations that were written.
   *
   * @param weight of the loss
   * @param clip largest norm of what is added; 0 for any. What is not finite is not added
   */
  public Report addTo(
      GradientArrays sums, Problem problem, Solution solution, double weight, double clip) {
    FirstActions.take(solution, value.input(ACTION));
    value.run();
    double[] cotangent = FirstActions.cotangent(solution, value.output(GRADIENT), weight);
    Gradients g = adjoint.pullBack(problem, solution, Cotangents.ofActions(cotangent));
    pullBack.input(PlanningModel.STATE_BAR).copyFrom(g.initialState());
    pullBack.run();
    return new Report(
        value.output(LOSS).get(0),
        sums.add(parts(g), clip),
        g.maskedShare(),
        FirstActions.silentShare(solution, planner.model().spec().actionSize()),
        g.tiedShare(),
        solution.convergedShare());
  }

  private Map<String, Array> parts(Gradients g) {
    Map<String, Array> parts = new LinkedHashMap<>();
    g.parameters()
        .forEach(
            (name, gradient) -> {
              if (!frozen.contains(name)) {
                parts.put(name, gradient);
              }
            });
    for (String name : pullBack.program().outputNames()) {
      parts.put(name, pullBack.output(name));
    }
    return parts;
  }

  @Override
  public void close() {
    adjoint.close();
    encoding.close();
    pullBack.close();
    value.close();
  }
}
