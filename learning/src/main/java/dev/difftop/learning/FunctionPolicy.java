package dev.difftop.learning;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import java.util.Map;
import java.util.function.Function;

/** A policy without memory; see {@link Policy#of}. */
record FunctionPolicy(
    PolicySignature signature,
    Map<String, Array> arrays,
    Function<Map<String, Array>, double[]> function)
    implements Policy {
  @Override
  public Actor actor() {
    return new Actor() {
      @Override
      public void reset(RandomStream random) {
        // Nothing is drawn or remembered.
      }

      @Override
      public double[] act(Map<String, Array> observation) {
        signature.check(observation);
        return function.apply(observation);
      }
    };
  }

  @Override
  public PolicyState state() {
    return PolicyState.of(signature, arrays);
  }

  @Override
  public void close() {
    // It owns nothing.
  }
}
