package dev.difftop.learner.imitation.implicit;

import dev.difftop.api.Preset;
import dev.difftop.learner.imitation.base.CloningLearner;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import java.util.Arrays;
import java.util.List;

/** Offers {@link ImplicitCloningLearner} under the name {@code behavior-cloning}. */
public final class ImplicitCloningProvider implements LearnerProvider<ImplicitCloningConfig> {
  @Override
  public String name() {
    return "implicit-cloning";
  }

  @Override
  public String summary() {
    return "an energy of observations and actions, whose minimum is executed (IBC)";
  }

  @Override
  public Class<ImplicitCloningConfig> configType() {
    return ImplicitCloningConfig.class;
  }

  @Override
  public Class<? extends Learner> implementation() {
    return ImplicitCloningLearner.class;
  }

  @Override
  public List<Preset> presets() {
    return List.of(
        Preset.ofResource(
            "implicit-cloning-published",
            "implicit cloning with derivative-free search, published size",
            ImplicitCloningProvider.class,
            "/META-INF/presets/implicit-cloning-published.yaml"));
  }

  @Override
  public Policy load(ImplicitCloningConfig config, LearnerContext context, PolicyState saved) {
    ImplicitCloningModel model =
        new ImplicitCloningModel(config, context, saved.signature(), constant(saved));
    return CloningLearner.load(context, model, model.execution(), saved);
  }

  private static List<Integer> constant(PolicyState saved) {
    String text = saved.attributes().getOrDefault(ImplicitCloningLearner.CONSTANT, "");
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
  }
}
