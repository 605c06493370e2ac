package dev.difftop.app.cli.control;

import dev.difftop.api.DataException;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.api.environment.Environment;
import dev.difftop.app.cli.console.Documents;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Json;
import dev.difftop.app.cli.console.Progress;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.rollout.CollectionSettings;
import dev.difftop.learning.rollout.Collector;
import dev.difftop.learning.rollout.Collector.Attempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Lets a collector work, writes its file and says what came of it. */
final class Collection {
  private static final String FORMAT = "robomimic";

  private final Session session;
  private final Path out;
  private final Choice<Environment> choice;
  private final String task;
  private final CollectionSettings settings;
  private final boolean append;
  private final boolean overwrite;
  private final long seed;

  /**
   * Of demonstrations in an environment, to a file.
   *
   * @param append whether they are added to a file that is there
   * @param overwrite whether an existing file is replaced
   * @param seed of first states and noise
   */
  Collection(
      Session session,
      Path out,
      boolean append,
      boolean overwrite,
      Choice<Environment> choice,
      Environment environment,
      long seed,
      CollectionSettings settings) {
    this.session = session;
    this.out = out;
    this.append = append;
    this.overwrite = overwrite;
    this.choice = choice;
    this.task = environment.spec().task();
    this.seed = seed;
    this.settings = settings;
  }

  /**
   * Collects and answers.
   *
   * @param more further entries of the answer, asked for at the end
   * @return the exit status: that of a failed run if episodes failed and some are missing for it
   */
  int run(Collector collector, Supplier<Map<String, Object>> more) throws IOException {
    if (out.toAbsolutePath().getParent() != null) {
      Files.createDirectories(out.toAbsolutePath().getParent());
    }
    // It answers before the interruption is let go: then the application may end.
    try (Interruption interruption = Interruption.watch(session.console());
        Progress progress = new Progress(session.console(), "episode")) {
      List<Attempt> attempts;
      DatasetProvider<?> provider = provider();
      try (Dataset.Writer writer = writer(provider)) {
        // Read while no other process can add to the file.
        AttemptCounts before = attemptsBefore(provider);
        attempts =
            orAbandon(
                writer,
                () -> collect(collector, before, writer, progress, interruption::isRequested));
      } catch (DataException e) {
        if (!e.kind().equals("WRITE_FAILED")) {
          throw e;
        }
        throw new IOException("cannot write: " + e.getMessage(), e);
      }
      Map<String, Object> document = document(attempts);
      document.putAll(more.get());
      session.console().answerPlainly(document);
      boolean isComplete = Boolean.TRUE.equals(document.get("complete"));
      return isComplete || failures(attempts).isEmpty() ? 0 : Failure.RUN_FAILED;
    }
  }

  private static List<String> failures(List<Attempt> attempts) {
    return attempts.stream().flatMap(a -> a.failure().stream()).toList();
  }

  private List<Attempt> collect(
      Collector collector,
      AttemptCounts before,
      Dataset.Writer writer,
      Progress progress,
      BooleanSupplier isInterrupted) {
    List<Attempt> attempts =
        collector.run(
            RandomStream.root(seed).child("collect"),
            before.with(seed),
            writer,
            attempt -> {
              progress.at(attempt.written(), settings.episodes(), remark(attempt));
              return isInterrupted.getAsBoolean();
            });
    writer.attribute(AttemptCounts.attribute(), before.plus(seed, attempts.size()));
    return attempts;
  }

  private static String remark(Attempt attempt) {
    String reason = attempt.failure().isPresent() ? "it failed" : "the goal was not met";
    return "return "
        + Documents.number(attempt.sum())
        + (attempt.kept() ? "" : ", left out: " + reason);
  }

  /** An interrupted collection is kept; a failed one leaves an older file as it was. */
  private List<Attempt> orAbandon(Dataset.Writer writer, Supplier<List<Attempt>> collection) {
    try {
      List<Attempt> attempts = collection.get();
      if (attempts.stream().noneMatch(Attempt::kept)) {
        List<String> failures = failures(attempts);
        if (!failures.isEmpty()) {
          throw new IllegalStateException(
              "collect: %d of %d episodes failed and none can be kept, nothing was written; the first one: %s"
                  .formatted(failures.size(), attempts.size(), failures.get(0)));
        }
        throw new IllegalStateException(
            "collect: none of %d episodes met the goal of %s, nothing was written; lower collection.noise, or set collection.keep to all"
                .formatted(attempts.size(), task));
      }
      return attempts;
    } catch (RuntimeException | Error e) {
      writer.abandon();
      throw e;
    }
  }

  private DatasetProvider<?> provider() {
    return session
        .plugins()
        .find(Dataset.class, FORMAT)
        .map(p -> (DatasetProvider<?>) p.provider())
        .orElseThrow(
            () ->
                new UsageException(
                    "--out", session.plugins().explainMissing(Dataset.class, FORMAT)));
  }

  private Dataset.Writer writer(DatasetProvider<?> provider) {
    Map<String, Object> envArgs = new LinkedHashMap<>();
    envArgs.put("env_name", task);
    envArgs.put("type", 2);
    envArgs.put("env_kwargs", choice.document());
    return (append
            ? provider.appender(out)
            : provider.writer(out, Map.of("env_args", Json.write(envArgs)), overwrite))
        .orElseThrow(() -> new UsageException("--out", "format " + FORMAT + " cannot be written"));
  }

  private AttemptCounts attemptsBefore(DatasetProvider<?> provider) {
    return append
        ? provider
            .inspector()
            .map(inspector -> AttemptCounts.of(out, inspector))
            .orElseThrow(
                () -> new UsageException("--append", "format " + FORMAT + " cannot be inspected"))
        : AttemptCounts.none();
  }

  private Map<String, Object> document(List<Attempt> attempts) {
    List<Attempt> kept = attempts.stream().filter(Attempt::kept).toList();
    double[] returns = kept.stream().mapToDouble(Attempt::sum).toArray();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", out.toString());
    document.put("task", task);
    document.put("episodes", returns.length);
    document.put("complete", returns.length == settings.episodes());
    document.put("returns", returns);
    document.put("mean", kept.stream().mapToDouble(Attempt::sum).average().orElse(Double.NaN));
    document.put("min", kept.stream().mapToDouble(Attempt::sum).min().orElse(Double.NaN));
    document.put("max", kept.stream().mapToDouble(Attempt::sum).max().orElse(Double.NaN));
    document.put("attempts", attempts.size());
    document.put("success_rate", successRate(attempts));
    document.put("failed", failures(attempts).size());
    failures(attempts).stream().findFirst().ifPresent(first -> document.put("failure", first));
    return document;
  }

  /** Over all that were tried; null for a task without a goal. */
  private static Double successRate(List<Attempt> attempts) {
    if (attempts.stream().anyMatch(a -> a.success().isEmpty())) {
      return null;
    }
    return attempts.stream()
        .mapToDouble(a -> a.success().orElseThrow() ? 1 : 0)
        .average()
        .orElse(0);
  }
}
