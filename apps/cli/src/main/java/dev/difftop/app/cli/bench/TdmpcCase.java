package dev.difftop.app.cli.bench;

import dev.difftop.api.Array;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.Profile;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.app.assembly.Assembly;
import dev.difftop.app.assembly.Configurations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From an observation to a plan: encode, start, solve with {@code lbfgs} to a slope of 1e-2, which
 * is within 1e-4 of the best return known.
 *
 * @param isWarm whether it starts from the plan of a moment ago, shifted by one step, in a state
 *     that moved a little; else from the policy
 */
record TdmpcCase(Assembly assembly, Configurations configurations, boolean isWarm)
    implements BenchCase {
  private static final double SECONDS = 3;

  static List<BenchCase> all(Assembly assembly, Configurations configurations) {
    return List.of(
        new TdmpcCase(assembly, configurations, false),
        new TdmpcCase(assembly, configurations, true));
  }

  @Override
  public String name() {
    return "tdmpc-plan B=1 " + (isWarm ? "warm" : "solve");
  }

  @Override
  public double seconds() {
    return SECONDS;
  }

  @Override
  public Work prepare(Engine engine, int threads) {
    Solver solver =
        assembly.make(
            configurations.choose(Solver.class, "lbfgs", List.of("tolerance=1e-2")),
            RandomStream.root(0));
    TdmpcProblem tdmpc = new TdmpcProblem(assembly, configurations);
    double[] observation = tdmpc.observation();
    Optional<Array> start = Optional.empty();
    if (isWarm) {
      Problem before = tdmpc.from(observation);
      start = Optional.of(shifted(solver.solve(before, tdmpc.policyRollout(before)).actions()));
      for (int i = 0; i < observation.length; i++) {
        observation[i] += 0.01 * Math.sin(i);
      }
    }
    return new Planning(tdmpc, solver, observation, start);
  }

  /** The plan one step later, its last action twice. */
  private static Array shifted(Array actions) {
    int nu = ToldWeights.ACTION;
    double[] u = actions.toDoubles();
    System.arraycopy(u, nu, u, 0, u.length - nu);
    return Array.of(u, actions.shape().dims());
  }

  private static final class Planning implements Work {
    private final TdmpcProblem tdmpc;
    private final Solver solver;
    private final double[] observation;
    private final Optional<Array> start;
    private Solution solution;

    Planning(TdmpcProblem tdmpc, Solver solver, double[] observation, Optional<Array> start) {
      this.tdmpc = tdmpc;
      this.solver = solver;
      this.observation = observation;
      this.start = start;
    }

    @Override
    public void run() {
      Problem problem = tdmpc.from(observation);
      solution = solver.solve(problem, start.orElseGet(() -> tdmpc.policyRollout(problem)));
    }

    @Override
    public double[] result() {
      return solution.actions().toDoubles();
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.empty();
    }

    @Override
    public Map<String, Object> more() {
      Map<String, Object> more = new LinkedHashMap<>();
      more.put("G", -solution.cost(0));
      more.put("stationarity", solution.stationarity()[0]);
      more.put("converged", solution.status(0).isConverged() ? 1 : 0);
      more.put("iterations", solution.iterations()[0]);
      more.put("actions", solution.actions().toDoubles());
      return more;
    }

    @Override
    public void close() {
      solver.close();
      tdmpc.close();
    }
  }
}
