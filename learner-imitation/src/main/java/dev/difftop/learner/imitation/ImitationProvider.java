package dev.difftop.learner.imitation;

import dev.difftop.api.array.DType;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.model.PlanningModel;

/** Offers {@link ImitationLearner} under the name {@code imitation}. */
public final class ImitationProvider implements LearnerProvider<ImitationConfig> {
  @Override
  public String name() {
    return "imitation";
  }

  @Override
  public String summary() {
    return "DiffTOP from demonstrations: a policy that plans, learned through its solver";
  }

  @Override
  public Class<ImitationConfig> configType() {
    return ImitationConfig.class;
  }

  @Override
  public Class<? extends Learner> implementation() {
    return ImitationLearner.class;
  }

  @Override
  public Policy load(ImitationConfig config, LearnerContext context, PolicyState saved) {
    ImitationModel definition = new ImitationModel(config, saved.signature());
    PlanningModel model = definition.newModel(context, DType.FLOAT32);
    model.parameters().load(saved);
    return definition.policy(
        model,
        context,
        saved.signature(),
        saved.normalizers(),
        config.base().map(run -> BasePolicy.load(run, context, saved)));
  }
}
