package dev.difftop.engine.nd4j.plan;

import dev.difftop.engine.nd4j.step.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Clocks around the steps of a crew, for a profile. */
final class Clocks implements Crew.Wrapping {
  private final Map<Integer, List<TimedStep>> clocks = new HashMap<>();

  @Override
  public Step wrap(int index, Step step) {
    TimedStep clock = new TimedStep(step);
    clocks.computeIfAbsent(index, k -> new ArrayList<>()).add(clock);
    return clock;
  }

  /** Mean time of a step in microseconds, of the slowest worker. */
  double micros(int step) {
    return clocks.getOrDefault(step, List.of()).stream()
        .mapToDouble(TimedStep::microseconds)
        .max()
        .orElse(0);
  }
}
