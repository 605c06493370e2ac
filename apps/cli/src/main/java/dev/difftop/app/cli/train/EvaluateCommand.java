package dev.difftop.app.cli.train;

import dev.difftop.api.Chosen;
import dev.difftop.api.Collaborators;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.learning.Policy;
import dev.difftop.learning.model.PermutedDynamics;
import dev.difftop.learning.model.PlanningPolicy;
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
    if (episodes < 1) {
      throw new UsageException(
          "--episodes", "--episodes: found " + episodes + ", expected at least 1");
    }
    TrainedPolicy.Which which = best ? TrainedPolicy.Which.BEST : TrainedPolicy.Which.LATEST;
    try (Interruption interruption = Interruption.watch(session.console());
        TrainedPolicy trained = new Runs(session).load(run, which, overrides)) {
      Policy policy = permute ? permuted(trained.policy()) : trained.policy();
      Evaluation evaluation = Evaluation.run(policy, protocol(trained.spec(), interruption));
      if (interruption.isRequested()) {
        session.console().note("stopped");
        return Failure.RUN_FAILED;
      }
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("run", run.toString());
      document.putAll(EvaluationDocument.of(evaluation));
      session.console().answerPlainly(document);
    }
    return 0;
  }

  private Evaluation.Protocol protocol(RunSpec spec, Interruption interruption) {
    RandomStream root = RandomStream.root(spec.run().seed());
    RandomStream random = seed.map(RandomStream::root).orElse(root).child("evaluation");
    Chosen<Environment> environment =
        spec.environment()
            .orElseThrow(
                () ->
                    new UsageException(
                        "environment",
                        "environment: the run names none; give one, such as environment=mujoco"));
    return new Evaluation.Protocol(
        () -> session.parts().make(environment, Collaborators.of(root)),
        episodes,
        spec.run().threads(),
        random,
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
