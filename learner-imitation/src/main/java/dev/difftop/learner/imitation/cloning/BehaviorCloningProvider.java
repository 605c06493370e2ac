package dev.difftop.learner.imitation.cloning;

import dev.difftop.api.Preset;
import dev.difftop.learner.imitation.base.CloningLearner;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import java.util.List;

/** Offers {@link BehaviorCloningLearner} under the name {@code behavior-cloning}. */
public final class BehaviorCloningProvider implements LearnerProvider<BehaviorCloningConfig> {
  @Override
  public String name() {
    return "behavior-cloning";
  }

  @Override
  public String summary() {
    return "a network from observations to actions, a normal distribution or a mixture of them";
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
  public List<Preset> presets() {
    return List.of(
        Preset.ofResource(
            "behavior-cloning-robomimic",
            "behavior cloning with a mixture, as robomimic's BC-GMM",
            BehaviorCloningProvider.class,
            "/META-INF/presets/behavior-cloning-robomimic.yaml"));
  }

  @Override
  public Policy load(BehaviorCloningConfig config, LearnerContext context, PolicyState saved) {
    BehaviorCloningModel model = new BehaviorCloningModel(config, context, saved.signature());
    return CloningLearner.load(context, model, model.execution(), saved);
  }
}
