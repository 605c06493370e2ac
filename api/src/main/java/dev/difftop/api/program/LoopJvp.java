package dev.difftop.api.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A loop that carries tangents along.
 *
 * @param loop carries, sequences and leaves of the original, each group followed by its tangents
 * @param original what was differentiated
 * @param active inputs of the original that have a tangent
 * @param made results of a step of the original that have one
 */
record LoopJvp(Loop loop, Loop original, List<Boolean> active, List<Boolean> made) {
  static LoopJvp of(Loop original, List<Boolean> given) {
    List<Tensor> inputs = original.inputs();
    Set<Tensor> sources = new HashSet<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (given.get(i)) {
        sources.add(inputs.get(i));
      }
    }
    Set<Tensor> dependent = original.spread(sources);
    List<Boolean> active = inputs.stream().map(sources::contains).toList();
    List<Boolean> made = new ArrayList<>(active.subList(0, original.carries().size()));
    original.outputs().forEach(t -> made.add(dependent.contains(t)));
    return new LoopJvp(build(original, active, made), original, active, made);
  }

  private static Loop build(Loop original, List<Boolean> active, List<Boolean> made) {
    List<Tensor> inputs = original.inputs();
    List<Tensor> tangents = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      tangents.add(active.get(i) ? Loop.input(inputs.get(i).shape()) : null);
    }
    List<Tensor> dy = Transforms.jvp(original.made(), inputs, tangents);
    int n = original.carries().size();
    int m = n + original.entries().size();
    return new Loop(
        original.steps(),
        original.isBackwards(),
        with(original.carries(), tangents.subList(0, n), active.subList(0, n)),
        with(original.entries(), tangents.subList(n, m), active.subList(n, m)),
        with(
            original.leaves(),
            tangents.subList(m, inputs.size()),
            active.subList(m, inputs.size())),
        with(original.next(), dy.subList(0, n), made.subList(0, n)),
        with(original.outputs(), dy.subList(n, dy.size()), made.subList(n, made.size())));
  }

  private static List<Tensor> with(List<Tensor> first, List<Tensor> more, List<Boolean> which) {
    List<Tensor> all = new ArrayList<>(first);
    for (int i = 0; i < more.size(); i++) {
      if (which.get(i)) {
        all.add(more.get(i));
      }
    }
    return all;
  }

  /** Operands and tangents in the order of this loop; a carry that starts without has zeros. */
  Tensor[] operands(Tensor[] operands, Tensor[] tangents) {
    Tensor[] d = tangents.clone();
    for (int i = 0; i < d.length; i++) {
      d[i] = d[i] == null && active.get(i) ? Tensor.zeros(operands[i].shape()) : d[i];
    }
    int n = original.carries().size();
    int m = n + original.entries().size();
    List<Tensor> all = new ArrayList<>();
    for (int[] group : new int[][] {{0, n}, {n, m}, {m, operands.length}}) {
      all.addAll(
          with(
              Arrays.asList(operands).subList(group[0], group[1]),
              Arrays.asList(d).subList(group[0], group[1]),
              active.subList(group[0], group[1])));
    }
    return all.toArray(Tensor[]::new);
  }

  /** The result that is the tangent of a result of the original; -1 where it is zero. */
  int tangent(int result) {
    int n = original.carries().size();
    if (result >= original.history(0)) {
      int tangent = tangent(result - original.history(0));
      return tangent < 0 ? -1 : loop.history(tangent);
    }
    if (!made.get(result)) {
      return -1;
    }
    return result < n
        ? n + count(0, result)
        : loop.carries().size() + original.outputs().size() + count(n, result);
  }

  private int count(int from, int to) {
    return (int) made.subList(from, to).stream().filter(b -> b).count();
  }
}
