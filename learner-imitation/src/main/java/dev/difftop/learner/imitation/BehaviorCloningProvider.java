package dev.difftop.learner.imitation;

import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;

/** Offers {@link BehaviorCloningLearner} under the name {@code behavior-cloning}. */
public final class BehaviorCloningProvider implements LearnerProvider<BehaviorCloningConfig> {
  @Override
  public String name() {
    return "behavior-cloning";
  }

  @Override
  public String summary() {
    return "a network from observations to an action, trained on the squared error";
  }

  @Override
  public Class<BehaviorCloningConfig> configType() {
    return BehaviorCloningConfig.class;
  }

  @Override
  public Class<? extends Learner> implementation() {
    return BehaviorCloningLearner.class;
  }

  @Override
  public Policy load(BehaviorCloningConfig config, LearnerContext context, PolicyState saved) {
    CloningNetwork network = new CloningNetwork(config.hidden(), saved.signature());
    return network.policy(
        context.engine(), network.load(context.engine(), saved), saved.normalizers());
  }
}
