package dev.difftop.app.cli.train;

import dev.difftop.api.Collaborators;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.app.cli.console.Documents;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Progress;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.env.Video;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.rollout.Rollout;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.learning.run.TrainedPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One episode of a run's policy in the run's environment, step by step. */
public final class RunPlay implements AutoCloseable {
  private final Session session;
  private final Path run;
  private final TrainedPolicy trained;
  private final Environment environment;
  private final List<Double> rewards = new ArrayList<>();
  private final List<Double> millis = new ArrayList<>();

  /**
   * Loads the policy and makes its environment.
   *
   * @param overrides of the run's configuration; those without effect on a policy are refused
   */
  public RunPlay(Session session, Path run, TrainedPolicy.Which which, List<String> overrides) {
    this.session = session;
    this.run = run;
    this.trained = new Runs(session).load(run, which, overrides);
    try {
      this.environment = newEnvironment(trained.spec());
    } catch (RuntimeException e) {
      trained.close();
      throw e;
    }
  }

  private Environment newEnvironment(RunSpec spec) {
    return session
        .parts()
        .make(
            spec.environment()
                .orElseThrow(
                    () ->
                        new UsageException(
                            "environment",
                            "environment: the run names none; give one, such as"
                                + " environment=mujoco")),
            Collaborators.of(RandomStream.root(spec.run().seed())));
  }

  /** An empty video of the environment. */
  public Video video() {
    return new Video(environment);
  }

  /**
   * Runs the episode.
   *
   * @param steps most steps; empty for a whole episode
   * @param seed of the first state; empty for the first episode of the run's evaluations
   * @return the report
   */
  public Map<String, Object> run(
      Optional<Integer> steps, Optional<Long> seed, Video video, Interruption interruption) {
    RandomStream root = RandomStream.root(seed.orElse(trained.spec().run().seed()));
    int most = Math.min(steps.orElse(Integer.MAX_VALUE), environment.spec().episodeSteps());
    try (Policy.Actor actor = trained.policy().actor();
        Progress progress = new Progress(session.console(), "step")) {
      Rollout.Listener listener =
          step -> {
            rewards.add(step.after().reward());
            millis.add(step.actionMillis());
            video.accept(environment);
            progress.at(rewards.size(), most, figures(step, actor.statistics()));
            return rewards.size() >= most;
          };
      Rollout.Episode episode =
          new Rollout(environment, actor, interruption::isRequested)
              .run(root.child("evaluation").child(0), listener);
      return report(episode, actor.statistics());
    }
  }

  /** What the last step and the solves so far were like. */
  private static String figures(Rollout.Step step, Metrics statistics) {
    StringBuilder out = new StringBuilder();
    out.append("reward ").append(Documents.number(step.after().reward()));
    out.append("  ").append(Documents.number(step.actionMillis())).append(" ms");
    statistics
        .values()
        .forEach(
            (name, value) ->
                out.append("  ").append(name).append(' ').append(Documents.number(value)));
    return out.toString();
  }

  private Map<String, Object> report(Rollout.Episode episode, Metrics statistics) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("run", run.toString());
    report.put("task", environment.spec().task());
    report.put("steps", rewards.size());
    report.put("return", episode.sum());
    report.put("last_reward", rewards.isEmpty() ? 0 : rewards.get(rewards.size() - 1));
    report.put("success", episode.successAny().orElse(null));
    report.put("failure", episode.reason());
    report.put("step_ms", 1000 * environment.spec().controlTimestep());
    double[] sorted = millis.stream().mapToDouble(m -> m).sorted().toArray();
    Map<String, Object> time = new LinkedHashMap<>();
    time.put("median", quantile(sorted, 0.5));
    time.put("p95", quantile(sorted, 0.95));
    report.put("action_ms", time);
    statistics.values().forEach(report::put);
    report.put("rewards", rewards.stream().mapToDouble(r -> r).toArray());
    return report;
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
  }

  @Override
  public void close() {
    environment.close();
    trained.close();
  }
}
