package dev.difftop.learner.imitation;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import java.util.Map;

/** A base policy of one number: the same action always. */
record FixedPolicy(PolicySignature signature, double action) implements Policy {
  @Override
  public Actor actor() {
    return new Actor() {
      @Override
      public void reset(RandomStream random) {
        // Nothing of an episode is kept.
      }

      @Override
      public double[] act(Map<String, Array> observation) {
        return new double[] {action};
      }
    };
  }

  @Override
  public PolicyState state() {
    return PolicyState.of(signature, Map.of("action", Array.of(new double[] {action}, 1)));
  }

  @Override
  public void close() {
    // It owns nothing.
  }
}
