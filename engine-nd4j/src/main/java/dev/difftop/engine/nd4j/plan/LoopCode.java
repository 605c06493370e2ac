package dev.difftop.engine.nd4j.plan;

import dev.difftop.api.concurrent.SpinBarrier;
import dev.difftop.engine.nd4j.memory.Tiling;
import dev.difftop.engine.nd4j.step.Step;
import dev.difftop.engine.nd4j.step.StepSpec;
import dev.difftop.engine.nd4j.step.Worker;
import java.util.ArrayList;
import java.util.List;

/** The body of a loop, bound to memory for all workers. */
final class LoopCode {
  private final Memory memory;
  private final Worker<?>[] workers;
  private final Step[][][] steps;
  private final SpinBarrier barrier;
  private volatile Throwable failure;

  LoopCode(LoopSpec spec, Worker<?> outer) {
    List<StepSpec> specs = spec.body.steps();
    int[] first = Tiling.firstSamples(outer.batch, outer.workers);
    Layout layout =
        new Layout(
            specs,
            spec.body.storages(),
            outer.batch,
            Workers.most(first, outer.batch),
            first.length,
            false);
    this.memory = new Memory(outer.lane, spec.body.storages(), layout, outer.batch, first);
    for (int i = 0; i < spec.carries.size() + spec.entries.size(); i++) {
      memory.place(spec.body.input(i));
    }
    this.workers = Workers.of(outer.lane, specs, memory, first, outer.batch);
    this.steps = new Step[workers.length][layout.segments()][];
    for (int w = 0; w < workers.length; w++) {
      bind(specs, layout, w);
    }
    this.barrier = new SpinBarrier(workers.length);
  }

  private void bind(List<StepSpec> specs, Layout layout, int w) {
    for (int s = 0; s < layout.segments(); s++) {
      List<Step> bound = new ArrayList<>();
      for (int i = 0; i < specs.size(); i++) {
        Step step = layout.segmentOf(i) == s ? specs.get(i).bind(workers[w]) : null;
        if (step != null) {
          bound.add(step);
        }
      }
      steps[w][s] = bound.toArray(Step[]::new);
    }
  }

  Memory memory() {
    return memory;
  }

  void free() {
    memory.free();
    for (Worker<?> worker : workers) {
      worker.products.close();
    }
  }

  Worker<?> worker(int index) {
    return workers[index];
  }

  /** Has a worker's steps take over where the leaves lie now. */
  void prepare(int worker) {
    for (Step[] segment : steps[worker]) {
      for (Step step : segment) {
        step.prepare();
      }
    }
  }

  /** A step of the loop on a worker's own samples. */
  void runAlone(int worker) {
    for (Step[] segment : steps[worker]) {
      for (Step step : segment) {
        step.run();
      }
    }
  }

  /**
   * A worker's part of a step of the loop, segment after segment. After a failure of one, none does
   * more.
   */
  void runTogether(int worker) {
    barrier.await();
    for (Step[] segment : steps[worker]) {
      try {
        for (Step step : segment) {
          if (failure == null) {
            step.run();
          }
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      barrier.await();
    }
  }

  /** For the first worker, before a run. */
  void forgetFailure() {
    failure = null;
  }

  void throwFailure() {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}
