package dev.difftop.engine.nd4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The workers of a plan with their steps: runs segment after segment, waiting in between. */
final class Crew implements Team.Work {
  private final Team team;
  private final Step[][][] steps;
  private final Map<Integer, List<Step>> readers = new HashMap<>();
  private final Barrier barrier;
  private final Team.Helper[] helpers;
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
  Crew(Team team, List<StepSpec> specs, Layout layout, Worker<?>[] workers, Wrapping wrapping) {
    this.team = team;
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
    this.barrier = new Barrier(workers.length);
    this.helpers = new Team.Helper[workers.length - 1];
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
    if (helpers.length == 0) {
      run(0);
    } else {
      team.start(this, helpers);
      run(0);
      team.await(helpers);
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  /** A worker's part. After a failure of one, all go on to the end without doing more. */
  @Override
  public void run(int worker) {
    for (Step[] segment : steps[worker]) {
      if (failure == null) {
        runSegment(segment);
      }
      if (helpers.length > 0) {
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
