package dev.difftop.learning.model;

import dev.difftop.api.Deadline;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solver;
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
 * A policy that solves the trajectory problem and executes the first action of the plan, or more of
 * it, before it plans again. {@link ActingSettings} say where every solve starts and how long it
 * may take.
 */
public final class PlanningPolicy implements Policy {
  private final PlanningModel model;
  private final Supplier<Solver> solvers;
  private final PolicySignature signature;
  private final Normalizers normalizers;
  private final ActingSettings acting;
  private final Optional<Policy> base;
  private final Optional<ContextSource> contexts;
  private final int execute;
  private final Map<String, String> attributes;
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
    this(
        model,
        solvers,
        signature,
        normalizers,
        acting,
        base,
        Optional.empty(),
        1,
        Map.of(),
        System::nanoTime);
  }

  private PlanningPolicy(
      PlanningModel model,
      Supplier<Solver> solvers,
      PolicySignature signature,
      Normalizers normalizers,
      ActingSettings acting,
      Optional<Policy> base,
      Optional<ContextSource> contexts,
      int execute,
      Map<String, String> attributes,
      LongSupplier clock) {
    requireStart(acting.start(), base.isPresent(), model.spec());
    this.model = model;
    this.solvers = solvers;
    this.signature = signature;
    this.normalizers = normalizers;
    this.acting = acting;
    this.base = base;
    this.contexts = contexts;
    this.execute = execute;
    this.attributes = attributes;
    this.clock = clock;
  }

  /** The same policy with context leaves that are drawn while it acts. */
  public PlanningPolicy withContexts(ContextSource source) {
    return with(model, Optional.of(source), execute, attributes, clock);
  }

  /**
   * The same policy, which executes more of a plan before it makes the next one.
   *
   * @param steps environment steps
   * @throws IllegalArgumentException if a plan has fewer steps
   */
  public PlanningPolicy executing(int steps) {
    int planned = model.spec().horizon() * model.spec().actionSize() / signature.actionSize();
    if (steps < 1 || steps > planned) {
      throw new IllegalArgumentException(
          "execute: found %d steps, expected 1 to %d, the environment steps of a plan"
              .formatted(steps, planned));
    }
    return with(model, contexts, steps, attributes, clock);
  }

  /** The same policy with attributes that are saved with it. */
  public PlanningPolicy withAttributes(Map<String, String> saved) {
    return with(model, contexts, execute, Map.copyOf(saved), clock);
  }

  /** The same policy with the clock that deadlines look at. */
  PlanningPolicy withClock(LongSupplier other) {
    return with(model, contexts, execute, attributes, other);
  }

  private PlanningPolicy with(
      PlanningModel other,
      Optional<ContextSource> source,
      int steps,
      Map<String, String> saved,
      LongSupplier time) {
    return new PlanningPolicy(
        other, solvers, signature, normalizers, acting, base, source, steps, saved, time);
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
    return with(model.withSpec(change.apply(model.spec())), contexts, execute, attributes, clock);
  }

  @Override
  public PolicySignature signature() {
    return signature;
  }

  PlanningModel model() {
    return model;
  }

  Solver newSolver() {
    return solvers.get();
  }

  Normalizers normalizers() {
    return normalizers;
  }

  ActingSettings acting() {
    return acting;
  }

  Optional<Policy> base() {
    return base;
  }

  Optional<ContextSource> contexts() {
    return contexts;
  }

  /** Environment steps of a plan that are executed. */
  int execute() {
    return execute;
  }

  Deadline deadline() {
    return acting.deadlineMs() == 0
        ? Deadline.none()
        : Deadline.after(Duration.ofNanos((long) (acting.deadlineMs() * 1e6)), clock);
  }

  @Override
  public Actor actor() {
    return new PlanningActor(this);
  }

  @Override
  public PolicyState state() {
    PolicyState state = new PolicyState(signature, model.parameters().arrays(), attributes);
    return state.with(normalizers);
  }

  @Override
  public void close() {
    // Compiled programs and solvers belong to its actors.
  }
}
