package dev.difftop.learner.imitation;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.learning.run.PolicyConfig;
import dev.difftop.learning.testkit.LearnerContract;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.LinearSolve;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What every learner promises, of the imitation learner with and without code and base. */
abstract class ImitationContract extends LearnerContract<ImitationConfig> {
  private record Named<T>(String name) implements Chosen<T> {
    @Override
    public Chosen<T> with(List<String> overrides) {
      return this;
    }

    @Override
    public java.util.Map<String, Object> document() {
      return java.util.Map.of("plugin", name);
    }
  }

  boolean hasCode() {
    return false;
  }

  boolean hasBase() {
    return false;
  }

  @Override
  protected LearnerProvider<ImitationConfig> provider() {
    return new ImitationProvider();
  }

  @Override
  protected int updates() {
    return 2;
  }

  @Override
  protected ImitationConfig config() {
    CodeConfig code =
        new CodeConfig(
            2,
            0.01,
            1,
            2,
            0,
            new int[] {4},
            CodeConfig.Posterior.EPISODE,
            3,
            List.of(),
            CodeConfig.Prior.LEARNED,
            2,
            CodeConfig.Drawn.EPISODE,
            2);
    return new ImitationConfig(
        4,
        TinyContext.ADAMW,
        0.5,
        0.5,
        0.2,
        hasBase() ? Optional.of(Path.of("base")) : Optional.empty(),
        1,
        1,
        hasCode() ? Optional.of(code) : Optional.empty());
  }

  @Override
  protected Learner newLearner(ImitationConfig config, LearnerContext context) {
    return new ImitationLearner(config, context);
  }

  @Override
  protected Policy otherRun(Path run, PolicySignature signature) {
    return new FixedPolicy(signature, 0.25);
  }

  @Override
  protected Optional<PolicyConfig> policy() {
    return Optional.of(
        new PolicyConfig(
            Optional.of(new Named<>("encoder")),
            Optional.of(new Named<>("dynamics")),
            Optional.of(new Named<>("cost")),
            new Named<Solver>("solver"),
            2,
            0.9,
            0.2,
            AdjointMode.EXACT,
            new AdjointOptions(1e-3, 5, Curvature.EXACT, 1e-3, LinearSolve.AUTO, 1),
            BadSamples.KEEP,
            ActingSettings.from(
                hasBase() ? ActingSettings.Start.BASE : ActingSettings.Start.SHIFTED)));
  }

  @Override
  @SuppressWarnings("unchecked")
  protected <T> T make(Chosen<T> choice) {
    Object made =
        switch (choice.name()) {
          case "encoder" -> new TinyParts.TinyEncoder("point");
          case "dynamics" ->
              hasCode() ? new TinyParts.TinyCodedDynamics(2, 1) : new TinyParts.TinyDynamics();
          case "cost" -> hasCode() ? new TinyParts.TinyCodedCost(2, 1) : new TinyParts.TinyCost();
          default -> new TinyParts.NewtonSolver(8);
        };
    return (T) made;
  }
}
