package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.CustomFunction;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.View;

/** Runs a {@link CustomSpec} on a worker's samples. */
final class CustomStep implements Step {
  private final CustomSpec spec;
  private final Lane<?> lane;
  private final Area[] areas;
  private final Area y;
  private final int[][] offsets;
  private final double[][] arguments;
  private final double[] result;
  private final int samples;
  private final int rows;

  CustomStep(CustomSpec spec, Worker<?> worker) {
    this.spec = spec;
    this.lane = worker.lane;
    this.samples = spec.batched() ? worker.samples : 1;
    int count = spec.arguments().size();
    this.areas = new Area[count];
    this.offsets = new int[count][];
    this.arguments = new double[count][];
    for (int i = 0; i < count; i++) {
      View view = spec.arguments().get(i);
      areas[i] = worker.area(view, spec.batched());
      offsets[i] = view.offsets();
      arguments[i] = new double[samples * view.size()];
    }
    this.y = worker.area(spec.y(), spec.batched());
    this.result = new double[samples * spec.y().size()];
    this.rows = result.length / resultsPerRow();
  }

  private int resultsPerRow() {
    CustomFunction function = spec.custom().function();
    int results = function.resultSize();
    if (!spec.custom().jacobian()) {
      return results;
    }
    int columns = 0;
    for (int size : function.argumentSizes()) {
      columns += size;
    }
    return results * columns;
  }

  @Override
  public void run() {
    for (int i = 0; i < arguments.length; i++) {
      read(i);
    }
    if (spec.custom().jacobian()) {
      spec.custom().function().jacobian(rows, arguments, result);
    } else {
      spec.custom().function().value(rows, arguments, result);
    }
    for (int i = 0; i < result.length; i++) {
      lane.put(y, spec.y().offset() + i, result[i]);
    }
  }

  private void read(int argument) {
    View view = spec.arguments().get(argument);
    int n = offsets[argument].length;
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < n; i++) {
        int at = s * view.batchStride() + offsets[argument][i];
        arguments[argument][s * n + i] = lane.get(areas[argument], at);
      }
    }
  }
}
