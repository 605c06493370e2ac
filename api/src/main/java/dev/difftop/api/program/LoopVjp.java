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
    return new LoopVjp(new Builder(original, present, active).build(), original, present, active);
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

  /** In the order in which {@link Builder} lists the inputs. */
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

  /** Lists the inputs and results of the loop in reverse. */
  private static final class Builder {
    private final Loop original;
    private final List<Boolean> present;
    private final List<Boolean> active;
    private final List<Tensor> y = new ArrayList<>();
    private final List<Tensor> bars = new ArrayList<>();
    private final List<Tensor> carries = new ArrayList<>();
    private final List<Tensor> sequences = new ArrayList<>();
    private final List<Tensor> next = new ArrayList<>();
    private final List<Tensor> outputs = new ArrayList<>();

    Builder(Loop original, List<Boolean> present, List<Boolean> active) {
      this.original = original;
      this.present = present;
      this.active = active;
    }

    Loop build() {
      sequences.addAll(original.carries());
      sequences.addAll(original.entries());
      addCotangents();
      List<Tensor> wrt = chosen(original.inputs(), active);
      addResults(wrt, Transforms.vjp(y, bars, wrt));
      return new Loop(
          original.steps(),
          !original.isBackwards(),
          carries,
          sequences,
          original.leaves(),
          next,
          outputs);
    }

    /** Those of carries are carried, those of outputs are sequences. */
    private void addCotangents() {
      for (Tensor made : chosen(original.next(), active)) {
        y.add(made);
        bars.add(Loop.input(made.shape()));
      }
      carries.addAll(bars);
      int n = original.carries().size();
      for (Tensor output : chosen(original.outputs(), present.subList(n, original.history(0)))) {
        y.add(output);
        bars.add(Loop.input(output.shape()));
        sequences.add(bars.get(bars.size() - 1));
      }
    }

    private void addResults(List<Tensor> wrt, List<Tensor> pulled) {
      int at = 0;
      for (int i = 0; i < active.size(); i++) {
        if (active.get(i)) {
          addResult(i, wrt.get(at), pulled.get(at));
          at++;
        }
      }
    }

    /** A carry's continues, together with what comes in on the way; an entry's is an output. */
    private void addResult(int input, Tensor x, Tensor bar) {
      int n = original.carries().size();
      if (input < n && present.get(original.history(input))) {
        sequences.add(Loop.input(x.shape()));
        next.add(bar.plus(sequences.get(sequences.size() - 1)));
      } else if (input < n) {
        next.add(bar);
      } else if (input < n + original.entries().size()) {
        outputs.add(bar);
      } else {
        carries.add(Loop.input(x.shape()));
        next.add(carries.get(carries.size() - 1).plus(bar));
      }
    }
  }
}
