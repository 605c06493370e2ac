package acme.learner.cem;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.testkit.LearnerContract;
import org.junit.jupiter.api.Test;

final class CemLearnerTest extends LearnerContract<CemConfig> {
  @Override
  protected LearnerProvider<CemConfig> provider() {
    return new CemProvider();
  }

  @Override
  protected CemConfig config() {
    return new CemConfig(4, 2, 1, 0.01);
  }

  @Override
  protected Learner newLearner(CemConfig config, LearnerContext context) {
    return new CemLearner(config, context);
  }

  @Test
  void moreElitesThanPoliciesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new CemConfig(4, 5, 1, 0.01));
  }
}
