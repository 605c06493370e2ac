package dev.difftop.learning.model;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.ActingSettings.Start;
import dev.difftop.optimization.PolicyRollout;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A policy that solves the trajectory problem at every step and executes its first action. {@link
 * ActingSettings} say where every solve starts and how long it may take.
 */
public final class PlanningPolicy implements Policy {
  private final PlanningModel model;
  private final Supplier<Solver> solvers;
  private final PolicySignature signature;
  private final Normalizers normalizers;
  private final ActingSettings acting;
  private final Optional<Policy> base;
  private final LongSupplier clock;

  /**
   * A policy.
   *
   * @param solvers makes a solver for each actor
   * @param base the policy that {@link Start#BASE} starts from; not closed by this one
   * @throws IllegalArgumentException if there is nothing to start from: no base policy, or a cost
   *     without a head {@code policy}
   */
  public PlanningPolicy(
      PlanningModel model,
      Supplier<Solver> solvers,
      PolicySignature signature,
      Normalizers normalizers,
      ActingSettings acting,
      Optional<Policy> base) {
    this(model, solvers, signature, normalizers, acting, base, System::nanoTime);
  }

  /** As above, with the clock that deadlines look at. */
  PlanningPolicy(
      PlanningModel model,
      Supplier<Solver> solvers,
      PolicySignature signature,
      Normalizers normalizers,
      ActingSettings acting,
      Optional<Policy> base,
      LongSupplier clock) {
    requireStart(acting.start(), base.isPresent(), model.spec());
    this.model = model;
    this.solvers = solvers;
    this.signature = signature;
    this.normalizers = normalizers;
    this.acting = acting;
    this.base = base;
    this.clock = clock;
  }

  /**
   * Checks that there is what a policy is to start from.
   *
   * @throws IllegalArgumentException if not; says what was found and what to do
   */
  public static void requireStart(Start start, boolean hasBase, ProblemSpec spec) {
    if (start == Start.BASE && !hasBase) {
      throw new IllegalArgumentException(
          "policy.acting.start: base: found no base policy; give the learner one with"
              + " learner.base, or start from zero, shifted or policy");
    }
    boolean follows = start == Start.POLICY || start == Start.CHEAPER;
    if (follows && !PolicyRollout.exists(spec)) {
      throw new IllegalArgumentException(
          "policy.acting.start: %s: the cost has the heads %s, expected one named %s"
              .formatted(
                  start.name().toLowerCase(Locale.ROOT), spec.cost().heads(), PolicyRollout.HEAD));
    }
  }

  /** The same policy with another problem of the same parameters: for ablations. */
  public PlanningPolicy withProblem(UnaryOperator<ProblemSpec> change) {
    return new PlanningPolicy(
        model.withSpec(change.apply(model.spec())),
        solvers,
        signature,
        normalizers,
        acting,
        base,
        clock);
  }

  @Override
  public PolicySignature signature() {
    return signature;
  }

  @Override
  public Actor actor() {
    return new PlanningActor(solvers.get());
  }

  @Override
  public PolicyState state() {
    return PolicyState.of(signature, model.parameters().arrays()).with(normalizers);
  }

  @Override
  public void close() {
    // Compiled programs and solvers belong to its actors.
  }

  /** Solves at every step; warm starts belong to the episode. */
  private final class PlanningActor implements Actor {
    private final Solver solver;
    private final Optional<Actor> baseActor = base.map(Policy::actor);
    private final CompiledProgram encoding;
    private final WarmStart start;
    private final Array low;
    private final Array high;
    private RandomStream episode = RandomStream.root(0);
    private long step;
    private long solves;
    private long converged;
    private long iterations;

    PlanningActor(Solver solver) {
      ProblemSpec spec = model.spec();
      this.solver = solver;
      this.encoding = model.engine().compile(model.encoding(), 1, model.dtype());
      model.parameters().bindTo(encoding);
      this.start = new WarmStart(model, acting.start(), 1);
      this.low = ActionBox.low(spec);
      this.high = ActionBox.high(spec);
    }

    @Override
    public void reset(RandomStream random) {
      start.reset();
      episode = random;
      step = 0;
      baseActor.ifPresent(actor -> actor.reset(random.child("base")));
    }

    @Override
    public double[] act(Map<String, Array> observation) {
      signature.check(observation);
      normalizers.write(observation, encoding);
      encoding.run();
      Array state = encoding.output("state");
      Problem problem = model.problem(state, low, high);
      RandomStream own = episode.child(step++);
      Array guess = start.guess(problem, own.child("start"));
      if (acting.start() == Start.BASE) {
        holdBaseAction(guess, observation);
      }
      Solution solution = solver.solve(problem, guess, deadline(), own.child("solve"));
      solves++;
      converged += solution.status(0).isConverged() ? 1 : 0;
      iterations += solution.iterations()[0];
      start.keep(solution.actions());
      return normalizers.restoreAction(solution.actions());
    }

    private Deadline deadline() {
      return acting.deadlineMs() == 0
          ? Deadline.none()
          : Deadline.after(Duration.ofNanos((long) (acting.deadlineMs() * 1e6)), clock);
    }

    private void holdBaseAction(Array guess, Map<String, Array> observation) {
      double[] action = baseActor.orElseThrow().act(observation);
      for (int i = 0; i < guess.size(); i++) {
        int j = i % action.length;
        guess.set(i, normalizers.actions().normalize(action[j], j));
      }
    }

    @Override
    public Metrics statistics() {
      if (solves == 0) {
        return Metrics.NONE;
      }
      return Metrics.NONE
          .with("converged", converged / (double) solves)
          .with("iterations", iterations / (double) solves);
    }

    @Override
    public void close() {
      encoding.close();
      start.close();
      baseActor.ifPresent(Actor::close);
      solver.close();
    }
  }
}
