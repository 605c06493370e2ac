package dev.difftop.app.cli.train;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.config.Configuration;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.StoppedException;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.env.Video;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.PermutedDynamics;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.PlanningPolicy;
import dev.difftop.learning.rollout.Evaluation;
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

/** Measures the policy of a run in its environment. */
@Command(name = "evaluate", description = "Measure the policy of a run in its environment.")
public final class EvaluateCommand implements Callable<Integer> {
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
      defaultValue = "20",
      description = "How many episodes (${DEFAULT-VALUE}).")
  private int episodes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of the first states (default: the episodes of the training run).")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--permute-dynamics",
      description = "Ablation: plan with the learned dynamics' outputs permuted.")
  private boolean permute;

  EvaluateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (episodes < 1) {
      throw new UsageException(
          "--episodes", "--episodes: found " + episodes + ", expected at least 1");
    }
    RunFolder folder = RunFolder.open(run);
    Configuration<TrainConfig> read =
        session.configurations().read(TrainConfig.class, folder.config(), overrides);
    read.notes().forEach(session.console()::note);
    TrainConfig config = read.value();
    try (Interruption interruption = Interruption.watch(session.console());
        ImitationParts parts = new ImitationParts(config)) {
      Normalizers normalizers =
          folder.load(parts.model(), config.learning().optimizer().averaging() > 0);
      PlanningModel model = permute ? permuted(parts.model()) : parts.model();
      try (PlanningPolicy policy =
          new PlanningPolicy(
              model, parts.solver(), normalizers, config.acting(), Optional.empty())) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("task", parts.environment().spec().task());
        RandomStream random =
            seed.map(RandomStream::root).orElseGet(parts::random).child("evaluation");
        Policy stoppable = new StoppablePolicy(policy, interruption::isRequested);
        document.putAll(
            document(
                Evaluation.run(
                    parts.environment(),
                    stoppable,
                    episodes,
                    config.success(),
                    random,
                    Video.none())));
        document.put("converged", policy.convergedShare());
        session.console().answerPlainly(document);
      }
    } catch (StoppedException e) {
      session.console().note("stopped");
      return Failure.RUN_FAILED;
    }
    return 0;
  }

  private static PlanningModel permuted(PlanningModel model) {
    ProblemSpec spec = model.spec();
    return model.withSpec(
        new ProblemSpec(
            new PermutedDynamics(spec.dynamics()),
            spec.cost(),
            spec.horizon(),
            spec.discount(),
            spec.controlPenalty()));
  }

  /** What an evaluation says. */
  static Map<String, Object> document(Evaluation evaluation) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("episodes", evaluation.returns().length);
    out.put("returns", evaluation.returns());
    out.put("mean", evaluation.mean());
    out.put("std", evaluation.std());
    out.put("success_rate", evaluation.successRate().orElse(null));
    out.put("failed_episodes", evaluation.failed());
    Map<String, Object> time = new LinkedHashMap<>();
    time.put("median", evaluation.actionMillis(0.5));
    time.put("p95", evaluation.actionMillis(0.95));
    out.put("action_ms", time);
    return out;
  }
}
