package dev.difftop.solver.lagrangian;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Cost;
import dev.difftop.api.Deadline;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.testkit.Injection;
import dev.difftop.testkit.SolverContract;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/**
 * The published contract around several solvers: of problems without limits, which the inner solver
 * gets as they are, and with limits that are never met, which go through all of the rounds.
 */
class AugmentedLagrangianContractTest {
  private abstract static class Contract extends SolverContract<AugmentedLagrangianConfig> {
    private final String inner;

    Contract(String inner) {
      this.inner = inner;
    }

    @Override
    protected AugmentedLagrangianConfig config() {
      return config(500, 40);
    }

    @Override
    protected AugmentedLagrangianConfig oneIteration() {
      return config(1, 1);
    }

    private AugmentedLagrangianConfig config(int iterations, int rounds) {
      Lagrangian settings = new Lagrangian();
      settings.inner = Inner.of(inner, "tolerance", 1e-9, "maxIterations", iterations);
      settings.maxRounds = rounds;
      return settings.config();
    }
  }

  @Nested
  class WithoutLimits extends Contract {
    WithoutLimits() {
      super("ilqr");
    }

    @Override
    protected SolverProvider<AugmentedLagrangianConfig> provider() {
      return new AugmentedLagrangianProvider();
    }

    @Override
    protected Solver make(AugmentedLagrangianConfig config) {
      return Injection.make(
          provider().implementation(), config, new Interpreter(), new Inner.Maker());
    }
  }

  private abstract static class Limited extends Contract {
    Limited(String inner) {
      super(inner);
    }

    @Override
    protected SolverProvider<AugmentedLagrangianConfig> provider() {
      return new LimitingProvider();
    }

    @Override
    protected Solver make(AugmentedLagrangianConfig config) {
      return new Limiting(
          new AugmentedLagrangianSolver(config, new Interpreter(), new Inner.Maker()));
    }
  }

  @Nested
  class AroundIlqr extends Limited {
    AroundIlqr() {
      super("ilqr");
    }
  }

  @Nested
  class AroundGaussNewton extends Limited {
    AroundGaussNewton() {
      super("gauss-newton");
    }
  }

  @Nested
  class AroundLbfgs extends Limited {
    AroundLbfgs() {
      super("lbfgs");
    }
  }

  /** Offers {@link Limiting}. */
  public static final class LimitingProvider implements SolverProvider<AugmentedLagrangianConfig> {
    @Override
    public String name() {
      return "limiting";
    }

    @Override
    public String summary() {
      return "the solver under test, of problems that are given limits first";
    }

    @Override
    public Class<AugmentedLagrangianConfig> configType() {
      return AugmentedLagrangianConfig.class;
    }

    @Override
    public Class<? extends Solver> implementation() {
      return Limiting.class;
    }
  }

  /** Gives every problem limits before it is solved. */
  private record Limiting(Solver solver, Map<ProblemSpec, ProblemSpec> specs) implements Solver {
    Limiting(Solver solver) {
      this(solver, new IdentityHashMap<>());
    }

    private ProblemSpec limited(ProblemSpec spec) {
      return specs.computeIfAbsent(
          spec,
          s ->
              new ProblemSpec(
                  s.dynamics(),
                  new FarLimits(s.cost()),
                  s.horizon(),
                  s.discount(),
                  s.controlPenalty()));
    }

    @Override
    public Optional<String> refusal(ProblemSpec spec) {
      return solver.refusal(limited(spec));
    }

    @Override
    public Solution solve(Problem p, Array guess, Deadline deadline) {
      Problem limited =
          new Problem(
              limited(p.spec()),
              p.dtype(),
              p.initialState(),
              p.low(),
              p.high(),
              p.context(),
              p.parameters());
      return solver.solve(limited, guess, deadline);
    }

    @Override
    public void close() {
      solver.close();
    }
  }

  /** What no action ever reaches. */
  private record FarLimits(Cost cost) implements ConstrainedCost {
    @Override
    public double penalty() {
      return 1;
    }

    @Override
    public void declare(Declarations declare) {
      cost.declare(declare);
    }

    @Override
    public Set<String> heads() {
      return cost.heads();
    }

    @Override
    public Tensor stage(Stage at) {
      return cost.stage(at);
    }

    @Override
    public Terminal terminal(Point at) {
      return cost.terminal(at);
    }

    @Override
    public Tensor inequalities(Stage at) {
      return at.u().tanh().minus(2);
    }
  }
}
