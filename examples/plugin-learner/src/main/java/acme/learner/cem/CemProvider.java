package acme.learner.cem;

import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;

/** Offers {@link CemLearner} under the name {@code linear-cem}. */
public final class CemProvider implements LearnerProvider<CemConfig> {
  @Override
  public String name() {
    return "linear-cem";
  }

  @Override
  public String summary() {
    return "the cross-entropy method on linear policies";
  }

  @Override
  public Class<CemConfig> configType() {
    return CemConfig.class;
  }

  @Override
  public Class<? extends Learner> implementation() {
    return CemLearner.class;
  }

  @Override
  public Policy load(CemConfig config, LearnerContext context, PolicyState saved) {
    return CemLearner.load(saved);
  }
}
