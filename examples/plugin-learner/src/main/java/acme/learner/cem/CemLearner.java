package acme.learner.cem;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.learning.Counters;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.rollout.Rollout;
import dev.difftop.learning.run.StopSignal;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** An update is a generation: policies around the mean act, the elites give the next mean. */
final class CemLearner implements Learner {
  private final CemConfig config;
  private final LearnerContext context;
  private final Environment environment;
  private final Counters counters = new Counters();
  private final Parameters distribution;

  @Inject
  CemLearner(CemConfig config, LearnerContext context) {
    this.config = config;
    this.context = context;
    this.environment = context.newEnvironment();
    int observed = context.signature().shapes().values().stream().mapToInt(Shape::size).sum();
    Shape shape = Shape.of(context.signature().actionSize(), observed + 1);
    this.distribution =
        new Parameters(
            context.engine(),
            DType.FLOAT64,
            Map.of(
                LinearPolicy.WEIGHTS, new ProblemSpec.Parameter(shape, new Initializer.Constant(0)),
                "deviation",
                    new ProblemSpec.Parameter(shape, new Initializer.Constant(config.deviation()))),
            context.random());
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        Metric.headline("return", "mean return of a generation"),
        Metric.of("best", "largest return of a generation"));
  }

  @Override
  public Position position() {
    long steps = counters.count("steps");
    return new Position(steps, context.run().budget(), "environment step", steps, 0);
  }

  @Override
  public Metrics update() {
    // Named after the generation, so that a resumed run draws the same numbers.
    RandomStream random = context.random().child("cem").child(counters.count("generations"));
    Array mean = distribution.arrays().get(LinearPolicy.WEIGHTS);
    Array deviation = distribution.arrays().get("deviation");
    double[][] weights = new double[config.population()][mean.size()];
    Integer[] order = new Integer[weights.length];
    double[] returns = new double[weights.length];
    for (int p = 0; p < weights.length; p++) {
      for (int i = 0; i < weights[p].length; i++) {
        weights[p][i] = mean.get(i) + deviation.get(i) * random.nextGaussian();
      }
      order[p] = p;
      returns[p] = episode(weights[p], mean.shape(), random.child("episode"));
    }
    Arrays.sort(order, Comparator.comparingDouble(p -> -returns[p]));
    for (int i = 0; i < mean.size(); i++) {
      double sum = 0;
      double squares = 0;
      for (int e = 0; e < config.elites(); e++) {
        sum += weights[order[e]][i] / config.elites();
        squares += weights[order[e]][i] * weights[order[e]][i] / config.elites();
      }
      mean.set(i, sum);
      deviation.set(i, Math.sqrt(Math.max(0, squares - sum * sum)) + config.noise());
    }
    counters.add("generations", 1);
    return Metrics.NONE
        .with("return", Arrays.stream(returns).average().orElseThrow())
        .with("best", returns[order[0]]);
  }

  /** The return of one episode; all of a generation begin alike. */
  private double episode(double[] weights, Shape shape, RandomStream random) {
    Array own = Array.of(weights, shape.dims());
    try (Policy policy = new LinearPolicy(context.signature(), own);
        Policy.Actor actor = policy.actor()) {
      Rollout.Episode episode =
          new Rollout(environment, actor, StopSignal.NEVER).run(random, Rollout.Listener.NONE);
      counters.add("steps", episode.steps() * environment.spec().actionRepeat());
      return episode.sum();
    }
  }

  @Override
  public Policy policy() {
    return new LinearPolicy(
        context.signature(), distribution.arrays().get(LinearPolicy.WEIGHTS));
  }

  @Override
  public TrainingState state() {
    return new TrainingState(distribution, Map.of(), Map.of()).with(counters);
  }

  @Override
  public void close() {
    environment.close();
  }
}
