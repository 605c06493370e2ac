package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Custom;
import dev.difftop.engine.nd4j.memory.View;
import java.util.List;

/**
 * A call of a {@link dev.difftop.api.program.CustomFunction}, in double precision.
 *
 * @param custom what is called
 * @param batched whether the arguments differ by sample
 * @param arguments the arguments
 * @param y dense
 */
public record CustomSpec(Custom custom, boolean batched, List<View> arguments, View y)
    implements StepSpec {
  @Override
  public String describe() {
    return "%s %s -> %s".formatted(custom.name(), arguments, y);
  }

  @Override
  public List<View> reads() {
    return arguments;
  }

  @Override
  public List<View> writes() {
    return List.of(y);
  }

  @Override
  public long operations(int batch) {
    return y.storage().elements(batch);
  }

  @Override
  public boolean isPerSample() {
    return batched;
  }

  @Override
  public Step bind(Worker<?> worker) {
    return batched || worker.index == 0 ? new CustomStep(this, worker) : null;
  }
}
