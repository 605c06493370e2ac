package dev.difftop.learning;

import dev.difftop.api.Chosen;
import dev.difftop.api.Collaborators;
import dev.difftop.api.Encoder;
import dev.difftop.api.Parts;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solver;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.program.Engine;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.learning.model.ModelExtension;
import dev.difftop.learning.model.PlanningAssembly;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.SolverThreads;
import dev.difftop.learning.model.TightSolver;
import dev.difftop.learning.run.Compute;
import dev.difftop.learning.run.PolicyConfig;
import dev.difftop.learning.run.RunSettings;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.optimization.adjoint.Adjoint;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a run offers its learner. Parts that it makes belong to the caller, who closes them; the
 * dataset belongs to the run.
 */
public final class LearnerContext {
  private final RunSpec spec;
  private final Parts parts;
  private final RandomStream random;
  private final PolicySignature signature;
  private final Optional<Dataset> dataset;
  private final Path folder;
  private final Compute compute;
  private final Function<Path, Policy> policies;
  private final Consumer<String> notes;

  /**
   * A context.
   *
   * @param signature what the policy observes, and how long its actions are
   * @param folder of the run, where a replay store may live; does not exist before training starts
   * @param compute counts the processor seconds of the learner's phases
   * @param policies loads the policy of another run from its folder
   * @param notes receives lines for the user, such as warnings about data
   */
  public LearnerContext(
      RunSpec spec,
      Parts parts,
      PolicySignature signature,
      Optional<Dataset> dataset,
      Path folder,
      Compute compute,
      Function<Path, Policy> policies,
      Consumer<String> notes) {
    this.spec = spec;
    this.parts = parts;
    this.random = RandomStream.root(spec.run().seed());
    this.signature = signature;
    this.dataset = dataset;
    this.folder = folder;
    this.compute = compute;
    this.policies = policies;
    this.notes = notes;
  }

  /** The section {@code policy}. */
  public PolicyConfig policy() {
    return spec.policy();
  }

  /** The section {@code run}: seed, budget, threads. */
  public RunSettings run() {
    return spec.run();
  }

  /** Makes parts that the learner's own configuration has chosen. */
  public Parts parts() {
    return parts;
  }

  /** Compiles programs. */
  public Engine engine() {
    return parts.engine();
  }

  /** The stream of the run; a learner draws from children of it with names of its own. */
  public RandomStream random() {
    return random;
  }

  /** What the policy observes, and how long its actions are. */
  public PolicySignature signature() {
    return signature;
  }

  /** The sizes that the parts of a policy start from. */
  public Shapes shapes() {
    return shapes(1);
  }

  private Shapes shapes(int chunk) {
    return new Shapes(signature.shapes(), chunk * signature.actionSize(), 0);
  }

  /** The run folder. */
  public Path folder() {
    return folder;
  }

  /** Counts processor seconds by phase. */
  public Compute compute() {
    return compute;
  }

  /** Says a line to the user. */
  public void note(String line) {
    notes.accept(line);
  }

  /**
   * The dataset.
   *
   * @throws IllegalArgumentException if the run names none
   */
  public Dataset dataset() {
    return dataset.orElseThrow(
        () ->
            new IllegalArgumentException(
                "dataset: learner %s learns from demonstrations; name a dataset"
                    .formatted(spec.learner().name())));
  }

  /**
   * A new environment.
   *
   * @throws IllegalArgumentException if the run names none
   */
  public Environment newEnvironment() {
    return parts.make(
        spec.environment()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "environment: learner %s acts while it learns; name an environment"
                            .formatted(spec.learner().name()))),
        Collaborators.of(random));
  }

  /**
   * Loads the policy of another run, such as the base of a refinement.
   *
   * @throws dev.difftop.api.DataException if it is not a run folder or cannot be read
   * @throws IllegalArgumentException if that policy observes something else than this one
   */
  public Policy loadPolicy(Path run) {
    Policy policy = policies.apply(run);
    policy
        .signature()
        .observations()
        .forEach(
            (name, observable) -> {
              if (!observable.equals(signature.observations().get(name))) {
                policy.close();
                throw new IllegalArgumentException(
                    "base %s: its policy observes %s %s; this run has %s"
                        .formatted(run, name, observable, signature.observations()));
              }
            });
    return policy;
  }

  /**
   * A new encoder of the section {@code policy} for these observations; empty if it names none.
   *
   * @throws IllegalArgumentException if it does not fit the observations
   */
  public Optional<Encoder> newEncoder() {
    return spec.policy().encoder().map(c -> parts.make(c, Collaborators.of(shapes(), random)));
  }

  // ------------------------------------------------------------------ planning

  /**
   * A planning model with fresh parameters, made from the section {@code policy}.
   *
   * @throws IllegalArgumentException if a part is missing, or parts do not fit each other
   */
  public PlanningModel newPlanningModel(DType dtype) {
    return newPlanningModel(dtype, ModelExtension.NONE);
  }

  /**
   * As {@link #newPlanningModel(DType)}, for a learner that adds to the problem.
   *
   * @throws IllegalArgumentException also if no part reads a context leaf that it adds
   */
  public PlanningModel newPlanningModel(DType dtype, ModelExtension extension) {
    PolicyConfig policy = spec.policy();
    PlanningAssembly.Choices choices =
        new PlanningAssembly.Choices(
            Optional.of(required(policy.encoder(), "encoder")),
            required(policy.dynamics(), "dynamics"),
            required(policy.cost(), "cost"),
            policy.horizon(),
            policy.discount(),
            policy.controlPenalty());
    PlanningAssembly.Planning planning =
        new PlanningAssembly(parts, choices, shapes(extension.chunk()), extension.context())
            .assemble(random);
    requireReaders(extension, planning.spec());
    return new PlanningModel(
        engine(),
        dtype,
        planning.encoder().orElseThrow(),
        planning.spec(),
        signature.shapes(),
        extension.parameters(),
        random);
  }

  private static void requireReaders(ModelExtension extension, ProblemSpec problem) {
    for (String leaf : extension.context().keySet()) {
      if (!problem.context().containsKey(leaf)) {
        throw new IllegalArgumentException(
            "policy: neither cost nor dynamics reads the context leaf %s; set policy.cost.context: [%s], or that of the dynamics"
                .formatted(leaf, leaf));
      }
    }
  }

  private <T> T required(Optional<T> part, String name) {
    return part.orElseThrow(
        () ->
            new IllegalArgumentException(
                "policy.%s: learner %s plans; name one".formatted(name, spec.learner().name())));
  }

  /**
   * A new solver as configured, for solves that the run waits for: on {@code run.threads} threads.
   *
   * @throws IllegalArgumentException if it cannot solve such problems, with the reason
   */
  public Solver newSolver(ProblemSpec problem) {
    return newSolver(spec.policy().solver(), problem);
  }

  /** A new solver that the learner's own configuration has chosen; likewise. */
  public Solver newSolver(Chosen<Solver> choice, ProblemSpec problem) {
    return newSolver(choice, problem, spec.run().threads());
  }

  /**
   * A new solver as configured, for one actor of several that act at once: on the threads that the
   * solver names itself.
   *
   * @throws IllegalArgumentException if it cannot solve such problems, with the reason
   */
  public Solver newActingSolver(ProblemSpec problem) {
    return newSolver(spec.policy().solver(), problem, 1);
  }

  /**
   * A new solver on so many threads, or on those that it names itself if they are more. Its
   * solutions do not depend on them.
   *
   * @throws IllegalArgumentException if it cannot solve such problems, with the reason
   */
  public Solver newSolver(Chosen<Solver> choice, ProblemSpec problem, int threads) {
    return PlanningAssembly.solver(parts, SolverThreads.of(choice, threads), problem, random);
  }

  /** A new solver with the settings that finite differences of its solutions need. */
  public Solver newTightSolver(ProblemSpec problem) {
    return newSolver(TightSolver.of(spec.policy().solver()), problem);
  }

  /**
   * A new adjoint as configured, on {@code run.threads} threads or its own if they are more; the
   * solver is prepared for it.
   *
   * @throws IllegalArgumentException if it cannot differentiate such solutions, with the reason
   */
  public Adjoint newAdjoint(Solver solver, ProblemSpec problem) {
    PolicyConfig policy = spec.policy();
    policy
        .adjoint()
        .prepare(solver, problem, policy.adjointOptions())
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException("policy.adjoint: " + reason);
            });
    AdjointOptions options = policy.adjointOptions().onThreads(spec.run().threads());
    return policy.adjoint().make(engine(), policy.badSamples(), options);
  }
}
