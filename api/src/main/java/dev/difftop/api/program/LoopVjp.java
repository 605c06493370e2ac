package dev.difftop.api.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The pull-back of a loop: a loop in the other direction. It carries the cotangents of the carries
 * and sums of those of the leaves; its sequences are the carries as they entered every step, the
 * sequences, and cotangents of outputs and of carries on their way; its outputs are the cotangents
 * of the sequences' entries.
 *
 * @param loop the loop in reverse
 * @param original what was differentiated
 * @param present results of the original that have a cotangent
 * @param active inputs of the original that get one
 */
record LoopVjp(Loop loop, Loop original, List<Boolean> present, List<Boolean> active) {
  static LoopVjp of(Loop original, List<Boolean> present, List<Boolean> wanted) {
    List<Tensor> inputs = original.inputs();
    Set<Tensor> sources = new HashSet<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (wanted.get(i)) {
        sources.add(inputs.get(i));
      }
    }
    original.spread(sources);
    List<Boolean> active = inputs.stream().map(sources::contains).toList();
    return new LoopVjp(build(original, present, active), original, present, active);
  }

  private static Loop build(Loop original, List<Boolean> present, List<Boolean> active) {
    int n = original.carries().size();
    int entries = original.entries().size();
    List<Tensor> carries = new ArrayList<>();
    List<Tensor> sequences = new ArrayList<>(original.carries());
    sequences.addAll(original.entries());
    List<Tensor> y = new ArrayList<>();
    List<Tensor> bars = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (active.get(i)) {
        y.add(original.next().get(i));
        bars.add(Loop.input(original.carries().get(i).shape()));
      }
    }
    carries.addAll(bars);
    for (int i = 0; i < original.outputs().size(); i++) {
      if (present.get(n + i)) {
        Tensor output = original.outputs().get(i);
        Tensor bar = Loop.input(output.shape());
        y.add(output);
        bars.add(bar);
        sequences.add(bar);
      }
    }
    List<Tensor> wrt = chosen(original.inputs(), active);
    List<Tensor> pulled = new ArrayList<>(Transforms.vjp(y, bars, wrt));
    int at = 0;
    for (int i = 0; i < n; i++) {
      if (active.get(i)) {
        if (present.get(original.history(i))) {
          Tensor bar = Loop.input(original.carries().get(i).shape());
          sequences.add(bar);
          pulled.set(at, pulled.get(at).plus(bar));
        }
        at++;
      }
    }
    int firstLeaf = at + (int) active.subList(n, n + entries).stream().filter(b -> b).count();
    List<Tensor> outputs = List.copyOf(pulled.subList(at, firstLeaf));
    List<Tensor> next = new ArrayList<>(pulled.subList(0, at));
    for (int i = firstLeaf; i < pulled.size(); i++) {
      Tensor sum = Loop.input(wrt.get(i).shape());
      carries.add(sum);
      next.add(sum.plus(pulled.get(i)));
    }
    return new Loop(
        original.steps(),
        !original.isBackwards(),
        carries,
        sequences,
        original.leaves(),
        next,
        outputs);
  }

  private static List<Tensor> chosen(List<Tensor> all, List<Boolean> which) {
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (which.get(i)) {
        out.add(all.get(i));
      }
    }
    return out;
  }

  /** Cotangents of the operands. */
  Tensor[] pull(Tensor[] operands, Tensor[] cotangents) {
    Scan.Result reverse = loop.apply(operands(operands, cotangents));
    int n = original.carries().size();
    int m = n + original.entries().size();
    Tensor[] out = new Tensor[operands.length];
    int carry = 0;
    int output = 0;
    for (int i = 0; i < out.length; i++) {
      if (active.get(i)) {
        out[i] = i >= n && i < m ? reverse.outputs().get(output++) : reverse.carry().get(carry++);
      }
    }
    return out;
  }

  /** In the order in which {@link #build} lists the inputs. */
  private List<Tensor> operands(Tensor[] operands, Tensor[] cotangents) {
    int n = original.carries().size();
    int m = n + original.entries().size();
    List<Tensor> start = new ArrayList<>();
    List<Tensor> sequences = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (active.get(i)) {
        start.add(cotangents[i] == null ? Tensor.zeros(operands[i].shape()) : cotangents[i]);
      }
      sequences.add(Tensor.apply(new Scan(original, original.history(i)), operands));
    }
    sequences.addAll(List.of(operands).subList(n, m));
    for (int i = n; i < original.history(0); i++) {
      if (cotangents[i] != null) {
        sequences.add(cotangents[i]);
      }
    }
    for (int i = 0; i < n; i++) {
      if (active.get(i) && cotangents[original.history(i)] != null) {
        sequences.add(cotangents[original.history(i)]);
      }
    }
    List<Tensor> leaves = List.of(operands).subList(m, operands.length);
    for (int i = 0; i < leaves.size(); i++) {
      if (active.get(m + i)) {
        start.add(Tensor.zeros(leaves.get(i).shape()));
      }
    }
    start.addAll(sequences);
    start.addAll(leaves);
    return start;
  }
}
