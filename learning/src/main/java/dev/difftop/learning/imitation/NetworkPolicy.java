package dev.difftop.learning.imitation;

import dev.difftop.api.array.Array;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.Normalizers;
import java.util.Map;

/** Acts by one run of a network that gives {@code action} (1, nu), normalised. */
final class NetworkPolicy implements Policy {
  private final CompiledProgram plan;
  private final Normalizers normalizers;

  NetworkPolicy(CompiledProgram plan, Normalizers normalizers) {
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
