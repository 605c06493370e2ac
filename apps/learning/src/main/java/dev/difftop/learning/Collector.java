package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Dataset;
import dev.difftop.api.Environment;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Shape;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.TimeStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects demonstrations by predictive control on the true physics: at every step the solver plans
 * from the simulator's state, the first action is executed, the plan shifted by one step is the
 * next guess.
 */
public final class Collector {
  private final Environment environment;
  private final ProblemSpec spec;
  private final Map<String, Array> parameters;
  private final Solver solver;
  private final CollectionSettings settings;

  /**
   * A collector.
   *
   * @param environment must be an {@link Environment.Simulator} whose state is that of the dynamics
   * @param parameters of the spec, by full name
   * @throws IllegalArgumentException if the environment has no state to plan from, or one of
   *     another size than the dynamics
   */
  public Collector(
      Environment environment,
      ProblemSpec spec,
      Map<String, Array> parameters,
      Solver solver,
      CollectionSettings settings) {
    if (!(environment instanceof Environment.Simulator simulator)) {
      throw new IllegalArgumentException(
          "collect: environment %s shows no simulator state to plan from"
              .formatted(environment.spec().task()));
    }
    if (simulator.simulatorStateSize() != spec.stateSize()
        || environment.spec().actionSize() != spec.actionSize()) {
      throw new IllegalArgumentException(
          "collect: environment %s has states of size %d and actions of size %d, the dynamics %d and %d"
              .formatted(
                  environment.spec().task(),
                  simulator.simulatorStateSize(),
                  environment.spec().actionSize(),
                  spec.stateSize(),
                  spec.actionSize()));
    }
    this.environment = environment;
    this.spec = spec;
    this.parameters = parameters;
    this.solver = solver;
    this.settings = settings;
  }

  /** Looks on; true stops after the episode. */
  @FunctionalInterface
  public interface Progress {
    /** Whether to stop after this episode. */
    boolean after(int episode, double episodeReturn, double convergedShare);
  }

  /**
   * Collects.
   *
   * @return the return of every episode that was written
   */
  public double[] run(RandomStream random, Dataset.Writer writer, Progress progress) {
    List<Double> returns = new ArrayList<>();
    for (int e = 0; e < settings.episodes(); e++) {
      Episode episode = new Episode(random.child(e));
      writer.append(episode.run());
      returns.add(episode.sum);
      if (progress.after(e + 1, episode.sum, episode.converged / (double) episode.rows)) {
        break;
      }
    }
    return returns.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private final class Episode {
    private final RandomStream random;
    private final Array guess;
    private final Array low;
    private final Array high;
    private final Map<String, List<double[]>> columns = new LinkedHashMap<>();
    private double sum;
    private int rows;
    private int converged;

    Episode(RandomStream random) {
      this.random = random;
      Shape box = Shape.of(spec.horizon(), spec.actionSize());
      this.low = Array.zeros(DType.FLOAT64, box);
      this.high = Array.zeros(DType.FLOAT64, box);
      low.fill(-1);
      high.fill(1);
      this.guess = Array.zeros(DType.FLOAT64, Shape.of(1, spec.horizon(), spec.actionSize()));
      for (int i = 0; i < guess.size(); i++) {
        guess.set(i, settings.firstGuess() * Math.cos(0.5 * (i / spec.actionSize())));
      }
    }

    Map<String, Array> run() {
      RandomStream noise = random.child("noise");
      TimeStep now = environment.reset(random.child("reset"));
      while (!now.isLast()) {
        double[] state = ((Environment.Simulator) environment).simulatorState();
        double[] action = plan(state);
        for (int j = 0; j < action.length; j++) {
          double noisy = action[j] + settings.noise() * noise.nextGaussian();
          action[j] = Math.max(-1, Math.min(1, noisy));
        }
        TimeStep next = environment.step(action);
        if (next.end() == TimeStep.End.FAILED) {
          throw new IllegalStateException(
              "collect: the simulation failed at step %d: %s".formatted(rows, next.reason()));
        }
        record(now, state, action, next);
        now = next;
      }
      Map<String, Array> out = new LinkedHashMap<>();
      columns.forEach((name, values) -> out.put(name, stack(values, name)));
      return out;
    }

    private double[] plan(double[] state) {
      Problem problem =
          new Problem(
              spec,
              DType.FLOAT64,
              Array.of(state, 1, state.length),
              low,
              high,
              Map.of(),
              parameters);
      Solution solution = solver.solve(problem, guess);
      converged += solution.status(0).isConverged() ? 1 : 0;
      int nu = spec.actionSize();
      double[] action = new double[nu];
      solution.actions().read(0, action, 0, nu);
      for (int i = 0; i < guess.size(); i++) {
        guess.set(i, solution.actions().get(Math.min(i + nu, guess.size() - nu + i % nu)));
      }
      return action;
    }

    private void record(TimeStep now, double[] state, double[] action, TimeStep next) {
      now.observation().forEach((name, o) -> column("obs/" + name).add(o.toDoubles()));
      column("states").add(state);
      column("actions").add(action.clone());
      column("rewards").add(new double[] {next.reward()});
      column("dones").add(new double[] {next.isLast() ? 1 : 0});
      sum += next.reward();
      rows++;
    }

    private List<double[]> column(String name) {
      return columns.computeIfAbsent(name, n -> new ArrayList<>());
    }

    private Array stack(List<double[]> values, String name) {
      int n = values.get(0).length;
      double[] all = new double[values.size() * n];
      for (int r = 0; r < values.size(); r++) {
        System.arraycopy(values.get(r), 0, all, r * n, n);
      }
      boolean scalar = name.equals("rewards") || name.equals("dones");
      return scalar ? Array.of(all, values.size()) : Array.of(all, values.size(), n);
    }
  }
}
