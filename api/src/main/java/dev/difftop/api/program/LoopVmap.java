package dev.difftop.api.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A loop with an extra axis, the first one of the samples of what depends on it.
 *
 * @param loop inputs as in the original; entries have the axis after that of the steps
 * @param original what was mapped
 * @param size length of the axis
 * @param mapped inputs of the original that have the axis
 * @param made results of a step of the original that have it
 */
record LoopVmap(Loop loop, Loop original, int size, List<Boolean> mapped, List<Boolean> made) {
  static LoopVmap of(Loop original, List<Boolean> given, List<Boolean> batched, int size) {
    List<Tensor> inputs = original.inputs();
    Set<Tensor> sources = new HashSet<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (given.get(i)) {
        sources.add(inputs.get(i));
      }
    }
    Set<Tensor> dependent = original.spread(sources);
    List<Tensor> own = inputs(original, sources, batched, size);
    List<Tensor> results = results(original, dependent, own, size);
    List<Boolean> mapped = inputs.stream().map(sources::contains).toList();
    List<Boolean> made = new ArrayList<>(mapped.subList(0, original.carries().size()));
    original.outputs().forEach(t -> made.add(dependent.contains(t)));
    int n = original.carries().size();
    int m = n + original.entries().size();
    Loop loop =
        new Loop(
            original.steps(),
            original.isBackwards(),
            own.subList(0, n),
            own.subList(n, m),
            own.subList(m, own.size()),
            results.subList(0, n),
            results.subList(n, results.size()));
    return new LoopVmap(loop, original, size, mapped, made);
  }

  /** The inputs of the body, new ones for those that get the axis. */
  private static List<Tensor> inputs(
      Loop original, Set<Tensor> sources, List<Boolean> batched, int size) {
    List<Tensor> own = new ArrayList<>(original.inputs());
    for (int i = 0; i < own.size(); i++) {
      Tensor input = own.get(i);
      if (sources.contains(input)) {
        boolean varies = i < original.carries().size() ? Shaping.batched(input) : batched.get(i);
        int[] sample = Shaping.insert(Shaping.sample(input), 0, size);
        own.set(i, Loop.input(Shaping.shape(varies, sample)));
      }
    }
    return own;
  }

  /** What a step makes, with the axis where it depends on it. */
  private static List<Tensor> results(
      Loop original, Set<Tensor> dependent, List<Tensor> own, int size) {
    List<Tensor> from = new ArrayList<>();
    List<Tensor> to = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      if (own.get(i) != original.inputs().get(i)) {
        from.add(original.inputs().get(i));
        to.add(own.get(i));
      }
    }
    List<Tensor> results = new ArrayList<>(Transforms.vmap(original.made(), from, to, size));
    for (int i = 0; i < results.size(); i++) {
      boolean carried =
          i < original.carries().size() && dependent.contains(original.carries().get(i));
      if (!carried && !dependent.contains(original.made().get(i))) {
        results.set(i, original.made().get(i));
      }
    }
    return results;
  }

  /** A result with the axis. */
  Tensor result(int result, Tensor[] operands, boolean[] given) {
    int n = original.carries().size();
    int m = n + original.entries().size();
    Tensor[] own = operands.clone();
    for (int i = 0; i < own.length; i++) {
      if (mapped.get(i)) {
        own[i] = Shaping.mapAlong(own[i], given[i], size);
        if (i < n) {
          own[i] = own[i].broadcastTo(loop.carries().get(i).shape());
        } else if (i < m) {
          own[i] = swapFirstAxes(own[i]);
        }
      }
    }
    Tensor y = Tensor.apply(new Scan(loop, result), own);
    int step = result >= original.history(0) ? result - original.history(0) : result;
    if (!made.get(step)) {
      return Shaping.mapAlong(y, false, size);
    }
    return result < n ? y : swapFirstAxes(y);
  }

  private static Tensor swapFirstAxes(Tensor t) {
    int[] order = IntStream.range(0, Shaping.sample(t).length).toArray();
    order[0] = 1;
    order[1] = 0;
    return Tensor.apply(Transpose.by(order), t);
  }
}
