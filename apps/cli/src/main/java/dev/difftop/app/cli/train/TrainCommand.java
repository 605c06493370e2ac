package dev.difftop.app.cli.train;

import dev.difftop.api.PartFactory;
import dev.difftop.api.config.Configuration;
import dev.difftop.app.cli.console.Documents;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.env.Video;
import dev.difftop.learning.NonFiniteLossException;
import dev.difftop.learning.rollout.EvaluationDocument;
import dev.difftop.learning.run.ResolvedRun;
import dev.difftop.learning.run.RunFolder;
import dev.difftop.learning.run.RunResult;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.learning.run.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a policy and writes a run folder. */
@Command(
    name = "train",
    description = "Train a policy; writes a run folder with everything that it was and became.")
public final class TrainCommand implements Callable<Integer> {
  private static final String BUDGET = "run.budget";

  private final Session session;
  private final Runs runs;

  @Parameters(
      arity = "0..*",
      paramLabel = "CONFIG.yaml [key=value]",
      description = "The configuration, then overrides; with --resume, neither.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run folder (default: runs/NAME-N with the first N that is free).")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "Resume the run in this folder exactly where its checkpoint was saved.")
  private Optional<Path> resume = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "run.budget=N",
      description =
          "With --resume: another budget, the one change that is allowed. Schedules that follow"
              + " the budget continue as if it had been that from the start.")
  private List<String> changes = new ArrayList<>();

  @Option(
      names = "--accept-data",
      description =
          "With --resume: continue although the data has changed since; the manifest keeps both"
              + " checksums.")
  private boolean acceptData;

  @Option(
      names = "--dry-run",
      description =
          "Make every check that a start makes, show the resolved configuration, run nothing.")
  private boolean dryRun;

  TrainCommand(Session session) {
    this.session = session;
    this.runs = new Runs(session);
  }

  @Override
  public Integer call() throws IOException {
    return resume.isPresent() ? resume(resume.get()) : start();
  }

  private int start() throws IOException {
    if (words.isEmpty() || words.get(0).contains("=")) {
      throw new UsageException("CONFIG.yaml", "name a configuration first, then key=value");
    }
    if (!changes.isEmpty()) {
      throw new UsageException("--set", "--set goes with --resume; write key=value after CONFIG");
    }
    if (acceptData) {
      throw new UsageException("--accept-data", "--accept-data goes with --resume");
    }
    Path file = Path.of(words.get(0));
    Configuration<RunSpec> read = runs.read(file, words.subList(1, words.size()));
    Path folder = out.orElseGet(() -> freeFolder(file));
    List<Compared> compared = new ArrayList<>();
    for (Path other : read.value().compareWith()) {
      compared.add(readCompared(other));
    }
    if (dryRun) {
      check(read, folder);
      compared.forEach(other -> check(other.configuration(), folder.resolve("compared")));
      session.console().answer(Map.of("config", read.document()), read.yaml().lines().toList());
      return 0;
    }
    try (Interruption interruption = Interruption.watch(session.console())) {
      Optional<RunResult> result = train(read, folder, interruption, Optional.empty());
      if (result.isEmpty()) {
        return Failure.RUN_FAILED;
      }
      return compare(result.get(), compared, interruption);
    }
  }

  /** A configuration that the run is compared with, under the conditions of the run. */
  private record Compared(String name, Configuration<RunSpec> configuration) {}

  private Compared readCompared(Path file) {
    List<String> conditions = ComparedRuns.conditions(words.subList(1, words.size()));
    return new Compared(stem(file), runs.read(file, conditions));
  }

  /** Trains what the run is compared with, and answers with all of them. */
  private int compare(RunResult result, List<Compared> others, Interruption interruption)
      throws IOException {
    Map<String, Object> document = document(result);
    List<String> lines = new ArrayList<>(Documents.lines(document));
    ComparedRuns table = new ComparedRuns();
    table.add(result);
    List<Map<String, Object>> compared = new ArrayList<>();
    for (Compared other : others) {
      Path folder = result.folder().resolve("compared").resolve(other.name());
      Optional<RunResult> one =
          train(other.configuration(), folder, interruption, Optional.empty());
      if (one.isEmpty()) {
        return Failure.RUN_FAILED;
      }
      compared.add(document(one.get()));
      table.add(one.get());
    }
    if (!others.isEmpty()) {
      document.put("compared", compared);
      lines.add("");
      lines.addAll(table.lines());
    }
    session.console().answer(document, lines);
    return 0;
  }

  private void check(Configuration<RunSpec> read, Path folder) {
    newTraining(read, folder).close();
  }

  private int resume(Path folder) throws IOException {
    RunFolder there = RunFolder.open(folder);
    Configuration<RunSpec> recorded = runs.read(there.config(), List.of());
    Configuration<RunSpec> read = recorded;
    if (!words.isEmpty()) {
      // A configuration may be named again; it has to be the recorded one.
      read = runs.read(Path.of(words.get(0)), words.subList(1, words.size()));
    } else if (!changes.isEmpty()) {
      read = runs.read(there.config(), changes);
    }
    Map<String, Object> differences = Runs.differences(recorded.document(), read.document());
    List<String> refused =
        differences.keySet().stream().filter(key -> !key.equals(BUDGET)).toList();
    if (!refused.isEmpty() || out.isPresent()) {
      throw new UsageException(
          "--resume",
          "--resume continues the recorded configuration; %s"
              .formatted(
                  out.isPresent()
                      ? "it has no --out"
                      : "found changes of "
                          + String.join(", ", refused)
                          + "; only run.budget may change (--set run.budget=N)"));
    }
    try (Interruption interruption = Interruption.watch(session.console())) {
      Optional<RunResult> result = train(read, folder, interruption, Optional.of(differences));
      if (result.isEmpty()) {
        return Failure.RUN_FAILED;
      }
      session.console().answerPlainly(document(result.get()));
      return 0;
    }
  }

  /** Trains; empty if it was interrupted. */
  private Optional<RunResult> train(
      Configuration<RunSpec> read,
      Path folder,
      Interruption interruption,
      Optional<Map<String, Object>> resumedWith)
      throws IOException {
    LazyVideo video = new LazyVideo();
    try (ConsoleProgress progress = new ConsoleProgress(session.console());
        Training training = newTraining(read, folder).video(video)) {
      if (resumedWith.isPresent()) {
        if (acceptData) {
          training.acceptChangedData();
        }
        training.resume(resumedWith.get(), session.console()::note);
      } else {
        training.begin();
      }
      RunResult result;
      try {
        result = training.listen(progress).run(interruption::isRequested);
      } catch (NonFiniteLossException e) {
        throw new RunFailedException(
            "%s; the last checkpoint is in %s".formatted(e.getMessage(), folder), e);
      }
      if (result.stopped()) {
        session
            .console()
            .note(
                "stopped after %s %d; resume with: difftop train --resume %s"
                    .formatted(result.position().unit(), result.position().done(), folder));
        return Optional.empty();
      }
      LearningCurve.write(training);
      video.write(folder.resolve("rollout.gif"));
      video.problem().ifPresent(p -> session.console().note("no video: " + p));
      return Optional.of(result);
    }
  }

  private Training newTraining(Configuration<RunSpec> read, Path folder) {
    PartFactory factory = session.parts();
    return new Training(ResolvedRun.of(factory, read), folder, factory, session.console()::note);
  }

  private static Map<String, Object> document(RunResult result) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("run", result.folder().toString());
    document.put("position", result.position().done());
    result.evaluation().ifPresent(e -> document.put("policy", EvaluationDocument.of(e)));
    document.put("processor_seconds", result.compute().processorSeconds());
    return document;
  }

  private static String stem(Path file) {
    return file.getFileName().toString().replaceAll("\\.[^.]*$", "");
  }

  private static Path freeFolder(Path file) {
    int n = 1;
    while (Files.exists(Path.of("runs", stem(file) + "-" + n))) {
      n++;
    }
    return Path.of("runs", stem(file) + "-" + n);
  }

  /** Records whichever environment the last evaluation acts in. */
  private static final class LazyVideo
      implements java.util.function.Consumer<dev.difftop.api.environment.Environment> {
    private Optional<Video> video = Optional.empty();

    @Override
    public void accept(dev.difftop.api.environment.Environment environment) {
      if (video.isEmpty()) {
        video = Optional.of(new Video(environment));
      }
      video.get().accept(environment);
    }

    void write(Path file) throws IOException {
      if (video.isPresent()) {
        video.get().write(file);
      }
    }

    Optional<String> problem() {
      return video.flatMap(Video::problem);
    }
  }
}
