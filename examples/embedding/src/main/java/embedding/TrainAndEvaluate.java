package embedding;

import dev.difftop.api.*;
import dev.difftop.api.config.Settings;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.environment.Environment;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.env.mujoco.MujocoConfig;
import dev.difftop.learner.imitation.ImitationConfig;
import dev.difftop.learning.Learner;
import dev.difftop.learning.run.*;
import dev.difftop.models.cost.*;
import dev.difftop.models.dynamics.*;
import dev.difftop.models.encoder.*;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig;
import java.nio.file.Path;
import java.util.Optional;

/** Learns a policy that plans from demonstrations, and evaluates it. */
public final class TrainAndEvaluate {
  private TrainAndEvaluate() {}

  /** What is trained: a swing-up of 40 control steps. */
  static RunSpec spec(PartFactory factory, Path demonstrations, long budget) {
    MujocoConfig task =
        Settings.of(MujocoConfig.of("cartpole-swingup"))
            .with(MujocoConfig::episodeControlSteps, 40)
            .get();
    PolicyConfig policy =
        Settings.of(PolicyConfig.class)
            .with(
                PolicyConfig::encoder,
                Optional.of(
                    factory.choose(
                        Encoder.class,
                        Settings.of(MlpEncoderConfig.class)
                            .with(MlpEncoderConfig::latent, 8)
                            .get())))
            .with(PolicyConfig::dynamics, Optional.of(factory.choose(Dynamics.class, "mlp")))
            .with(
                PolicyConfig::cost,
                Optional.of(
                    factory.choose(
                        Cost.class,
                        Settings.of(MlpResidualCostConfig.class)
                            .with(MlpResidualCostConfig::residuals, 8)
                            .get())))
            .with(
                PolicyConfig::solver,
                factory.choose(
                    Solver.class,
                    Settings.of(GaussNewtonConfig.class)
                        .with(GaussNewtonConfig::tolerance, 1e-3)
                        .get()))
            .with(PolicyConfig::horizon, 3)
            .with(PolicyConfig::controlPenalty, 0.1)
            .get();
    return Settings.of(RunSpec.class)
        .with(RunSpec::environment, Optional.of(factory.choose(Environment.class, task)))
        .with(
            RunSpec::dataset,
            Optional.of(
                factory.choose(
                    Dataset.class,
                    "robomimic",
                    Settings.of(DemonstrationConfig.class)
                        .with(DemonstrationConfig::path, demonstrations)
                        .get())))
        .with(RunSpec::policy, policy)
        .with(
            RunSpec::learner,
            factory.choose(
                Learner.class,
                Settings.of(ImitationConfig.class).with(ImitationConfig::batch, 32).get()))
        .with(
            RunSpec::run,
            Settings.of(RunSettings.class)
                .with(RunSettings::budget, budget)
                .with(RunSettings::evaluationEpisodes, 2)
                .get())
        .get();
  }

  /** Trains in a new run folder. */
  static RunResult train(Path demonstrations, Path folder, long budget) {
    PartFactory factory = PartFactory.discover();
    ResolvedRun run = ResolvedRun.of(factory, spec(factory, demonstrations, budget));
    try (Training training = new Training(run, folder, factory, System.err::println)) {
      return training.begin().run(() -> false);
    }
  }

  /** Takes the demonstrations and the run folder. */
  public static void main(String[] arguments) {
    RunResult result = train(Path.of(arguments[0]), Path.of(arguments[1]), 2000);
    System.out.printf("mean return %.2f%n", result.evaluation().orElseThrow().mean());
  }
}
