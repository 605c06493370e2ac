package dev.difftop.learner.imitation;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.ModelExtension;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.PlanningPolicy;
import java.util.Map;
import java.util.Optional;

/** Model and policy of {@link ImitationLearner}, as training and loading make them. */
final class ImitationModel {
  private final ImitationConfig config;
  private final Optional<CodeFeatures> features;
  private final Optional<CodeNetworks> networks;

  ImitationModel(ImitationConfig config, PolicySignature signature) {
    this.config = config;
    this.features =
        config.code().map(c -> new CodeFeatures(c, signature.shapes(), signature.actionSize()));
    this.networks =
        features.map(f -> new CodeNetworks(config.code().get(), f.posteriorSize(), f.priorSize()));
  }

  /**
   * A model with fresh parameters, those of posterior and prior included.
   *
   * @throws IllegalArgumentException if the parts of the policy do not fit each other, or none
   *     reads the code
   */
  PlanningModel newModel(LearnerContext context, DType dtype) {
    Map<String, Shape> leaves =
        config.code().map(c -> Map.of(CodePrior.LEAF, Shape.of(c.size()))).orElse(Map.of());
    return context.newPlanningModel(
        dtype,
        new ModelExtension(
            leaves, config.chunk(), networks.map(CodeNetworks::parameters).orElse(Map.of())));
  }

  /** The posterior in training; empty without a code. */
  Optional<CodeModel> codeModel(
      PlanningModel model, Demonstrations data, Normalizers normalizers, int threads) {
    return networks.map(
        n ->
            new CodeModel(
                config.code().get(),
                n,
                features.get(),
                model,
                data,
                normalizers,
                config.batch(),
                threads));
  }

  /** What acts with a model. */
  PlanningPolicy policy(
      PlanningModel model,
      LearnerContext context,
      PolicySignature signature,
      Normalizers normalizers,
      Optional<BasePolicy> base) {
    PlanningPolicy planning =
        new PlanningPolicy(
                model,
                () -> context.newActingSolver(model.spec()),
                signature,
                normalizers,
                context.policy().acting(),
                base.map(BasePolicy::policy))
            .executing(config.execute());
    PlanningPolicy policy =
        base.map(b -> planning.withAttributes(b.in(planning.state()).attributes()))
            .orElse(planning);
    return networks
        .map(
            n ->
                policy.withContexts(
                    new CodePrior(config.code().get(), n, features.get(), model, normalizers)))
        .orElse(policy);
  }
}
