package acme.learner.cem;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.learning.Counters;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.rollout.Rollout;
import dev.difftop.learning.run.StopSignal;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** An update is a generation: policies around the mean act, the elites give the next mean. */
final class CemLearner implements Learner {
  private static final String MEAN = "mean";

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
    Array deviation = Array.zeros(DType.FLOAT64, shape);
    deviation.fill(config.deviation());
    Array mean = Array.zeros(DType.FLOAT64, shape);
    distribution =
        Parameters.of(context.engine(), Map.of(MEAN, mean, "deviation", deviation));
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
    Array mean = distribution.arrays().get(MEAN);
    Array deviation = distribution.arrays().get("deviation");
    List<Candidate> generation = new ArrayList<>();
    for (int p = 0; p < config.population(); p++) {
      Array weights = Array.zeros(DType.FLOAT64, mean.shape());
      for (int i = 0; i < mean.size(); i++) {
        weights.set(i, mean.get(i) + deviation.get(i) * random.nextGaussian());
      }
      generation.add(new Candidate(weights, episode(weights, random.child("episode"))));
    }
    generation.sort(Comparator.comparingDouble(c -> -c.sum()));
    for (int i = 0; i < mean.size(); i++) {
      int entry = i;
      double[] elite =
          generation.stream()
              .limit(config.elites())
              .mapToDouble(c -> c.weights().get(entry))
              .toArray();
      double center = Arrays.stream(elite).average().orElseThrow();
      double square = Arrays.stream(elite).map(w -> (w - center) * (w - center)).sum();
      mean.set(i, center);
      deviation.set(i, Math.sqrt(square / elite.length) + config.noise());
    }
    counters.add("generations", 1);
    double average = generation.stream().mapToDouble(Candidate::sum).average().orElseThrow();
    return Metrics.NONE.with("return", average).with("best", generation.get(0).sum());
  }

  private record Candidate(Array weights, double sum) {}

  /** The return of one episode; all of a generation begin alike. */
  private double episode(Array weights, RandomStream random) {
    try (Policy policy = linear(context.signature(), weights);
        Policy.Actor actor = policy.actor()) {
      Rollout.Episode episode =
          new Rollout(environment, actor, StopSignal.NEVER).run(random, Rollout.Listener.NONE);
      counters.add("steps", episode.steps() * environment.spec().actionRepeat());
      return episode.sum();
    }
  }

  /** {@code a = clip(W [o; 1])}, the observations side by side. */
  private static Policy linear(PolicySignature signature, Array weights) {
    return Policy.of(
        signature,
        Map.of(MEAN, weights),
        seen -> {
          double[] o =
              signature.observations().keySet().stream()
                  .flatMapToDouble(name -> Arrays.stream(seen.get(name).toDoubles()))
                  .toArray();
          int row = o.length + 1;
          return IntStream.range(0, signature.actionSize())
              .mapToDouble(
                  j ->
                      IntStream.range(0, o.length)
                          .mapToDouble(i -> weights.get(j * row + i) * o[i])
                          .sum()
                          + weights.get(j * row + o.length))
              .map(a -> Math.max(-1, Math.min(1, a)))
              .toArray();
        });
  }

  static Policy load(PolicyState saved) {
    return linear(saved.signature(), saved.array(MEAN));
  }

  @Override
  public Policy policy() {
    return linear(context.signature(), distribution.arrays().get(MEAN));
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
