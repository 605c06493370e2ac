package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Solve;
import dev.difftop.engine.nd4j.memory.View;
import java.util.List;

/**
 * Small systems of linear equations, in double precision in either format.
 *
 * @param solve what is solved
 * @param batched whether it goes over the samples
 * @param matrices (l..., n, n)
 * @param sides (l..., n, m)
 * @param y dense
 */
public record SolveSpec(Solve solve, boolean batched, View matrices, View sides, View y)
    implements StepSpec {
  /** Rows of a matrix. */
  public int n() {
    return matrices.dims()[matrices.dims().length - 1];
  }

  @Override
  public String describe() {
    return "%s %s %s -> %s".formatted(solve.name(), matrices, sides, y);
  }

  @Override
  public List<View> reads() {
    return List.of(matrices, sides);
  }

  @Override
  public List<View> writes() {
    return List.of(y);
  }

  @Override
  public long operations(int batch) {
    long elimination = matrices.size() * (long) n() * 2 / (solve.positive() ? 6 : 3);
    return (elimination + 2L * sides.size() * n()) * (batched ? batch : 1);
  }

  @Override
  public boolean isPerSample() {
    return batched;
  }

  @Override
  public Step bind(Worker<?> worker) {
    return batched || worker.index == 0 ? new SolveStep(this, worker) : null;
  }
}
