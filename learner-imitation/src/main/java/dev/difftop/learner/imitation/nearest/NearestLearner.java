package dev.difftop.learner.imitation.nearest;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.learner.imitation.base.ChunkPlanner;
import dev.difftop.learner.imitation.base.Execution;
import dev.difftop.learner.imitation.base.ValidationError;
import dev.difftop.learner.imitation.base.WindowPolicy;
import dev.difftop.learning.Counters;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.data.DemonstrationWindows;
import dev.difftop.learning.data.DemonstrationWindows.EpisodeWindows;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.data.WindowSpan;
import dev.difftop.learning.model.Parameters;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nearest neighbours of windows: the demonstrated actions where the observations were most alike.
 * An update remembers one demonstrated episode. It shows whether data, observations and scaling can
 * do the task at all. Pari et al., "The surprising effectiveness of representation learning for
 * visual imitation", 2022, without a representation.
 */
public final class NearestLearner implements Learner {
  private static final String EPISODES = "episodes";
  private static final int MEASURED = 64;

  private final LearnerContext context;
  private final NearestConfig config;
  private final WindowSpan span;
  private final DemonstrationWindows data;
  private final Parameters windows;
  private final int[] firstRow;
  private final Counters counters = new Counters();
  private final ValidationError validation;

  /**
   * A learner that has seen nothing.
   *
   * @throws IllegalArgumentException if settings, data and environment do not fit each other, or
   *     the section {@code policy} names an encoder
   * @throws dev.difftop.api.DataException if the data cannot be read or are not finite
   */
  @Inject
  public NearestLearner(NearestConfig config, LearnerContext context) {
    if (context.policy().encoder().isPresent()) {
      throw new IllegalArgumentException(
          "policy.encoder: learner nearest compares observations as they are and learns no encoder; leave it out");
    }
    this.context = context;
    this.config = config;
    this.span = WindowSpan.of(config.history(), config.chunk());
    this.data =
        new DemonstrationWindows(
            context,
            new DemonstrationWindows.Settings(
                span,
                MEASURED,
                config.validation(),
                config.observationNormalizer(),
                NormalizerKind.MIN_MAX));
    this.firstRow = new int[data.trainingEpisodes() + 1];
    for (int e = 0; e < data.trainingEpisodes(); e++) {
      firstRow[e + 1] = firstRow[e] + data.episodeLength(e);
    }
    this.windows =
        new Parameters(context.engine(), DType.FLOAT32, declared(), RandomStream.root(0));
    this.validation = new ValidationError(context, data, span, execution());
  }

  private Map<String, ProblemSpec.Parameter> declared() {
    int rows = firstRow[data.trainingEpisodes()];
    int n = context.signature().shapes().values().stream().mapToInt(Shape::size).sum();
    Initializer zero = new Initializer.Constant(0);
    Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
    declared.put(
        Memory.OBSERVATIONS, new ProblemSpec.Parameter(Shape.of(rows, config.history() * n), zero));
    declared.put(
        Memory.ACTIONS,
        new ProblemSpec.Parameter(
            Shape.of(rows, config.chunk() * context.signature().actionSize()), zero));
    return declared;
  }

  private Execution execution() {
    return Execution.of(span, config.execute());
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        Metric.headline("windows", "windows that are remembered"),
        Metric.headline(
            "action_error",
            "mean distance of an executed action's component on held-out episodes, in the environment's units"));
  }

  @Override
  public Position position() {
    long total = Math.min(context.run().budget(), data.trainingEpisodes());
    return new Position(counters.count(EPISODES), total, "demonstrated episode", 0, 0);
  }

  @Override
  public Metrics update() {
    int episode = (int) counters.count(EPISODES);
    if (episode == data.trainingEpisodes()) {
      throw new IllegalStateException(
          "learner nearest: all %d episodes are remembered".formatted(episode));
    }
    EpisodeWindows read = data.episode(episode);
    write(Memory.OBSERVATIONS, firstRow[episode], read.observations());
    write(Memory.ACTIONS, firstRow[episode], read.actions());
    counters.add(EPISODES, 1);
    return Metrics.NONE.with("windows", remembered());
  }

  private int remembered() {
    return firstRow[(int) counters.count(EPISODES)];
  }

  private void write(String name, int row, float[][] rows) {
    Array into = windows.arrays().get(name);
    for (int t = 0; t < rows.length; t++) {
      into.write((row + t) * rows[t].length, rows[t], 0, rows[t].length);
    }
  }

  private Memory memory() {
    return new Memory(config, context.signature().shapes(), windows);
  }

  @Override
  public Metrics measure() {
    if (!data.hasValidation()) {
      return Metrics.NONE;
    }
    try (ChunkPlanner planner = memory().planner(context.engine(), remembered())) {
      return Metrics.NONE.with(
          "action_error", validation.mean(planner, context.random().child("validation actions")));
    }
  }

  @Override
  public Policy policy() {
    int rows = remembered();
    return new WindowPolicy(
        context.signature(),
        data.normalizers(),
        execution(),
        () -> memory().planner(context.engine(), rows),
        PolicyState.of(context.signature(), windows.arrays())
            .with("remembered", String.valueOf(rows)));
  }

  @Override
  public TrainingState state() {
    return new TrainingState(windows, Map.of(), Map.of()).with(counters);
  }

  @Override
  public void close() {
    data.close();
  }
}
