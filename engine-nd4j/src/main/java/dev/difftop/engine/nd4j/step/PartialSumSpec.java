package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.memory.View;
import java.util.List;

/**
 * Adds up sums over units of samples, in order.
 *
 * @param parts a storage by unit
 * @param y dense
 */
public record PartialSumSpec(View parts, View y) implements StepSpec {
  @Override
  public String describe() {
    return "sum of units %s -> %s".formatted(parts, y);
  }

  @Override
  public List<View> reads() {
    return List.of(parts);
  }

  @Override
  public List<View> writes() {
    return List.of(y);
  }

  @Override
  public long operations(int batch) {
    return parts.storage().elements(batch);
  }

  @Override
  public boolean isPerSample() {
    return false;
  }

  @Override
  public Step bind(Worker<?> worker) {
    return worker.index == 0 ? bindTyped(worker) : null;
  }

  private <A> Step bindTyped(Worker<A> worker) {
    return new PartialSumStep<>(this, worker);
  }
}
