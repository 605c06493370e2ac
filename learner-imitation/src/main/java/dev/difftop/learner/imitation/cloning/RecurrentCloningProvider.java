package dev.difftop.learner.imitation.cloning;

import dev.difftop.api.Preset;
import dev.difftop.learner.imitation.base.CloningLearner;
import dev.difftop.learner.imitation.base.Execution;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import java.util.List;

/** Offers {@link RecurrentCloningLearner} under the name {@code recurrent-cloning}. */
public final class RecurrentCloningProvider implements LearnerProvider<RecurrentCloningConfig> {
  @Override
  public String name() {
    return "recurrent-cloning";
  }

  @Override
  public String summary() {
    return "a recurrent network, LSTM or GRU, from all observations so far to an action";
  }

  @Override
  public Class<RecurrentCloningConfig> configType() {
    return RecurrentCloningConfig.class;
  }

  @Override
  public Class<? extends Learner> implementation() {
    return RecurrentCloningLearner.class;
  }

  @Override
  public List<Preset> presets() {
    return List.of(
        Preset.ofResource(
            "recurrent-cloning-robomimic",
            "recurrent cloning with a mixture, as robomimic's BC-RNN-GMM",
            RecurrentCloningProvider.class,
            "/META-INF/presets/recurrent-cloning-robomimic.yaml"));
  }

  @Override
  public Policy load(RecurrentCloningConfig config, LearnerContext context, PolicyState saved) {
    RecurrentCloningModel model = new RecurrentCloningModel(config, context, saved.signature());
    return CloningLearner.load(context, model, Execution.stepwise(), saved);
  }
}
