package dev.difftop.api.program;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Runs a loop in plain Java, for one of its results. */
final class LoopRun {
  private final Loop.Part part;
  private final Loop loop;
  private final int result;
  private final double[][] operands;
  private final int batch;
  private final List<double[]> carry = new ArrayList<>();

  LoopRun(Loop.Part part, int result, double[][] operands, int batch) {
    this.part = part;
    this.loop = part.loop();
    this.result = result;
    this.operands = operands;
    this.batch = batch;
    part.carries().forEach(i -> carry.add(operands[i]));
  }

  double[] result() {
    int n = loop.carries().size();
    boolean last = result < n;
    double[] out = last ? null : new double[loop.outputShape(result).withBatch(batch).size()];
    for (int i = 0; i < loop.steps(); i++) {
      int t = loop.isBackwards() ? loop.steps() - 1 - i : i;
      if (result >= loop.history(0)) {
        int kept = result - loop.history(0);
        put(loop.carries().get(kept), carry.get(part.carries().indexOf(kept)), out, t);
      }
      List<double[]> made = step(t);
      if (!last && result < loop.history(0)) {
        put(loop.outputs().get(result - n), made.get(carry.size()), out, t);
      }
      for (int k = 0; k < carry.size(); k++) {
        carry.set(k, made.get(k));
      }
    }
    return last ? carry.get(part.carries().indexOf(result)) : out;
  }

  private List<double[]> step(int t) {
    Map<Tensor, double[]> values = new IdentityHashMap<>();
    for (int k = 0; k < carry.size(); k++) {
      values.put(loop.carries().get(part.carries().get(k)), carry.get(k));
    }
    int first = loop.carries().size();
    for (int i : part.entries()) {
      values.put(loop.entries().get(i), entry(loop.entries().get(i), operands[first + i], t));
    }
    for (int i : part.leaves()) {
      values.put(loop.leaves().get(i), operands[first + loop.entries().size() + i]);
    }
    for (Tensor node : part.body().nodes()) {
      if (!(node.primitive() instanceof Input)) {
        double[][] own = new double[node.operandCount()][];
        for (int i = 0; i < own.length; i++) {
          own[i] = values.get(node.operand(i));
        }
        values.put(node, node.primitive().evaluate(node, own, batch));
      }
    }
    return part.body().outputs().stream().map(values::get).toList();
  }

  private int samples(Tensor entry) {
    return Shaping.batched(entry) ? batch : 1;
  }

  private double[] entry(Tensor like, double[] sequence, int t) {
    int n = Shaping.product(Shaping.sample(like));
    double[] out = new double[samples(like) * n];
    for (int s = 0; s < samples(like); s++) {
      System.arraycopy(sequence, (s * loop.steps() + t) * n, out, s * n, n);
    }
    return out;
  }

  private void put(Tensor like, double[] value, double[] stacked, int t) {
    int n = Shaping.product(Shaping.sample(like));
    for (int s = 0; s < samples(like); s++) {
      System.arraycopy(value, s * n, stacked, (s * loop.steps() + t) * n, n);
    }
  }
}
