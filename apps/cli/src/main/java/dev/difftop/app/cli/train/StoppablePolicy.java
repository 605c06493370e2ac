package dev.difftop.app.cli.train;

import dev.difftop.api.array.Array;
import dev.difftop.app.cli.console.StoppedException;
import dev.difftop.learning.Policy;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A policy that acts until it is asked to stop, and then throws {@link StoppedException}. */
record StoppablePolicy(Policy policy, BooleanSupplier stop) implements Policy {
  @Override
  public void reset() {
    policy.reset();
  }

  @Override
  public double[] act(Map<String, Array> observation) {
    if (stop.getAsBoolean()) {
      throw new StoppedException();
    }
    return policy.act(observation);
  }

  @Override
  public void close() {
    policy.close();
  }
}
