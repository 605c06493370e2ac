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
    List<Tensor> from = new ArrayList<>();
    List<Tensor> to = new ArrayList<>();
    List<Tensor> own = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor input = inputs.get(i);
      if (sources.contains(input)) {
        boolean varies = i < original.carries().size() ? Shaping.batched(input) : batched.get(i);
        int[] sample = Shaping.insert(Shaping.sample(input), 0, size);
        from.add(input);
        to.add(Loop.input(Shaping.shape(varies, sample)));
        own.add(to.get(to.size() - 1));
      } else {
        own.add(input);
      }
    }
    List<Tensor> all = Transforms.vmap(original.made(), from, to, size);
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Tensor plain = original.made().get(i);
      results.add(
          dependent.contains(plain) || isMappedCarry(original, sources, i) ? all.get(i) : plain);
    }
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

  private static boolean isMappedCarry(Loop original, Set<Tensor> sources, int i) {
    return i < original.carries().size() && sources.contains(original.carries().get(i));
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
