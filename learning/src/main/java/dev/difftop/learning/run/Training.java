package dev.difftop.learning.run;

import dev.difftop.api.Collaborators;
import dev.difftop.api.DataException;
import dev.difftop.api.PartFactory;
import dev.difftop.api.Parts;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.NonFiniteLossException;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.Position;
import dev.difftop.learning.audit.EnginePrecision;
import dev.difftop.learning.rollout.Evaluation;
import dev.difftop.learning.rollout.EvaluationDocument;
import dev.difftop.learning.storage.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One run: a learner is updated until its budget is used up, and its progress is recorded. The loop
 * knows listeners and no algorithm. Everything is made and checked by the constructor; a folder
 * appears when training begins.
 */
public final class Training implements AutoCloseable {
  private static final String LOSS = "loss";

  private final ResolvedRun run;
  private final Parts parts;
  private final Path target;
  private final Compute compute = new Compute();
  private final Optional<Dataset> dataset;
  private final Learner learner;
  private final RandomStream random;
  private final List<TrainingListener> listeners = new ArrayList<>();
  private Optional<RunFolder> folder = Optional.empty();
  private Optional<Manifest> manifest = Optional.empty();
  private Metrics lastRow = Metrics.NONE;
  private Optional<Evaluation> lastEvaluation = Optional.empty();
  private Consumer<Environment> camera = environment -> {};
  private long evaluatedAt = -1;
  private double best = Double.NEGATIVE_INFINITY;
  private double secondsBefore;
  private boolean acceptsChangedData;
  private long begun = System.nanoTime();

  /**
   * Makes and checks everything that the run needs; writes nothing.
   *
   * @param target the run folder that it will have
   * @param factory makes its parts
   * @param notes receives lines for the user
   * @throws IllegalArgumentException if parts do not fit each other or the data
   * @throws DataException if the data cannot be read
   */
  public Training(ResolvedRun run, Path target, PartFactory factory, Consumer<String> notes) {
    requireAuditable(run.spec());
    this.run = run;
    this.parts = factory.withEngine(run.spec().engine());
    this.target = target;
    this.random = RandomStream.root(run.spec().run().seed());
    this.dataset = run.spec().dataset().map(d -> parts.make(d, Collaborators.of(random)));
    try {
      LearnerContext context =
          new LearnerContext(
              run.spec(),
              parts,
              signature(run.spec(), parts, dataset),
              dataset,
              target,
              compute,
              base -> TrainedPolicy.load(base, factory).release(),
              notes);
      this.learner =
          parts.make(
              run.spec().learner(),
              Collaborators.of(context.shapes(), random).offering(LearnerContext.class, context));
      checkNames(learner.metrics());
      checkEnvironments();
    } catch (RuntimeException | Error e) {
      dataset.ifPresent(Dataset::close);
      throw e;
    }
  }

  /** Records the last evaluation: called after every step of its first episode. */
  public Training video(Consumer<Environment> newCamera) {
    this.camera = newCamera;
    return this;
  }

  private static void requireAuditable(RunSpec spec) {
    if (spec.run().auditEvery() > 0 && EnginePrecision.isMixed(spec.engine())) {
      throw new IllegalArgumentException(
          "run.audit-every: found %d, expected 0 with engine.precision: mixed, which is for float32: audits solve in float64; check the run with gradcheck --run"
              .formatted(spec.run().auditEvery()));
    }
  }

  private void checkEnvironments() {
    int found = run.spec().run().environments();
    if (found > 1 && !learner.actsInSeveralEnvironments()) {
      learner.close();
      throw new IllegalArgumentException(
          "run.environments: found %d, expected 1: learner %s does not act while it learns"
              .formatted(found, run.spec().learner().name()));
    }
  }

  private static void checkNames(List<Metric> metrics) {
    long distinct = metrics.stream().map(Metric::name).distinct().count();
    if (distinct < metrics.size()) {
      throw new IllegalArgumentException(
          "the learner declares a metric twice: " + metrics.stream().map(Metric::name).toList());
    }
  }

  /**
   * What the policy of a run observes: of the environment, or of the dataset where there is none.
   *
   * @throws IllegalArgumentException if an observation is not there, or the run has neither
   */
  public static PolicySignature signature(RunSpec spec, Parts parts, Optional<Dataset> dataset) {
    List<String> names = spec.observations();
    if (spec.environment().isPresent()) {
      RandomStream random = RandomStream.root(spec.run().seed());
      try (Environment environment =
          parts.make(spec.environment().get(), Collaborators.of(random))) {
        return PolicySignature.of(environment.spec(), names);
      }
    }
    Dataset data =
        dataset.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "found neither environment nor dataset; a run needs one of them"));
    return ofDataset(data, names);
  }

  /** Without an environment the dataset says what there is to observe. */
  private static PolicySignature ofDataset(Dataset data, List<String> names) {
    Map<String, Observable> all = new LinkedHashMap<>();
    data.fields()
        .forEach(
            (path, field) -> {
              if (path.startsWith("obs/")) {
                String name = path.substring("obs/".length());
                all.put(name, new Observable(field.shape(), field.dtype()));
              }
            });
    if (!data.fields().containsKey("actions")) {
      throw new DataException(
          "MISSING_KEY",
          "dataset: actions",
          "not in the dataset, which has " + data.fields().keySet(),
          null);
    }
    int actionSize = data.fields().get("actions").shape().size();
    EnvironmentSpec spec = new EnvironmentSpec("the dataset", all, actionSize, 1, 1, 1);
    return PolicySignature.of(spec, names);
  }

  private Environment newEnvironment() {
    return parts.make(run.spec().environment().orElseThrow(), Collaborators.of(random));
  }

  // ------------------------------------------------------------------ begin, resume

  /**
   * Makes the run folder, with a checkpoint at step 0.
   *
   * @throws IllegalArgumentException if something is there already
   */
  public Training begin() {
    RunFolder made =
        RunFolder.create(
            target,
            fresh -> {
              fresh.write("config.yaml", run.yaml());
              manifest = Optional.of(Manifest.create(fresh, run));
              fresh.replaceLatest(this::saveTo);
            });
    folder = Optional.of(made);
    manifest = manifest.map(m -> m.in(made));
    records(made, 0);
    return this;
  }

  /**
   * Lets {@link #resume} continue with data that has changed since the run began; the manifest
   * keeps the checksums before and after in its history.
   */
  public Training acceptChangedData() {
    acceptsChangedData = true;
    return this;
  }

  /**
   * Resumes from the newest checkpoint that can be read.
   *
   * @param changes what differs from the recorded configuration, for the manifest; empty for none
   * @param notes receives a line if the newest checkpoint is damaged
   * @throws DataException if the folder cannot be read, or the data has changed
   * @throws IllegalArgumentException if the checkpoint is of another learner or model
   * @throws IllegalStateException if another process trains in it
   */
  public Training resume(Map<String, Object> changes, Consumer<String> notes) {
    RunFolder there = RunFolder.openForWriting(target);
    try {
      Path checkpoint = there.readableCheckpoint();
      if (!checkpoint.equals(there.latest())) {
        notes.accept(
            "%s cannot be read; resuming from %s"
                .formatted(there.latest(), checkpoint.getFileName()));
      }
      Checkpoint.Header header = Checkpoint.header(checkpoint);
      String name = run.spec().learner().name();
      if (!header.learner().equals(name)) {
        throw new IllegalArgumentException(
            "%s: found a checkpoint of learner %s, expected %s"
                .formatted(checkpoint, header.learner(), name));
      }
      Manifest recorded = Manifest.open(there);
      Map<String, Object> changedData = recorded.changedData(run.files());
      if (!changedData.isEmpty() && !acceptsChangedData) {
        throw Manifest.refusal(changedData);
      }
      Checkpoint.restore(checkpoint, learner.state());
      recorded.restore(compute);
      secondsBefore = compute.wallSeconds().values().stream().mapToDouble(s -> s).sum();
      Map<String, Object> event = new LinkedHashMap<>();
      event.put("resumed_at", header.done());
      event.put("changes", changes);
      if (!changedData.isEmpty()) {
        event.put("changed_data", changedData);
        recorded.acceptData(run.files());
      }
      recorded.addHistory(event);
      if (!changes.isEmpty()) {
        there.write("config.yaml", run.yaml());
      }
      folder = Optional.of(there);
      manifest = Optional.of(recorded);
      records(there, header.done());
      best = bestSoFar(there);
      return this;
    } catch (RuntimeException e) {
      there.close();
      throw e;
    }
  }

  private void records(RunFolder there, long position) {
    Records records = new Records(there, learner, run.spec().run().auditEvery() > 0, this::seconds);
    records.begin(position);
    listeners.add(records);
    if (run.spec().run().tensorboard()) {
      listeners.add(new TensorBoardEvents(there, position));
    }
    begun = System.nanoTime();
  }

  private double bestSoFar(RunFolder there) {
    return EvaluationsCsv.read(there.file("evaluations.csv")).stream()
        .mapToDouble(row -> score(row.successAny(), row.successLast(), row.mean()))
        .max()
        .orElse(Double.NEGATIVE_INFINITY);
  }

  /** Seconds of the wall clock that the run has taken, earlier processes included. */
  public double seconds() {
    return secondsBefore + (System.nanoTime() - begun) / 1e9;
  }

  // ------------------------------------------------------------------ the loop

  /** Adds a listener. */
  public Training listen(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Trains until the budget is used up.
   *
   * @throws NonFiniteLossException if a loss is not finite; the last checkpoint is as it was
   * @throws IllegalStateException before {@link #begin} or {@link #resume}
   */
  public RunResult run(StopSignal stop) {
    RunFolder there =
        folder.orElseThrow(() -> new IllegalStateException("begin or resume a run first"));
    RunSettings settings = run.spec().run();
    listeners.forEach(listener -> listener.started(this));
    Position position = learner.position();
    long rows = position.done() / settings.logEvery();
    while (!position.isEnd() && !stop.isRequested()) {
      long before = position.done();
      Metrics metrics = compute.in("updating", learner::update);
      position = learner.position();
      requireProgress(before, position);
      requireFinite(metrics, position);
      Position now = position;
      listeners.forEach(listener -> listener.updated(now, metrics));
      if (isDue(settings.logEvery(), before, now)) {
        log(now, metrics, ++rows);
      }
      if (settings.evaluateEvery() > 0 && isDue(settings.evaluateEvery(), before, now)) {
        evaluate(now, stop, now.isEnd() ? camera : environment -> {});
      }
      if (isDue(settings.checkpointEvery(), before, now)) {
        checkpoint(there);
      }
    }
    return finish(there, position, stop);
  }

  private static boolean isDue(long every, long before, Position now) {
    return now.done() / every > before / every || now.isEnd();
  }

  private void requireProgress(long before, Position after) {
    if (after.done() <= before) {
      throw new IllegalStateException(
          "learner %s: an update left the position at %d %ss; every update has to advance it"
              .formatted(run.spec().learner().name(), before, after.unit()));
    }
  }

  private void requireFinite(Metrics metrics, Position position) {
    metrics
        .values()
        .forEach(
            (name, value) -> {
              if (!Double.isFinite(value) && (name.equals(LOSS) || name.endsWith("_" + LOSS))) {
                throw new NonFiniteLossException(
                    "learner %s: %s is %s at %s %d; lower the learning rate, or clip the gradient"
                        .formatted(
                            run.spec().learner().name(),
                            name,
                            value,
                            position.unit(),
                            position.done()));
              }
            });
  }

  private void log(Position position, Metrics metrics, long rows) {
    lastRow = metrics.and(compute.in("measuring", learner::measure));
    listeners.forEach(listener -> listener.logged(position, lastRow));
    int auditEvery = run.spec().run().auditEvery();
    if (auditEvery > 0 && rows % auditEvery == 0) {
      compute
          .in("auditing", learner::audit)
          .ifPresent(report -> listeners.forEach(listener -> listener.audited(position, report)));
    }
  }

  private boolean evaluates() {
    return run.spec().environment().isPresent() && run.spec().run().evaluationEpisodes() > 0;
  }

  private void evaluate(Position position, StopSignal stop, Consumer<Environment> look) {
    RunSettings settings = run.spec().run();
    if (!evaluates()) {
      return;
    }
    Evaluation evaluation =
        compute.in(
            "evaluating",
            () -> {
              try (Policy policy = learner.policy()) {
                return Evaluation.run(
                    policy,
                    new Evaluation.Protocol(
                        this::newEnvironment,
                        settings.evaluationEpisodes(),
                        settings.threads(),
                        random.child("evaluation"),
                        stop),
                    look);
              }
            });
    if (stop.isRequested()) {
      return;
    }
    lastEvaluation = Optional.of(evaluation);
    evaluatedAt = position.done();
    keepBest(position, evaluation);
    listeners.forEach(listener -> listener.evaluated(position, evaluation));
  }

  /**
   * The best policy is the one of the best evaluation by success, then by mean return: a maximum
   * over noisy figures, so its own figure is biased upwards; measure it again on other episodes.
   */
  private void keepBest(Position position, Evaluation evaluation) {
    double score =
        score(
            evaluation.successAny().orElse(Double.NaN),
            evaluation.successLast().orElse(Double.NaN),
            evaluation.mean());
    if (score > best) {
      best = score;
      RunFolder there = folder.orElseThrow();
      try (Policy policy = learner.policy()) {
        Checkpoint.savePolicy(there.best(), run.spec().learner().name(), position, policy.state());
      }
    }
  }

  private double score(double successAny, double successLast, double mean) {
    double success =
        run.spec().run().success() == dev.difftop.learning.rollout.SuccessRule.ANY_STEP
            ? successAny
            : successLast;
    // A success outweighs any return of the tasks there are.
    return Double.isNaN(success) ? mean : 1e6 * success + mean;
  }

  private void checkpoint(RunFolder there) {
    compute.in("saving", () -> there.replaceLatest(this::saveTo));
    manifest.orElseThrow().record(compute);
    Position position = learner.position();
    listeners.forEach(listener -> listener.saved(position));
  }

  private void saveTo(Path file) {
    try (Policy policy = learner.policy()) {
      Checkpoint.save(
          file, run.spec().learner().name(), learner.position(), learner.state(), policy.state());
    }
  }

  private RunResult finish(RunFolder there, Position position, StopSignal stop) {
    if (position.isEnd() && evaluatedAt != position.done()) {
      evaluate(position, stop, camera);
    }
    // Without its last evaluation a run is not at its end: it is evaluated when it resumes.
    boolean stopped = !position.isEnd() || (evaluates() && evaluatedAt != position.done());
    if (stopped) {
      checkpoint(there);
    } else {
      there.write("evaluation.json", Json.write(document()));
      manifest.orElseThrow().record(compute);
    }
    RunResult result =
        new RunResult(
            target,
            position,
            stopped,
            stopped ? Optional.empty() : lastEvaluation,
            lastRow,
            compute);
    listeners.forEach(listener -> listener.ended(result));
    return result;
  }

  private Map<String, Object> document() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("learner", run.spec().learner().name());
    out.put("seed", run.spec().run().seed());
    lastEvaluation.ifPresent(e -> out.putAll(EvaluationDocument.of(e)));
    return out;
  }

  /** The learner. */
  public Learner learner() {
    return learner;
  }

  /** The resolved configuration. */
  public ResolvedRun resolved() {
    return run;
  }

  /** The run folder, or the one that it will have. */
  public Path folder() {
    return target;
  }

  @Override
  public void close() {
    learner.close();
    dataset.ifPresent(Dataset::close);
    folder.ifPresent(RunFolder::close);
  }
}
