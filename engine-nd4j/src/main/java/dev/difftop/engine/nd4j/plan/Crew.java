package dev.difftop.engine.nd4j.plan;

import dev.difftop.api.concurrent.SpinBarrier;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.engine.nd4j.memory.Storage;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.product.Products;
import dev.difftop.engine.nd4j.step.Step;
import dev.difftop.engine.nd4j.step.StepSpec;
import dev.difftop.engine.nd4j.step.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The workers of a compiled program with their steps: runs segment after segment, waiting in
 * between.
 */
final class Crew {
  private final WorkerPool pool;
  private final Products[] products;
  private final IntConsumer part = this::run;
  private final Step[][][] steps;
  private final Map<Integer, List<Step>> readers = new HashMap<>();
  private final SpinBarrier barrier;
  private volatile Throwable failure;

  /** What goes around a step. */
  @FunctionalInterface
  interface Wrapping {
    Step wrap(int index, Step step);
  }

  /**
   * A crew.
   *
   * @param wrapping what every step of every worker is replaced by
   */
  Crew(List<StepSpec> specs, Layout layout, Worker<?>[] workers, Wrapping wrapping) {
    this.pool = new WorkerPool(workers.length);
    this.products = Arrays.stream(workers).map(w -> w.products).toArray(Products[]::new);
    this.steps = new Step[workers.length][layout.segments()][];
    for (int w = 0; w < workers.length; w++) {
      List<List<Step>> bound = new ArrayList<>();
      for (int s = 0; s < layout.segments(); s++) {
        bound.add(new ArrayList<>());
      }
      for (int i = 0; i < specs.size(); i++) {
        Step step = specs.get(i).bind(workers[w]);
        if (step != null) {
          step = wrapping.wrap(i, step);
          bound.get(layout.segmentOf(i)).add(step);
          for (View view : specs.get(i).reads()) {
            readers.computeIfAbsent(view.storage().index, k -> new ArrayList<>()).add(step);
          }
        }
      }
      for (int s = 0; s < layout.segments(); s++) {
        steps[w][s] = bound.get(s).toArray(Step[]::new);
      }
    }
    this.barrier = new SpinBarrier(workers.length);
  }

  int size() {
    return steps.length;
  }

  /** Has all steps that read a storage take over where it lies now. */
  void prepare(Storage moved) {
    readers.getOrDefault(moved.index, List.of()).forEach(Step::prepare);
  }

  /** One run. */
  void run() {
    failure = null;
    pool.together(part);
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  /** A worker's part. After a failure of one, all go on to the end without doing more. */
  private void run(int worker) {
    products[worker].enter();
    for (Step[] segment : steps[worker]) {
      if (failure == null) {
        runSegment(segment);
      }
      if (steps.length > 1) {
        barrier.await();
      }
    }
  }

  private void runSegment(Step[] segment) {
    try {
      for (Step step : segment) {
        step.run();
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }
}
