package dev.difftop.learner.modelbased;

import dev.difftop.api.Chosen;
import dev.difftop.api.Deadline;
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
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.model.ActingSettings.Start;
import dev.difftop.learning.model.EncodedStates;
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
  private static final String ACTION = "action";
  private static final String LOSS = "loss";
  private static final String SLOPE = "gradient";
  private static final int AUDITED = 2;
  private static final int AUDITED_ENTRIES = 4;
  private static final double AUDIT_STEP = 1e-6;

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
  private static Program valueProgram(WorldModel world) {
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
    out.put(SLOPE, Transforms.gradient(loss, action));
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
    double loss = evaluate(solution);
    Gradients g =
        adjoint.pullBack(
            problem, solution, Cotangents.ofActions(cotangent(solution, value.output(SLOPE))));
    pullBack.input(PlanningModel.STATE_BAR).copyFrom(g.initialState());
    pullBack.run();
    double norm = add(g, gradients);
    return new Report(
        loss,
        norm,
        g.maskedShare(),
        silentShare(solution),
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

  private double evaluate(Solution solution) {
    takeFirstActions(solution, value.input(ACTION));
    value.run();
    return value.output(LOSS).get(0);
  }

  private static void takeFirstActions(Solution solution, Array actions) {
    int nu = actions.shape().dim(1);
    int plan = solution.actions().shape().dim(1) * nu;
    double[] first = new double[nu];
    for (int b = 0; b < actions.shape().dim(0); b++) {
      solution.actions().read(b * plan, first, 0, nu);
      actions.write(b * nu, first, 0, nu);
    }
  }

  private double[] cotangent(Solution solution, Array slopes) {
    int nu = slopes.shape().dim(1);
    int plan = solution.actions().shape().dim(1) * nu;
    double[] out = new double[solution.actions().size()];
    for (int i = 0; i < slopes.size(); i++) {
      out[i / nu * plan + i % nu] = weight * slopes.get(i);
    }
    return out;
  }

  private double silentShare(Solution solution) {
    int nu = planner.model().spec().actionSize();
    int plan = planner.model().spec().horizon() * nu;
    int silent = 0;
    for (int b = 0; b < settings.states(); b++) {
      boolean all = true;
      for (int i = 0; i < nu; i++) {
        all &= Math.abs(solution.actions().get(b * plan + i)) >= 1;
      }
      silent += all ? 1 : 0;
    }
    return silent / (double) settings.states();
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
    Map<String, double[]> values = new LinkedHashMap<>();
    for (Map.Entry<String, Array> part : parts.entrySet()) {
      double[] v = part.getValue().toDoubles();
      values.put(part.getKey(), v);
      for (double x : v) {
        squares += x * x;
      }
    }
    double norm = Math.sqrt(squares);
    if (Double.isFinite(norm)) {
      double clip = settings.gradientClip();
      double factor = clip > 0 && norm > clip ? clip / norm : 1;
      values.forEach((name, v) -> addScaled(v, factor, gradients.get(name)));
    }
    return norm;
  }

  private static void addScaled(double[] gradient, double factor, Array sum) {
    double[] all = sum.toDoubles();
    for (int i = 0; i < all.length; i++) {
      all[i] += factor * gradient[i];
    }
    sum.write(0, all, 0, all.length);
  }

  /**
   * Compares this gradient with differences of problems that are solved again, from the first
   * states of sequences, in float64.
   *
   * @param drawn sequences of experience
   */
  GradientAudit.Report audit(ReplaySample drawn, RandomStream random) {
    PlanningModel model = planner.model();
    ProblemSpec spec = model.spec();
    Map<String, Array> observed = new LinkedHashMap<>();
    model
        .observations()
        .keySet()
        .forEach(name -> observed.put(name, firstOf(drawn.observations().get(name))));
    try (EncodedStates states = new EncodedStates(model, observed, AUDITED);
        Solver tight = context.newSolver(TightSolver.of(solver), spec);
        CompiledProgram values = auditedValues(observed)) {
      Problem trained = model.problem(states.states(), planner.low(), planner.high());
      Problem problem =
          new Problem(
              spec,
              DType.FLOAT64,
              states.states(),
              planner.low(),
              planner.high(),
              Map.of(),
              trained.parameters());
      Solution solution = planner.solver().solve(problem, problem.zeroGuess());
      takeFirstActions(solution, values.input(ACTION));
      values.run();
      GradientAudit.Subject subject =
          new GradientAudit.Subject(
              problem, solution, cotangent(solution, values.output(SLOPE)), Optional.of(states));
      return new GradientAudit(subject, tight, AUDITED_ENTRIES, AUDIT_STEP)
          .compare(Map.of("configured", adjoint), random);
    }
  }

  private CompiledProgram auditedValues(Map<String, Array> observed) {
    CompiledProgram values =
        context.engine().compile(valueProgram(update.world()), AUDITED, DType.FLOAT64);
    observed.forEach((name, o) -> values.input(name).copyFrom(o));
    for (String name : update.world().observationCriticParameters()) {
      values.input(name).copyFrom(update.parameters().arrays().get(name));
    }
    return values;
  }

  private static Array firstOf(Array sequences) {
    int[] dims = sequences.shape().dims();
    int[] first = java.util.Arrays.copyOfRange(dims, 1, dims.length);
    first[0] = AUDITED;
    Array out = Array.zeros(DType.FLOAT64, Shape.of(first));
    int sequence = sequences.size() / dims[0];
    int one = sequence / dims[1];
    double[] row = new double[one];
    for (int b = 0; b < AUDITED; b++) {
      sequences.read(b * sequence, row, 0, one);
      out.write(b * one, row, 0, one);
    }
    return out;
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
