package dev.difftop.engine.nd4j.plan;

import dev.difftop.api.program.Loop;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.step.Step;
import dev.difftop.engine.nd4j.step.StepSpec;
import dev.difftop.engine.nd4j.step.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A loop: its body is compiled once and run for every step. Where all of the body treats samples
 * alike, every worker runs all steps on its samples without waiting; else the workers take every
 * step together.
 */
final class LoopSpec implements StepSpec {
  /** A result of the loop that the program needs, and where it lies, dense. */
  record Result(int index, View y) {}

  final Loop.Part part;
  final Assembler body;

  /** What the carries start with. */
  final List<View> carries;

  /** (steps, ...), dense within a sample. */
  final List<View> entries;

  /** Dense, over the samples too. */
  final List<View> leaves;

  final List<Result> results;
  private LoopCode code;

  LoopSpec(
      Loop.Part part,
      Assembler body,
      List<View> carries,
      List<View> entries,
      List<View> leaves,
      List<Result> results) {
    this.part = part;
    this.body = body;
    this.carries = carries;
    this.entries = entries;
    this.leaves = leaves;
    this.results = results;
  }

  @Override
  public String describe() {
    return body.steps().stream()
        .map(step -> "\n    " + step.describe().replace("\n", "\n    "))
        .collect(Collectors.joining("", part.loop() + ", each:", ""));
  }

  @Override
  public List<View> reads() {
    List<View> all = new ArrayList<>(carries);
    all.addAll(entries);
    all.addAll(leaves);
    return all;
  }

  @Override
  public List<View> writes() {
    return results.stream().map(Result::y).toList();
  }

  @Override
  public long operations(int batch) {
    return part.loop().steps()
        * body.steps().stream().mapToLong(step -> step.operations(batch)).sum();
  }

  @Override
  public boolean isPerSample() {
    return body.steps().stream().allMatch(StepSpec::isPerSample);
  }

  @Override
  public long ownBytes() {
    return code == null ? 0 : code.memory().bytes();
  }

  @Override
  public void free() {
    if (code != null) {
      code.free();
    }
  }

  /** All workers share the memory of the body; so do crews, one of which runs at a time. */
  @Override
  public Step bind(Worker<?> worker) {
    if (code == null) {
      code = new LoopCode(this, worker);
    }
    return bindTyped(worker);
  }

  private <A> Step bindTyped(Worker<A> worker) {
    return new LoopStep<>(this, code, worker);
  }
}
