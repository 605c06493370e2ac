package dev.difftop.learner.imitation;

import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;

/** Offers {@link ResidualLearner} under the name {@code residual}. */
public final class ResidualProvider implements LearnerProvider<ResidualConfig> {
  @Override
  public String name() {
    return "residual";
  }

  @Override
  public String summary() {
    return "a correction of a base policy's action, learned from demonstrations";
  }

  @Override
  public Class<ResidualConfig> configType() {
    return ResidualConfig.class;
  }

  @Override
  public Class<? extends Learner> implementation() {
    return ResidualLearner.class;
  }

  @Override
  public Policy load(ResidualConfig config, LearnerContext context, PolicyState saved) {
    ResidualNetwork network = new ResidualNetwork(config.hidden(), saved.signature());
    return new ResidualPolicy(
        context.engine(),
        network,
        network.load(context.engine(), saved),
        saved.normalizers(),
        BasePolicy.load(config.base(), context, saved));
  }
}
