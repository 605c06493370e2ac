package dev.difftop.app.reference.bench;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Planning on the true physics: how long it takes, and how much of it is the simulator's. */
final class PhysicsCase implements BenchCase {
  /** The simulator that it plans with. */
  static final String PLUGIN = "mujoco";

  private static final int HORIZON = 200;
  private static final double SECONDS = 5;
  private static final String TASK = "task=cartpole-swingup";
  private static final String TERMS =
      "terms=[{of: 'qpos:slider', weight: 0.2}, {of: 'qvel:slider', weight: 0.01}, {of:"
          + " 'cos:hinge_1', target: 1, weight: 4}, {of: 'sin:hinge_1', weight: 1}, {of:"
          + " 'qvel:hinge_1', weight: 0.01}]";

  private final Assembly assembly;
  private final Configurations configurations;

  /**
   * The case.
   *
   * @param assembly makes the parts
   */
  PhysicsCase(Assembly assembly, Configurations configurations) {
    this.assembly = assembly;
    this.configurations = configurations;
  }

  @Override
  public String name() {
    return "ilqr cartpole-swingup H=" + HORIZON;
  }

  @Override
  public double seconds() {
    return SECONDS;
  }

  @Override
  public Work prepare(Engine engine, int threads) {
    return new Planning(threads);
  }

  private final class Planning implements Work {
    private final TimedDynamics dynamics;
    private final Solver solver;
    private final Problem problem;
    private final Array guess;
    private final List<Double> shares = new ArrayList<>();
    private Solution solution;

    Planning(int threads) {
      Shapes shapes = new Shapes(Map.of(), 1, 4);
      RandomStream random = RandomStream.root(0);
      List<String> physics = List.of(TASK, "action-repeat=2", "threads=" + threads);
      dynamics =
          new TimedDynamics(
              assembly.make(
                  configurations.choose(Dynamics.class, PLUGIN, physics), shapes, random));
      Cost cost =
          assembly.make(
              configurations.choose(
                  Cost.class, PLUGIN, List.of(TASK, TERMS, "action=0.05", "terminal=5")),
              shapes,
              random);
      solver =
          assembly.make(
              configurations.choose(Solver.class, "ilqr", List.of("tolerance=1e-4")), random);
      ProblemSpec spec = new ProblemSpec(dynamics, cost, HORIZON, 1);
      Array low = Array.zeros(DType.FLOAT64, Shape.of(HORIZON, 1));
      Array high = Array.zeros(DType.FLOAT64, Shape.of(HORIZON, 1));
      low.fill(-1);
      high.fill(1);
      Array hanging = Array.of(new double[] {0, Math.PI, 0, 0}, 1, 4);
      problem = new Problem(spec, DType.FLOAT64, hanging, low, high, Map.of(), Map.of());
      guess = Array.zeros(DType.FLOAT64, Shape.of(1, HORIZON, 1));
      for (int t = 0; t < HORIZON; t++) {
        guess.set(t, 0.1 * Math.cos(0.5 * t));
      }
    }

    @Override
    public void run() {
      dynamics.takeNanos();
      long begun = System.nanoTime();
      solution = solver.solve(problem, guess);
      shares.add(dynamics.takeNanos() / (double) (System.nanoTime() - begun));
    }

    @Override
    public double[] result() {
      return solution.cost();
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.empty();
    }

    @Override
    public Map<String, Object> more() {
      Map<String, Object> more = new LinkedHashMap<>();
      more.put("iterations", solution.iterations()[0]);
      more.put("status", solution.status(0).toString());
      more.put("cost", solution.cost(0));
      List<Double> sorted = shares.stream().sorted().toList();
      more.put("simulator_share", sorted.get(sorted.size() / 2));
      return more;
    }

    @Override
    public void close() {
      solver.close();
    }
  }
}
