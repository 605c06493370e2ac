package dev.difftop.learner.imitation.diffusion;

import dev.difftop.api.Preset;
import dev.difftop.learner.imitation.base.CloningLearner;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import java.util.List;

/** Offers {@link DiffusionLearner} under the name {@code behavior-cloning}. */
public final class DiffusionProvider implements LearnerProvider<DiffusionConfig> {
  @Override
  public String name() {
    return "diffusion";
  }

  @Override
  public String summary() {
    return "chunks of actions denoised from the last observations: DDPM, DDIM, flow matching";
  }

  @Override
  public Class<DiffusionConfig> configType() {
    return DiffusionConfig.class;
  }

  @Override
  public Class<? extends Learner> implementation() {
    return DiffusionLearner.class;
  }

  @Override
  public List<Preset> presets() {
    return List.of(
        preset("diffusion-unet", "diffusion policy with the published 1-D U-Net"),
        preset("diffusion-mlp", "diffusion policy with D3IL's small perceptron"));
  }

  private static Preset preset(String name, String summary) {
    return Preset.ofResource(
        name, summary, DiffusionProvider.class, "/META-INF/presets/" + name + ".yaml");
  }

  @Override
  public Policy load(DiffusionConfig config, LearnerContext context, PolicyState saved) {
    DiffusionModel model = new DiffusionModel(config, context, saved.signature());
    return CloningLearner.load(context, model, model.execution(), saved);
  }
}
