package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Tensor;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.rewrite.Lowering;
import java.util.List;

/**
 * A primitive that the engine has no kernel for, computed by its own definition in plain Java,
 * {@link dev.difftop.api.program.Primitive#evaluate}, in double precision. Correct for every
 * primitive that anyone adds; slow, and it allocates. Listings say so.
 *
 * @param tensor what is computed
 * @param operands its operands
 * @param y dense
 */
public record InterpretedSpec(Tensor tensor, List<View> operands, View y) implements StepSpec {
  @Override
  public String describe() {
    return "interpreted %s %s -> %s".formatted(tensor, operands, y);
  }

  @Override
  public List<View> reads() {
    return operands;
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
    return Lowering.isBatched(tensor);
  }

  @Override
  public Step bind(Worker<?> worker) {
    return isPerSample() || worker.index == 0 ? new InterpretedStep(this, worker) : null;
  }
}
