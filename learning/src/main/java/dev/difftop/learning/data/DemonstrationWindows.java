package dev.difftop.learning.data;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Batches;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.FieldStatistics;
import dev.difftop.api.dataset.WindowField;
import dev.difftop.api.dataset.Windows;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learning.LearnerContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Windows of demonstrations in random order, for learners whose sample is a history of observations
 * and a chunk of actions. Rows are read when a batch needs them: images stay uint8 in the dataset.
 * The last episodes are held out for validation, at most all but one.
 */
public final class DemonstrationWindows implements AutoCloseable {
  /** The key of the actions in a batch. */
  public static final String ACTIONS = "actions";

  /** The key of the mask in a batch: 1 for rows that exist, 0 for repeated ones. */
  public static final String MASK = WindowField.MASK;

  private static final String OBSERVATION = "obs/";
  private static final int AHEAD = 2;

  /**
   * How windows are made.
   *
   * @param span rows of a sample
   * @param batch samples of a batch
   * @param validation share of the episodes, the last ones, that is held out
   * @param observations scaling of observations
   * @param actions scaling of actions
   */
  public record Settings(
      WindowSpan span,
      int batch,
      double validation,
      NormalizerKind observations,
      NormalizerKind actions) {}

  private final LearnerContext context;
  private final Settings settings;
  private final Dataset training;
  private final Dataset validation;
  private final Normalizers normalizers;
  private final List<Integer> constantActions = new ArrayList<>();
  private final RandomStream random;
  private Batches batches;

  /**
   * Checks the demonstrations of a run and makes its windows.
   *
   * @throws IllegalArgumentException if shapes differ from what the policy observes, or an episode
   *     is shorter than a window; lists everything
   * @throws dev.difftop.api.DataException if a field is missing, cannot be read, or is not finite
   */
  public DemonstrationWindows(LearnerContext context, Settings settings) {
    this.context = context;
    this.settings = settings;
    this.random = context.random().child("windows");
    Dataset all = DemonstrationChecks.of(context);
    requireLengths(all);
    int episodes = all.episodes().size();
    int held = Math.min((int) Math.round(settings.validation() * episodes), episodes - 1);
    this.training = new EpisodeRange(all, 0, episodes - held);
    this.validation = new EpisodeRange(all, episodes - held, episodes);
    if (held == 0 && settings.validation() > 0) {
      context.note("dataset: too few episodes to hold one out; there is no validation");
    }
    List<String> fields = new ArrayList<>();
    context.signature().observations().keySet().forEach(name -> fields.add(OBSERVATION + name));
    fields.add(ACTIONS);
    Map<String, FieldStatistics> statistics = FieldStatistics.of(training, fields);
    // Read for its checks alone: what is held out must be finite too.
    FieldStatistics.of(validation, fields);
    this.normalizers = normalizers(statistics);
    noteConstants(statistics.get(ACTIONS));
  }

  private void requireLengths(Dataset all) {
    WindowSpan span = settings.span();
    if (all.episodes().isEmpty()) {
      throw new IllegalArgumentException("dataset: found no episodes, expected at least one");
    }
    Dataset.Episode shortest = all.episodes().get(0);
    for (Dataset.Episode episode : all.episodes()) {
      shortest = episode.length() < shortest.length() ? episode : shortest;
    }
    if (span.masked() ? shortest.length() == 0 : span.frames() > shortest.length()) {
      throw tooShort("history", span.frames(), shortest);
    } else if (!span.masked() && span.actions() > shortest.length()) {
      throw tooShort(span.chunkKey(), span.actions(), shortest);
    }
  }

  private static IllegalArgumentException tooShort(String key, int rows, Dataset.Episode shortest) {
    return new IllegalArgumentException(
        "learner.%s: found %d steps, but episode %s has %d rows; shorten it or leave that episode out"
            .formatted(key, rows, shortest.name(), shortest.length()));
  }

  private Normalizers normalizers(Map<String, FieldStatistics> statistics) {
    Map<String, Normalizer> all = new LinkedHashMap<>();
    context
        .signature()
        .observations()
        .keySet()
        .forEach(
            name -> {
              String field = OBSERVATION + name;
              all.put(name, normalizer(settings.observations(), field, statistics.get(field)));
            });
    return new Normalizers(all, normalizer(settings.actions(), ACTIONS, statistics.get(ACTIONS)));
  }

  private Normalizer normalizer(NormalizerKind kind, String name, FieldStatistics statistics) {
    Dataset.Field field = training.fields().get(name);
    return kind.of(statistics, field.shape(), field.dtype() == dev.difftop.api.array.DType.UINT8);
  }

  private void noteConstants(FieldStatistics actions) {
    for (int j = 0; j < actions.features(); j++) {
      if (actions.min()[j] == actions.max()[j]) {
        constantActions.add(j);
        context.note(
            "dataset: action component %d is %s in every row; nothing is learned of it"
                .formatted(j, actions.min()[j]));
      }
    }
  }

  /** Scaling of observations and actions, from the episodes for training. */
  public Normalizers normalizers() {
    return normalizers;
  }

  /** Components of the action that never change. */
  public List<Integer> constantActions() {
    return constantActions;
  }

  /** Number of episodes for training. */
  public int trainingEpisodes() {
    return training.episodes().size();
  }

  /** Number of rows of one of the episodes for training. */
  public int episodeLength(int index) {
    return training.episodes().get(index).length();
  }

  /** Whether episodes are held out. */
  public boolean hasValidation() {
    return !validation.episodes().isEmpty();
  }

  /**
   * Writes the batch of a gradient step, normalised, into the inputs of a program: {@code obs/NAME}
   * (B, frames, ...), {@link #ACTIONS} (B, actions, nu) and, of a masked span, {@link #MASK} (B,
   * actions).
   *
   * @param step gradient steps before; batches in order are read fastest
   */
  public void write(long step, CompiledProgram program) {
    long position = step * settings.batch();
    if (batches == null || batches.position() != position) {
      close();
      int ahead = context.run().threads() > 1 ? AHEAD : 0;
      batches = batches(training, ahead, random, position);
    }
    Map<String, Array> batch = batches.next();
    write(batch, program);
    batches.reuse(batch);
  }

  /** One batch of held-out windows, always the same; empty without held-out episodes. */
  public Optional<Map<String, Array>> validationBatch() {
    if (!hasValidation()) {
      return Optional.empty();
    }
    try (Batches once = batches(validation, 0, random.child("validation"), 0)) {
      return Optional.of(once.next());
    }
  }

  private Batches batches(Dataset dataset, int ahead, RandomStream stream, long position) {
    WindowSpan span = settings.span();
    List<WindowField> fields = new ArrayList<>();
    context
        .signature()
        .observations()
        .keySet()
        .forEach(
            name ->
                fields.add(
                    WindowField.rows(
                        OBSERVATION + name, span.firstObservation(), span.lastObservation())));
    fields.add(WindowField.rows(ACTIONS, span.firstAction(), span.lastAction()));
    fields.add(WindowField.mask(span.firstAction(), span.lastAction()));
    Windows windows = Windows.over(dataset.episodes(), rule());
    return new Batches(
        dataset,
        windows,
        new Batches.Settings(settings.batch(), fields, ahead, 1),
        stream,
        position);
  }

  private Windows.Rule rule() {
    WindowSpan span = settings.span();
    int ahead = Math.max(span.lastObservation(), span.lastAction());
    int behind = -Math.min(span.firstObservation(), span.firstAction());
    return new Windows.Rule(ahead + 1, behind + 1, true, true);
  }

  /** Writes a batch as {@link #write(long, CompiledProgram)} does. */
  public void write(Map<String, Array> batch, CompiledProgram program) {
    normalizers
        .observations()
        .forEach((name, n) -> write(batch.get(OBSERVATION + name), n, program, OBSERVATION + name));
    write(batch.get(ACTIONS), normalizers.actions(), program, ACTIONS);
    if (settings.span().masked()) {
      program.input(MASK).copyFrom(batch.get(MASK));
    }
  }

  private static void write(Array raw, Normalizer n, CompiledProgram program, String name) {
    float[] values = raw.toFloats();
    n.normalize(values);
    program.input(name).write(0, values, 0, values.length);
  }

  /**
   * The windows of an episode for training, normalised.
   *
   * @param observations (T, frames * n), the frames one after the other, each all observations side
   *     by side
   * @param actions (T, actions * nu)
   */
  public record EpisodeWindows(float[][] observations, float[][] actions) {}

  /** All windows of one of the episodes for training. */
  public EpisodeWindows episode(int index) {
    int length = training.episodes().get(index).length();
    Windows windows = Windows.over(training.episodes(), rule());
    float[][] observed = new float[length][];
    float[][] done = new float[length][];
    WindowSpan span = settings.span();
    for (int t = 0; t < length; t++) {
      Windows.Window window = windows.at(index, t);
      List<float[]> parts = new ArrayList<>();
      for (String name : normalizers.observations().keySet()) {
        float[] rows = rows(window, OBSERVATION + name, span.firstObservation(), span.frames());
        normalizers.observations().get(name).normalize(rows);
        parts.add(rows);
      }
      observed[t] = sideBySide(parts, span.frames());
      done[t] = rows(window, ACTIONS, span.firstAction(), span.actions());
      normalizers.actions().normalize(done[t]);
    }
    return new EpisodeWindows(observed, done);
  }

  private float[] rows(Windows.Window window, String field, int first, int count) {
    float[] all = Windows.read(training, window, field).toFloats();
    int size = training.fields().get(field).shape().size();
    int from = (first + rule().frameStack() - 1) * size;
    return java.util.Arrays.copyOfRange(all, from, from + count * size);
  }

  /** Frame by frame what each part has of it. */
  private static float[] sideBySide(List<float[]> parts, int frames) {
    int total = parts.stream().mapToInt(p -> p.length).sum();
    float[] out = new float[total];
    int at = 0;
    for (int frame = 0; frame < frames; frame++) {
      for (float[] part : parts) {
        int size = part.length / frames;
        System.arraycopy(part, frame * size, out, at, size);
        at += size;
      }
    }
    return out;
  }

  /** Shape of an observation's input, (B, frames, ...). */
  public static Shape inputShape(int frames, Shape observation) {
    int[] dims = observation.dims();
    int[] whole = new int[dims.length + 1];
    whole[0] = frames;
    System.arraycopy(dims, 0, whole, 1, dims.length);
    return Shape.batched(whole);
  }

  @Override
  public void close() {
    if (batches != null) {
      batches.close();
      batches = null;
    }
  }
}
