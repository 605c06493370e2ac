package dev.difftop.learner.imitation;

import dev.difftop.api.Preset;
import dev.difftop.api.array.DType;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.model.PlanningModel;
import java.util.List;

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
  public List<Preset> presets() {
    return List.of(
        preset("cvae-paper", "planner as the decoder of a CVAE, with the paper's weights"),
        preset("cvae-released", "planner as the decoder of a CVAE, as in the released code"));
  }

  private static Preset preset(String name, String summary) {
    return Preset.ofResource(
        name, summary, ImitationProvider.class, "/META-INF/presets/" + name + ".yaml");
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
