package dev.difftop.app.cli.train;

import dev.difftop.api.Solver;
import dev.difftop.api.config.Configuration;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Json;
import dev.difftop.app.cli.console.Progress;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.StoppedException;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.env.Video;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.imitation.BehaviorCloning;
import dev.difftop.learning.imitation.ImitationLearner;
import dev.difftop.learning.imitation.ImitationMetrics;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.PlanningPolicy;
import dev.difftop.learning.rollout.Evaluation;
import dev.difftop.learning.storage.Checkpoint;
import dev.difftop.optimization.adjoint.Adjoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a planning policy from demonstrations and leaves a run folder. */
@Command(
    name = "train",
    description = "Learn a policy from demonstrations; leaves a run folder with everything.")
public final class TrainCommand implements Callable<Integer> {
  private final Session session;

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
      description = "Go on with the run in this folder, exactly where its checkpoint was saved.")
  private Optional<Path> resume = Optional.empty();

  @Option(
      names = "--dry-run",
      description = "Assemble, check every shape, show the resolved configuration, run nothing.")
  private boolean dryRun;

  TrainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Optional<RunFolder> resumed = resume.map(RunFolder::open);
    Configuration<TrainConfig> read = readConfiguration(resumed);
    read.notes().forEach(session.console()::note);
    TrainConfig config = read.value();
    try (ImitationParts parts = new ImitationParts(config);
        Dataset dataset = parts.assembly().make(config.dataset(), parts.random())) {
      session
          .console()
          .note("dataset: %d episodes, %s".formatted(dataset.episodes().size(), dataset.size()));
      Demonstrations data = demonstrations(parts, dataset);
      checkFrozen(config, parts, data);
      if (dryRun) {
        session.console().answer(Map.of("config", read.document()), read.yaml().lines().toList());
        return 0;
      }
      RunFolder folder = resumed.isPresent() ? resumed.get() : newFolder();
      folder.writeConfig(read.yaml());
      folder.writeManifest(config, read.yaml(), config.dataset().files());
      return new Run(config, parts, data, folder, resumed.isPresent()).call();
    }
  }

  private Configuration<TrainConfig> readConfiguration(Optional<RunFolder> resumed) {
    if (resumed.isPresent()) {
      if (!words.isEmpty() || out.isPresent()) {
        throw new UsageException(
            "--resume", "--resume takes the configuration of the run; found " + words);
      }
      return session.configurations().read(TrainConfig.class, resumed.get().config(), List.of());
    }
    if (words.isEmpty() || words.get(0).contains("=")) {
      throw new UsageException("CONFIG.yaml", "name a configuration first, then key=value");
    }
    List<String> overrides = words.subList(1, words.size());
    return session.configurations().read(TrainConfig.class, Path.of(words.get(0)), overrides);
  }

  /** What the demonstrations must fit: the environment's actions and observations. */
  static Demonstrations demonstrations(ImitationParts parts, Dataset dataset) {
    Demonstrations data =
        new Demonstrations(dataset, List.copyOf(parts.model().observations().keySet()));
    int nu = parts.environment().spec().actionSize();
    if (data.actionSize() != nu) {
      throw new UsageException(
          "dataset",
          "dataset: actions have size %d, the environment takes %d"
              .formatted(data.actionSize(), nu));
    }
    data.observationShapes()
        .forEach(
            (name, shape) -> {
              if (!shape.equals(parts.model().observations().get(name))) {
                throw new UsageException(
                    "dataset",
                    "dataset: obs/%s has shape %s, the environment gives %s"
                        .formatted(name, shape, parts.model().observations().get(name)));
              }
            });
    return data;
  }

  /** What is frozen must be there; better said now than after hours. */
  private static void checkFrozen(TrainConfig config, ImitationParts parts, Demonstrations data) {
    parts.model().parameters().matching(config.learning().optimizer().freeze());
    new BehaviorCloning(
        parts.assembly().engine(), data, Normalizers.of(data), config.baseline(), parts.random());
  }

  private RunFolder newFolder() throws IOException {
    if (out.isPresent()) {
      return RunFolder.create(out.get());
    }
    String name = Path.of(words.get(0)).getFileName().toString().replaceAll("\\.[^.]*$", "");
    int n = 1;
    while (java.nio.file.Files.exists(Path.of("runs", name + "-" + n))) {
      n++;
    }
    return RunFolder.create(Path.of("runs", name + "-" + n));
  }

  /** One run, from the first gradient step or a later one to the last file. */
  private final class Run {
    private final TrainConfig config;
    private final ImitationParts parts;
    private final Demonstrations data;
    private final RunFolder folder;
    private final boolean resumed;
    private final Normalizers normalizers;

    Run(
        TrainConfig config,
        ImitationParts parts,
        Demonstrations data,
        RunFolder folder,
        boolean resumed) {
      this.config = config;
      this.parts = parts;
      this.data = data;
      this.folder = folder;
      this.resumed = resumed;
      this.normalizers = resumed ? folder.load(parts.model(), false) : Normalizers.of(data);
    }

    int call() throws IOException {
      try (Interruption interruption = Interruption.watch(session.console());
          Adjoint adjoint = parts.adjoint();
          Solver auditor = parts.assembly().make(auditor(), parts.random());
          ImitationLearner learner =
              new ImitationLearner(
                  parts.model(),
                  parts.solver(),
                  auditor,
                  adjoint,
                  data,
                  normalizers,
                  config.learning(),
                  parts.random().child("imitation"))) {
        if (resumed) {
          Checkpoint.restore(folder.checkpoint(), learner.state());
        }
        folder.startMetrics(learner.steps());
        learn(learner, interruption);
        Checkpoint.save(folder.checkpoint(), learner.steps(), learner.state(), normalizers);
        if (interruption.isRequested()) {
          return stopped(learner.steps());
        }
        new LearningCurve(folder).write();
        report(learner, interruption);
      } catch (StoppedException e) {
        return stopped(config.learning().steps());
      }
      return 0;
    }

    private Choice<Solver> auditor() {
      return Auditor.choose(session.configurations(), folder.config(), List.of(), List.of());
    }

    private int stopped(long step) {
      session
          .console()
          .note(
              "stopped after step %d; go on with: difftop train --resume %s"
                  .formatted(step, folder.path()));
      return Failure.RUN_FAILED;
    }

    private void learn(ImitationLearner learner, Interruption interruption) {
      int total = config.learning().steps();
      long begun = System.nanoTime();
      try (Progress progress = new Progress(session.console(), "step")) {
        while (learner.steps() < total && !interruption.isRequested()) {
          ImitationMetrics m = learner.step();
          if (m.step() % config.learning().logEvery() == 0 || m.step() == total) {
            folder.append(m, learner.validationError(), (System.nanoTime() - begun) / 1e9);
            folder.appendAudit(m);
          }
          if (m.step() % config.checkpointEvery() == 0) {
            Checkpoint.save(folder.checkpoint(), learner.steps(), learner.state(), normalizers);
          }
          progress.at(
              m.step(),
              total,
              String.format(
                  Locale.ROOT,
                  "loss %.4f  consistency %.4f  converged %.0f %%",
                  m.loss(),
                  m.consistency(),
                  100 * m.converged()));
        }
      }
    }

    private void report(ImitationLearner learner, Interruption interruption) throws IOException {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("run", folder.path().toString());
      document.put("task", parts.environment().spec().task());
      document.put("demonstrations", demonstrationsDocument());
      if (config.evaluationEpisodes() > 0) {
        Video video = new Video(parts.environment());
        PlanningModel acting =
            learner.averaged().map(parts.model()::withParameters).orElseGet(parts::model);
        try (PlanningPolicy policy =
            new PlanningPolicy(
                acting, parts.solver(), normalizers, config.acting(), Optional.empty())) {
          document.put("policy", evaluate(policy, video, interruption));
        }
        video.write(folder.path().resolve("rollout.gif"));
        video.problem().ifPresent(p -> session.console().note("no video: " + p));
        if (config.baseline().enabled()) {
          document.put("behavior_cloning", evaluateBaseline(interruption));
        }
      }
      folder.write("evaluation.json", Json.write(document) + "\n");
      session.console().answerPlainly(document);
    }

    private Map<String, Object> demonstrationsDocument() {
      Map<String, Object> out = new LinkedHashMap<>();
      out.put("episodes", data.episodes());
      out.put("rows", data.rows());
      out.put("mean_return", data.meanReturn());
      return out;
    }

    private Map<String, Object> evaluate(Policy policy, Video video, Interruption interruption) {
      Evaluation evaluation =
          Evaluation.run(
              parts.environment(),
              new StoppablePolicy(policy, interruption::isRequested),
              config.evaluationEpisodes(),
              config.success(),
              parts.random().child("evaluation"),
              video);
      return EvaluateCommand.document(evaluation);
    }

    private Map<String, Object> evaluateBaseline(Interruption interruption) throws IOException {
      BehaviorCloning cloning =
          new BehaviorCloning(
              parts.assembly().engine(),
              data,
              normalizers,
              config.baseline(),
              parts.random().child("baseline"));
      try (Progress progress = new Progress(session.console(), "behaviour cloning, step")) {
        cloning.train(
            parts.random().child("baseline batches"),
            (step, loss) -> {
              progress.at(
                  step, config.baseline().steps(), String.format(Locale.ROOT, "loss %.4f", loss));
              return interruption.isRequested();
            });
      }
      Video video = new Video(parts.environment());
      Map<String, Object> document;
      try (Policy policy = cloning.policy()) {
        document = evaluate(policy, video, interruption);
      }
      video.write(folder.path().resolve("baseline-rollout.gif"));
      return document;
    }
  }
}
