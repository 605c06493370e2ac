package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.api.Plan;
import java.util.Map;

/** Acts by one run of a network that gives {@code action} (1, nu), normalised. */
final class NetworkPolicy implements Policy {
  private final Plan plan;
  private final Normalizers normalizers;

  NetworkPolicy(Plan plan, Normalizers normalizers) {
    this.plan = plan;
    this.normalizers = normalizers;
  }

  @Override
  public void reset() {
    // It has no memory.
  }

  @Override
  public double[] act(Map<String, Array> observation) {
    normalizers.write(observation, plan);
    plan.run();
    return normalizers.restoreAction(plan.output("action"));
  }

  @Override
  public void close() {
    plan.close();
  }
}
