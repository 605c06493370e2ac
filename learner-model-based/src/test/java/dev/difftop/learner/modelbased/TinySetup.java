package dev.difftop.learner.modelbased;

import dev.difftop.api.Chosen;
import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Parts;
import dev.difftop.api.Solver;
import dev.difftop.api.array.DType;
import dev.difftop.api.config.Settings;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.learner.modelbased.Exploration.Noise;
import dev.difftop.learner.modelbased.ModelBasedConfig.Executed;
import dev.difftop.learner.modelbased.learning.ModelBasedLearner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.learning.model.ModelSettings;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.replay.ReplaySettings;
import dev.difftop.learning.rollout.SuccessRule;
import dev.difftop.learning.run.Compute;
import dev.difftop.learning.run.PolicyConfig;
import dev.difftop.learning.run.RunSettings;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.LinearSolve;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A run of tiny parts on the interpreter, of which a test changes one thing. */
public final class TinySetup {
  public static final int HORIZON = 2;

  public final List<String> notes = new ArrayList<>();
  private final Interpreter engine = new Interpreter();
  private Path folder;
  public Supplier<Environment> environment = TinyEnvironment::new;
  public Supplier<Cost> cost = TinyHeads::new;
  public Supplier<Solver> solver = NewtonSolver::new;
  public ActingSettings.Start start = ActingSettings.Start.CHEAPER;
  public long budget = 1000;
  public int threads = 1;
  public int environments = 1;

  public int seedSteps = TinyEnvironment.STEPS;
  public boolean planUntrained;
  public double updatesPerStep = 0.5;
  public HorizonSchedule horizon = new HorizonSchedule(1, 2, 40);
  public Exploration exploration = new Exploration(Noise.SCHEDULE, 0.5, 0.1, 100);
  public Executed executed = Executed.BEST;
  public boolean clipActions = true;
  public double consistency = 2;
  public double reward = 0.5;
  public double value = 0.1;
  public double observationValue = 0.1;
  public OptimizerSettings optimizer = OptimizerSettings.adam(1e-2);
  public int leftOut;
  Optional<Path> replayFolder = Optional.empty();
  public PolicyGradientSettings gradient = gradient(0.3);
  Optional<PlannerSwitch> plannerSwitch = Optional.empty();
  public ModelBasedConfig.LastAction lastAction = ModelBasedConfig.LastAction.POLICY;
  public double averaging;
  public double termination = 1;
  public Supplier<Dynamics> dynamics = TinyHeads.TinyDynamics::new;
  public int maxSkipped = 3;

  public TinySetup(Path folder) {
    this.folder = folder;
  }

  /** The same, to be run in another folder. */
  public TinySetup in(Path other) {
    folder = other;
    return this;
  }

  public static PolicyGradientSettings gradient(double weight) {
    return Settings.of(PolicyGradientSettings.class)
        .with(PolicyGradientSettings::weight, weight)
        .with(PolicyGradientSettings::states, 2)
        .get();
  }

  public ModelBasedConfig config() {
    return new ModelBasedConfig(
        seedSteps,
        planUntrained,
        updatesPerStep,
        horizon,
        exploration,
        executed,
        clipActions,
        plannerSwitch,
        lastAction,
        new ModelSettings(
            4,
            consistency,
            reward,
            value,
            observationValue,
            termination,
            ModelSettings.Consistency.TARGET,
            1e4,
            0.5,
            0.05,
            0,
            0,
            0.9,
            2,
            3,
            optimizer,
            1,
            optimizer,
            0),
        new ReplaySettings(1000, 0.6, 0.4, leftOut, replayFolder, 0, 1),
        gradient,
        averaging,
        maxSkipped);
  }

  public ModelBasedLearner learner() {
    return new ModelBasedLearner(config(), context(), DType.FLOAT64);
  }

  /** A choice that makes itself. */
  private record Ready<T>(String name, Supplier<T> maker) implements Chosen<T> {
    @Override
    public Map<String, Object> document() {
      return Map.of("plugin", name);
    }

    @Override
    public Chosen<T> with(List<String> overrides) {
      return this;
    }
  }

  /** A choice of a solver. */
  Chosen<Solver> choose(Supplier<Solver> maker) {
    return new Ready<>("chosen", maker);
  }

  /** Makes a part that a tiny policy names. */
  static <T> T make(Chosen<T> choice) {
    return ((Ready<T>) choice).maker().get();
  }

  private final class Maker implements Parts {
    @Override
    public <T> T make(Chosen<T> choice) {
      return TinySetup.make(choice);
    }

    @Override
    public Engine engine() {
      return engine;
    }
  }

  /**
   * A policy of tiny parts.
   *
   * @param observed name of the observation that its encoder reads
   */
  public PolicyConfig policy(String observed) {
    return new PolicyConfig(
        Optional.of(new Ready<Encoder>("tiny", () -> new TinyHeads.TinyEncoder(observed))),
        Optional.of(new Ready<Dynamics>("tiny", dynamics)),
        Optional.of(new Ready<Cost>("tiny", cost)),
        new Ready<Solver>("newton", solver),
        HORIZON,
        0.9,
        0.5,
        AdjointMode.EXACT,
        new AdjointOptions(1e-3, 5, Curvature.EXACT, 1e-3, LinearSolve.AUTO, 1),
        BadSamples.MASK,
        ActingSettings.from(start));
  }

  public LearnerContext context() {
    PolicyConfig policy = policy("o");
    RunSettings run =
        new RunSettings(
            3, budget, 1, 0, 0, 100, threads, 0, SuccessRule.ANY_STEP, false, environments);
    RunSpec spec =
        new RunSpec(
            Optional.of(new Ready<Environment>("tiny", environment)),
            Optional.empty(),
            List.of(),
            new Ready<Engine>("interpreter", Interpreter::new),
            policy,
            new Ready<>("model-based", () -> null),
            run,
            List.of());
    return new LearnerContext(
        spec,
        new Maker(),
        PolicySignature.of(TinyEnvironment.SPEC, List.of()),
        Optional.empty(),
        folder,
        new Compute(),
        other -> {
          throw new IllegalStateException("no other run");
        },
        notes::add);
  }
}
