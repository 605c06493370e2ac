package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.memory.View;
import java.util.List;

/**
 * Rows of a table by index: gathers rows of x into y, or adds rows of x into y, which starts as
 * zeros. An index is rounded; one outside the table gives zeros, or is left out.
 *
 * @param scatter whether rows are added into a table rather than taken from one
 * @param batched whether it goes over the samples
 * @param perSample whether the table differs by sample
 * @param tableRows rows of the table
 * @param x the table to gather from, or the rows to add
 * @param index the indices
 * @param y dense: the rows, or the table to add into
 */
public record TableSpec(
    boolean scatter, boolean batched, boolean perSample, int tableRows, View x, View index, View y)
    implements StepSpec {
  /** Elements of a row. */
  public int rowLength() {
    int n = index.size();
    return scatter ? y.size() / tableRows : n == 0 ? 0 : y.size() / n;
  }

  @Override
  public String describe() {
    return "%s %d rows of %d, table of %d: %s by %s -> %s"
        .formatted(
            scatter ? "scatter" : "gather", index.size(), rowLength(), tableRows, x, index, y);
  }

  @Override
  public List<View> reads() {
    return List.of(x, index);
  }

  @Override
  public List<View> writes() {
    return List.of(y);
  }

  @Override
  public long operations(int batch) {
    return (long) index.size() * rowLength() * (batched ? batch : 1);
  }

  /** Rows of all samples added into one table are one worker's work. */
  @Override
  public boolean isPerSample() {
    return batched && (!scatter || perSample);
  }

  @Override
  public Step bind(Worker<?> worker) {
    return isPerSample() || worker.index == 0 ? bindTyped(worker) : null;
  }

  private <A> Step bindTyped(Worker<A> worker) {
    return new TableStep<>(this, worker);
  }
}
