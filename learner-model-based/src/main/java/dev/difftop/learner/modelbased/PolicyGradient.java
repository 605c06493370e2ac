package dev.difftop.learner.modelbased;

import dev.difftop.api.Chosen;
import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.model.ActingSettings.Start;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.TightSolver;
import dev.difftop.learning.model.WorldModel;
import dev.difftop.learning.replay.ReplaySample;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The policy gradient through the plan, {@code L = -w mean_s min(Q̃1, Q̃2)(s, a*_0(s))}, into
 * encoder, dynamics, rewards and critics of latent states; the critics of observations and the
 * policy are frozen. Wan, Wang, Wang, Erickson, Held, "DiffTORI", 2024, equation 6.
 */
final class PolicyGradient implements AutoCloseable {
  static final String ACTION = "action";
  private static final String LOSS = "loss";
  static final String GRADIENT = "gradient";
  private static final int AUDITED = 2;
  private static final int AUDITED_ENTRIES = 4;
  private static final double AUDIT_STEP = 1e-6;

  /** Entries that are worked on at once: few enough for the first cache. */
  private static final int STRETCH = 1024;

  private final LearnerContext context;
  private final Chosen<Solver> solver;
  private final ModelUpdate update;
  private final PolicyGradientSettings settings;
  private final Planner planner;
  private final Adjoint adjoint;
  private final CompiledProgram encoding;
  private final CompiledProgram pullBack;
  private final CompiledProgram value;
  private final Set<String> frozen;
  private final double weight;
  private final double[] stretch = new double[STRETCH];
  private final double[] sums = new double[STRETCH];

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
  record Report(
      double loss, double norm, double masked, double silent, double tied, double converged) {}

  /**
   * A gradient for one planning horizon.
   *
   * @param update with critics of observations
   * @throws IllegalArgumentException if the solver cannot be differentiated
   */
  PolicyGradient(
      ModelUpdate update, PolicyGradientSettings settings, int horizon, LearnerContext context) {
    this.context = context;
    this.solver = settings.solver().orElse(context.policy().solver());
    this.update = update;
    this.settings = settings;
    WorldModel world = update.world();
    PlanningModel model = world.planning();
    int batch = settings.states();
    this.weight = settings.weight() / model.spec().horizon();
    this.planner =
        Planner.of(
            model, horizon, settings.start(), batch, spec -> context.newSolver(solver, spec));
    this.adjoint = context.newAdjoint(planner.solver(), planner.model().spec());
    this.encoding = compile(model, model.encoding());
    this.pullBack = compile(model, model.encodingPullBack());
    this.value = compile(model, valueProgram(world));
    this.frozen = world.policyParameters();
  }

  private CompiledProgram compile(PlanningModel model, Program program) {
    CompiledProgram compiled = model.engine().compile(program, settings.states(), model.dtype());
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

  /** Horizon of its plans. */
  int horizon() {
    return planner.model().spec().horizon();
  }

  /**
   * Adds the gradient on the first states of the batch that the update was given.
   *
   * @param random what starts and solvers draw from
   */
  Report addTo(Map<String, Array> gradients, RandomStream random) {
    update.world().planning().observations().keySet().forEach(this::takeFirstStates);
    encoding.run();
    Problem problem =
        planner.model().problem(encoding.output("state"), planner.low(), planner.high());
    Array guess = planner.start().guess(problem, random.child("start"));
    Solution solution =
        planner.solver().solve(problem, guess, Deadline.none(), random.child("solve"));
    FirstActions.take(solution, value.input(ACTION));
    value.run();
    Gradients g =
        adjoint.pullBack(
            problem,
            solution,
            Cotangents.ofActions(FirstActions.cotangent(solution, value.output(GRADIENT), weight)));
    pullBack.input(PlanningModel.STATE_BAR).copyFrom(g.initialState());
    pullBack.run();
    double norm = add(g, gradients);
    return new Report(
        value.output(LOSS).get(0),
        norm,
        g.maskedShare(),
        FirstActions.silentShare(solution, planner.model().spec().actionSize()),
        g.tiedShare(),
        solution.convergedShare());
  }

  private void takeFirstStates(String name) {
    Array all = update.observations(name);
    int sequence = all.size() / all.shape().dim(0);
    int one = sequence / all.shape().dim(1);
    float[] row = new float[one];
    for (int b = 0; b < settings.states(); b++) {
      all.read(b * sequence, row, 0, one);
      for (CompiledProgram program : List.of(encoding, pullBack, value)) {
        program.input(name).write(b * one, row, 0, one);
      }
    }
  }

  /** Clips and adds; returns the norm before. */
  private double add(Gradients g, Map<String, Array> gradients) {
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
    double squares = 0;
    for (Array part : parts.values()) {
      squares += squares(part);
    }
    double norm = Math.sqrt(squares);
    if (Double.isFinite(norm)) {
      double clip = settings.gradientClip();
      double factor = clip > 0 && norm > clip ? clip / norm : 1;
      parts.forEach((name, part) -> addScaled(part, factor, gradients.get(name)));
    }
    return norm;
  }

  private double squares(Array part) {
    double sum = 0;
    for (int at = 0; at < part.size(); at += STRETCH) {
      int n = Math.min(STRETCH, part.size() - at);
      part.read(at, stretch, 0, n);
      for (int i = 0; i < n; i++) {
        sum += stretch[i] * stretch[i];
      }
    }
    return sum;
  }

  private void addScaled(Array part, double factor, Array sum) {
    for (int at = 0; at < part.size(); at += STRETCH) {
      int n = Math.min(STRETCH, part.size() - at);
      part.read(at, stretch, 0, n);
      sum.read(at, sums, 0, n);
      for (int i = 0; i < n; i++) {
        sums[i] += factor * stretch[i];
      }
      sum.write(at, sums, 0, n);
    }
  }

  /**
   * Compares this gradient with differences of problems that are solved again, from the first
   * states of sequences, in float64.
   *
   * @param drawn sequences of experience
   */
  GradientAudit.Report audit(ReplaySample drawn, RandomStream random) {
    try (ReplayedPlans plans = plans(drawn, AUDITED);
        Solver tight = context.newSolver(TightSolver.of(solver), planner.model().spec())) {
      Problem problem = plans.problem();
      Solution solution = planner.solver().solve(problem, problem.zeroGuess());
      return new GradientAudit(plans.at(solution), tight, AUDITED_ENTRIES, AUDIT_STEP)
          .compare(Map.of("configured", adjoint), random);
    }
  }

  /**
   * Plans from the first states of sequences, in float64, with this loss.
   *
   * @param drawn sequences of experience, at least {@code samples}
   */
  ReplayedPlans plans(ReplaySample drawn, int samples) {
    return new ReplayedPlans(update, planner, solver, drawn.observations(), samples, weight);
  }

  /** Where plans of a learner start from replayed states. */
  static Optional<String> refusal(Start start) {
    return start == Start.POLICY || start == Start.ZERO || start == Start.RANDOM
        ? Optional.empty()
        : Optional.of(
            "learner.policy-gradient.start: found %s, expected policy, zero or random: replayed"
                    .formatted(start.name().toLowerCase(java.util.Locale.ROOT))
                + " states have no plan before them");
  }

  @Override
  public void close() {
    adjoint.close();
    planner.close();
    encoding.close();
    pullBack.close();
    value.close();
  }
}
