package dev.difftop.learner.imitation;

import dev.difftop.api.array.DType;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.PlanningPolicy;

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
    PlanningModel model = context.newPlanningModel(DType.FLOAT32);
    model.parameters().load(saved);
    return new PlanningPolicy(
        model,
        () -> context.newSolver(model.spec()),
        saved.signature(),
        saved.normalizers(),
        context.policy().acting(),
        config.base().map(context::loadPolicy));
  }
}
