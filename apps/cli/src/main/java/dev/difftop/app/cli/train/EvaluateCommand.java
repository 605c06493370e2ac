package dev.difftop.app.cli.train;

import dev.difftop.api.Chosen;
import dev.difftop.api.Collaborators;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.environment.Environment;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.dataset.DatasetFiles;
import dev.difftop.app.cli.dataset.TrustOptions;
import dev.difftop.learning.Policy;
import dev.difftop.learning.model.PermutedDynamics;
import dev.difftop.learning.model.PlanningPolicy;
import dev.difftop.learning.rollout.ActionError;
import dev.difftop.learning.rollout.Evaluation;
import dev.difftop.learning.rollout.EvaluationDocument;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.learning.run.TrainedPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the policy of a run in its environment, or against demonstrations. */
@Command(
    name = "evaluate",
    description = "Measure the policy of a run in its environment, or against demonstrations.")
public final class EvaluateCommand implements Callable<Integer> {
  private static final int EPISODES = 20;

  private final Session session;

  @Parameters(index = "0", paramLabel = "DIR", description = "The run folder.")
  private Path run;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Overrides of its configuration, such as solver.max-iterations=0.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--episodes",
      paramLabel = "N",
      description = "How many episodes (default: 20; of a file, all).")
  private Optional<Integer> episodes = Optional.empty();

  @Option(
      names = "--offline",
      paramLabel = "FILE",
      description =
          "Without the environment: how far the actions are from the demonstrated ones of this"
              + " file.")
  private Optional<Path> offline = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "Format of the file; without, it is recognised.")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--filter",
      paramLabel = "NAME",
      description = "Only the episodes that this list in the file names, such as valid.")
  private Optional<String> filter = Optional.empty();

  @Mixin private TrustOptions trust;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Seed of the first states, and of what the policy draws (default: that of the training"
              + " run).")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--best",
      description = "The policy of the best evaluation instead of the last one.")
  private boolean best;

  @Option(
      names = "--permute-dynamics",
      description = "Ablation: plan with the outputs of the learned dynamics permuted.")
  private boolean permute;

  EvaluateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (episodes.orElse(1) < 1) {
      throw new UsageException(
          "--episodes", "--episodes: found " + episodes.get() + ", expected at least 1");
    }
    if (offline.isEmpty() && (format.isPresent() || filter.isPresent())) {
      String option = format.isPresent() ? "--format" : "--filter";
      throw new UsageException(
          option, option + ": found without --offline; it is about the file of --offline FILE");
    }
    TrainedPolicy.Which which = best ? TrainedPolicy.Which.BEST : TrainedPolicy.Which.LATEST;
    try (Interruption interruption = Interruption.watch(session.console());
        TrainedPolicy trained = new Runs(session).load(run, which, overrides)) {
      Policy policy = permute ? permuted(trained.policy()) : trained.policy();
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("run", run.toString());
      document.putAll(
          offline.isPresent()
              ? against(offline.get(), policy, trained.spec(), interruption)
              : EvaluationDocument.of(
                  Evaluation.run(policy, protocol(trained.spec(), interruption))));
      if (interruption.isRequested()) {
        session.console().note("stopped");
        return Failure.RUN_FAILED;
      }
      session.console().answerPlainly(document);
    }
    return 0;
  }

  /** Against the demonstrations of a file. */
  private Map<String, Object> against(
      Path file, Policy policy, RunSpec spec, Interruption interruption) {
    try (Dataset dataset = new DatasetFiles(session).open(file, format, filter, trust)) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("file", file.toString());
      document.putAll(
          ActionError.of(
                  policy,
                  dataset,
                  episodes.orElse(Integer.MAX_VALUE),
                  random(spec),
                  interruption::isRequested)
              .document());
      return document;
    }
  }

  private RandomStream random(RunSpec spec) {
    return RandomStream.root(seed.orElse(spec.run().seed())).child("evaluation");
  }

  private Evaluation.Protocol protocol(RunSpec spec, Interruption interruption) {
    RandomStream root = RandomStream.root(spec.run().seed());
    Chosen<Environment> environment =
        spec.environment()
            .orElseThrow(
                () ->
                    new UsageException(
                        "environment",
                        "environment: the run names none; give one, such as environment=mujoco, or demonstrations"
                            + " with --offline FILE"));
    return new Evaluation.Protocol(
        () -> session.parts().make(environment, Collaborators.of(root)),
        episodes.orElse(EPISODES),
        spec.run().threads(),
        random(spec),
        interruption::isRequested);
  }

  private static Policy permuted(Policy policy) {
    if (policy instanceof PlanningPolicy planning) {
      return planning.withProblem(
          spec ->
              new ProblemSpec(
                  new PermutedDynamics(spec.dynamics()),
                  spec.cost(),
                  spec.horizon(),
                  spec.discount(),
                  spec.controlPenalty()));
    }
    throw new UsageException(
        "--permute-dynamics", "--permute-dynamics: the policy of this run does not plan");
  }
}
