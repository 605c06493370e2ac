package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.memory.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sums, or takes the maximum, over any axes and perhaps over the samples. Where the last kept axis
 * lies side by side, whole rows are added; else single numbers are collected.
 */
public final class ReduceSpec implements StepSpec {
  public final View x;
  public final View y;
  public final boolean batched;
  public final boolean maximum;
  public final boolean overBatch;

  /** Length of the kept run that is added as a whole. */
  public final int run;

  /** Start of every such run in x, in the order of y. */
  final int[] kept;

  /** Offset of everything that goes into one result. */
  final int[] reduced;

  /** Whether that lies side by side. */
  public final boolean dense;

  /**
   * A reduction.
   *
   * @param batched whether x differs by sample
   * @param axes which axes of x disappear
   * @param y dense
   */
  public ReduceSpec(
      View x, boolean batched, List<Integer> axes, boolean overBatch, boolean maximum, View y) {
    this.x = x;
    this.y = y;
    this.batched = batched;
    this.maximum = maximum;
    this.overBatch = overBatch;
    List<Integer> keptAxes = new ArrayList<>();
    for (int i = 0; i < x.dims().length; i++) {
      if (!axes.contains(i)) {
        keptAxes.add(i);
      }
    }
    int last = keptAxes.isEmpty() ? -1 : keptAxes.get(keptAxes.size() - 1);
    boolean runs = last >= 0 && x.strides()[last] == 1 && x.dims()[last] > 1;
    this.run = runs ? x.dims()[last] : 1;
    if (runs) {
      keptAxes.remove(keptAxes.size() - 1);
    }
    this.kept = offsets(keptAxes, x.offset());
    this.reduced = offsets(axes, 0);
    this.dense = IntStream.range(0, reduced.length).allMatch(i -> reduced[i] == i);
  }

  private int[] offsets(List<Integer> axes, int offset) {
    int[] dims = axes.stream().mapToInt(a -> x.dims()[a]).toArray();
    int[] strides = axes.stream().mapToInt(a -> x.strides()[a]).toArray();
    return new View(x.storage(), offset, 0, dims, strides).offsets();
  }

  @Override
  public String describe() {
    return "%s %dx%d of %s%d each, %s -> %s"
        .formatted(
            maximum ? "maximum" : "sum",
            kept.length,
            run,
            overBatch ? "Bx" : "",
            reduced.length,
            x,
            y);
  }

  @Override
  public List<View> reads() {
    return List.of(x);
  }

  @Override
  public List<View> writes() {
    return List.of(y);
  }

  @Override
  public long operations(int batch) {
    return (long) kept.length * run * reduced.length * (batched ? batch : 1);
  }

  @Override
  public boolean isPerSample() {
    return batched && !overBatch;
  }

  @Override
  public Step bind(Worker<?> worker) {
    return bindTyped(worker);
  }

  private <A> Step bindTyped(Worker<A> worker) {
    return new ReduceStep<>(this, worker);
  }
}
