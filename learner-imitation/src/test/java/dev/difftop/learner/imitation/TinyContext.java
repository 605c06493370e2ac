package dev.difftop.learner.imitation;

import dev.difftop.api.Chosen;
import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Parts;
import dev.difftop.api.Solver;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.optim.Schedule;
import dev.difftop.learning.rollout.SuccessRule;
import dev.difftop.learning.run.Compute;
import dev.difftop.learning.run.PolicyConfig;
import dev.difftop.learning.run.RunSettings;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.LinearSolve;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A context of tiny parts and tiny data on the interpreter. */
final class TinyContext {
  static final OptimizerSettings ADAMW =
      new OptimizerSettings(
          OptimizerSettings.Method.ADAMW,
          1e-2,
          Schedule.COSINE,
          1e-3,
          2,
          0.9,
          0.999,
          1e-8,
          0,
          false,
          0.01,
          0,
          0,
          List.of(),
          0.5);

  private final Interpreter engine = new Interpreter();
  private Dataset data = new TinyParts.TinyData(12);
  private Supplier<Solver> solver = TinyParts.NewtonSolver::new;
  private Supplier<Solver> tight = TinyParts.NewtonSolver::new;
  private ActingSettings acting = ActingSettings.from(ActingSettings.Start.ZERO);
  private Optional<Observable> observation = Optional.empty();
  private Supplier<Cost> cost = TinyParts.TinyCost::new;
  private Supplier<Dynamics> dynamics = TinyParts.TinyDynamics::new;
  private int horizon = 3;
  private Function<Path, Policy> policies =
      path -> {
        throw new IllegalStateException("no other run");
      };

  TinyContext data(Dataset other) {
    this.data = other;
    return this;
  }

  TinyContext solver(Supplier<Solver> other) {
    this.solver = other;
    return this;
  }

  /** Parts that read a code and plan chunks. */
  TinyContext coded(int code, int chunk, int steps) {
    this.cost = () -> new TinyParts.TinyCodedCost(code, chunk);
    this.dynamics = () -> new TinyParts.TinyCodedDynamics(code, chunk);
    this.horizon = steps;
    return this;
  }

  TinyContext policies(Function<Path, Policy> other) {
    this.policies = other;
    return this;
  }

  TinyContext acting(ActingSettings other) {
    this.acting = other;
    return this;
  }

  TinyContext observation(Observable other) {
    this.observation = Optional.of(other);
    return this;
  }

  /** A choice that makes itself. */
  private record Ready<T>(String name, Supplier<T> maker, Supplier<T> tightMaker)
      implements Chosen<T> {
    @Override
    public Map<String, Object> document() {
      return Map.of("plugin", name, "tolerance", 1e-8);
    }

    @Override
    public Chosen<T> with(List<String> overrides) {
      return new Ready<>(name, tightMaker, tightMaker);
    }
  }

  private static <T> Ready<T> ready(String name, Supplier<T> maker) {
    return new Ready<>(name, maker, maker);
  }

  private final class Maker implements Parts {
    @Override
    public <T> T make(Chosen<T> choice) {
      return ((Ready<T>) choice).maker().get();
    }

    @Override
    public Engine engine() {
      return engine;
    }
  }

  LearnerContext of(long budget) {
    PolicyConfig policy =
        new PolicyConfig(
            Optional.of(TinyContext.<Encoder>ready("tiny", TinyParts.TinyEncoder::new)),
            Optional.of(ready("tiny", dynamics)),
            Optional.of(ready("tiny", cost)),
            new Ready<>("newton", solver, tight),
            horizon,
            0.9,
            0.2,
            AdjointMode.EXACT,
            new AdjointOptions(1e-3, 5, Curvature.EXACT, 1e-3, LinearSolve.AUTO, 1),
            BadSamples.KEEP,
            acting);
    RunSettings run =
        new RunSettings(3, budget, 1, 0, 0, 100, 1, 0, SuccessRule.ANY_STEP, false, 1);
    RunSpec spec =
        new RunSpec(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            ready("interpreter", Interpreter::new),
            policy,
            ready("imitation", () -> null),
            run,
            List.of());
    Map<String, Observable> observed = new LinkedHashMap<>();
    observed.put("o", observation.orElse(new Observable(Shape.of(2), DType.FLOAT64)));
    return new LearnerContext(
        spec,
        new Maker(),
        new PolicySignature(observed, 1),
        Optional.of(data),
        Path.of("unused"),
        new Compute(),
        policies,
        line -> {});
  }
}
