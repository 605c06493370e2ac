package dev.difftop.learner.modelbased;

import dev.difftop.api.Chosen;
import dev.difftop.learner.modelbased.learning.ModelBasedLearner;
import dev.difftop.learner.modelbased.learning.ModelBasedProvider;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.run.PolicyConfig;
import dev.difftop.learning.testkit.LearnerContract;
import java.nio.file.Path;
import java.util.Optional;

final class ModelBasedContractTest extends LearnerContract<ModelBasedConfig> {
  private static TinySetup setup() {
    TinySetup setup = new TinySetup(Path.of("unused"));
    setup.seedSteps = 20;
    setup.updatesPerStep = 0.2;
    return setup;
  }

  @Override
  protected LearnerProvider<ModelBasedConfig> provider() {
    return new ModelBasedProvider();
  }

  @Override
  protected ModelBasedConfig config() {
    return setup().config();
  }

  @Override
  protected Learner newLearner(ModelBasedConfig config, LearnerContext context) {
    return new ModelBasedLearner(config, context);
  }

  @Override
  protected int updates() {
    return 2;
  }

  @Override
  protected Optional<PolicyConfig> policy() {
    return Optional.of(setup().policy(observed()));
  }

  @Override
  protected <T> T make(Chosen<T> choice) {
    return TinySetup.make(choice);
  }
}
