package acme.learner.cem;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import java.util.Map;

/** {@code a = clip(W [o; 1])}, the observations side by side. */
record LinearPolicy(PolicySignature signature, Array weights) implements Policy {
  static final String WEIGHTS = "mean";

  @Override
  public Actor actor() {
    return new Actor() {
      @Override
      public void reset(RandomStream random) {}

      @Override
      public double[] act(Map<String, Array> observation) {
        signature.check(observation);
        double[] action = new double[signature.actionSize()];
        int at = 0;
        for (int j = 0; j < action.length; j++) {
          for (String name : signature.observations().keySet()) {
            for (double o : observation.get(name).toDoubles()) {
              action[j] += weights.get(at++) * o;
            }
          }
          action[j] = Math.max(-1, Math.min(1, action[j] + weights.get(at++)));
        }
        return action;
      }
    };
  }

  @Override
  public PolicyState state() {
    return PolicyState.of(signature, Map.of(WEIGHTS, weights));
  }

  @Override
  public void close() {}
}
