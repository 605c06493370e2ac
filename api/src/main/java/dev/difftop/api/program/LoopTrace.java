package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Traces the body of a {@link Scan}. */
final class LoopTrace {
  private LoopTrace() {}

  static Scan.Result trace(int steps, List<Tensor> carry, List<Tensor> sequences, Scan.Body body) {
    if (steps < 1) {
      throw new IllegalArgumentException("scan: found " + steps + " steps, expected 1 or more");
    }
    List<Tensor> entries = new ArrayList<>();
    for (Tensor sequence : sequences) {
      entries.add(Loop.input(Loop.entryShape(sequence.shape(), steps)));
    }
    List<Tensor> start = new ArrayList<>(carry);
    while (true) {
      List<Tensor> carried = start.stream().map(t -> Loop.input(t.shape())).toList();
      Scan.Step step = body.step(carried, entries);
      if (!widen(start, step.carry())) {
        return finish(steps, start, sequences, carried, entries, step);
      }
    }
  }

  /** Makes carries batched that a step makes batched; true if there are any. */
  private static boolean widen(List<Tensor> start, List<Tensor> next) {
    if (start.size() != next.size()) {
      throw new ShapeException(
          "scan: the carry starts with %d tensors, a step makes %d"
              .formatted(start.size(), next.size()));
    }
    boolean any = false;
    for (int i = 0; i < start.size(); i++) {
      Shape from = start.get(i).shape();
      Shape to = next.get(i).shape();
      if (!from.sample().equals(to.sample())) {
        throw new ShapeException(
            "scan: carry %d starts with shape %s, a step makes shape %s".formatted(i, from, to));
      }
      if (to.isBatched() && !from.isBatched()) {
        start.set(i, start.get(i).broadcastTo(to));
        any = true;
      }
    }
    return any;
  }

  private static Scan.Result finish(
      int steps,
      List<Tensor> start,
      List<Tensor> sequences,
      List<Tensor> carried,
      List<Tensor> entries,
      Scan.Step step) {
    List<Tensor> made = new ArrayList<>();
    for (int i = 0; i < start.size(); i++) {
      made.add(step.carry().get(i).broadcastTo(start.get(i).shape()));
    }
    made.addAll(step.outputs());
    List<Tensor> own = new ArrayList<>(carried);
    own.addAll(entries);
    List<Tensor> leaves = leaves(made, own);
    List<Tensor> inputs = leaves.stream().map(t -> Loop.input(t.shape())).toList();
    List<Tensor> closed = Transforms.substitute(made, leaves, inputs);
    int n = start.size();
    Loop loop =
        new Loop(
            steps,
            false,
            carried,
            entries,
            inputs,
            closed.subList(0, n),
            closed.subList(n, closed.size()));
    List<Tensor> operands = new ArrayList<>(start);
    operands.addAll(sequences);
    operands.addAll(leaves);
    return loop.apply(operands);
  }

  /** The largest tensors a body uses that depend on nothing of its own. */
  private static List<Tensor> leaves(List<Tensor> made, List<Tensor> own) {
    Set<Tensor> dependent = Loop.dependent(made, own);
    Set<Tensor> leaves = new LinkedHashSet<>();
    for (Tensor t : Transforms.ordered(made)) {
      if (dependent.contains(t)) {
        Arrays.stream(t.operands()).filter(x -> !dependent.contains(x)).forEach(leaves::add);
      }
    }
    made.stream().filter(t -> !dependent.contains(t)).forEach(leaves::add);
    leaves.removeIf(t -> t.primitive() instanceof Constant || t.primitive() instanceof BatchSize);
    return List.copyOf(leaves);
  }
}
