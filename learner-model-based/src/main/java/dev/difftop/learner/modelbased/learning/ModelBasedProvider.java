package dev.difftop.learner.modelbased.learning;

import dev.difftop.api.Preset;
import dev.difftop.api.array.DType;
import dev.difftop.learner.modelbased.ModelBasedConfig;
import dev.difftop.learner.modelbased.acting.ActingValues;
import dev.difftop.learner.modelbased.acting.ModelBasedPolicy;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.model.PlanningModel;
import java.util.List;

/** Offers {@link ModelBasedLearner} under the name {@code model-based}. */
public final class ModelBasedProvider implements LearnerProvider<ModelBasedConfig> {
  @Override
  public String name() {
    return "model-based";
  }

  @Override
  public String summary() {
    return "TD-MPC and DiffTOP: a policy that plans with a model learned from interaction";
  }

  @Override
  public Class<ModelBasedConfig> configType() {
    return ModelBasedConfig.class;
  }

  @Override
  public Class<? extends Learner> implementation() {
    return ModelBasedLearner.class;
  }

  @Override
  public List<Preset> presets() {
    return List.of(
        preset("td-mpc", "TD-MPC from state, at a size for a CPU"),
        preset("td-mpc-published", "TD-MPC from state, published size and schedule"),
        preset("difftop", "DiffTOP from state, at a size for a CPU, with a schedule of our own"),
        preset("difftop-paper", "DiffTOP as its paper writes it, at a size for a CPU"),
        preset("difftop-released", "DiffTOP as its released code runs, at a size for a CPU"),
        preset("td-mpc2", "TD-MPC2 from state, 5 million parameters"),
        preset("td-mpc2-1m", "TD-MPC2 from state, 1 million parameters"));
  }

  private static Preset preset(String name, String summary) {
    return Preset.ofResource(
        name, summary, ModelBasedProvider.class, "/META-INF/presets/" + name + ".yaml");
  }

  @Override
  public Policy load(ModelBasedConfig config, LearnerContext context, PolicyState saved) {
    return load(config, context, saved, DType.FLOAT32);
  }

  /** In another number format. */
  public static Policy load(
      ModelBasedConfig config, LearnerContext context, PolicyState saved, DType dtype) {
    PlanningModel model = context.newPlanningModel(dtype);
    model.parameters().load(saved);
    ActingValues values =
        ActingValues.of(saved).with(config.actingHorizon(), model.spec().horizon());
    return new ModelBasedPolicy(model, saved.signature(), config, context, () -> values);
  }
}
