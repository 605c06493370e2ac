package dev.difftop.api.program;

import java.util.ArrayList;
import java.util.List;

/** Writes every step of a loop out. */
final class LoopUnrolling {
  private LoopUnrolling() {}

  /** All results of a run, as {@link Loop} counts them. */
  static List<Tensor> results(Loop loop, List<Tensor> operands) {
    int n = loop.carries().size();
    int m = n + loop.entries().size();
    List<Tensor> carry = operands.subList(0, n);
    Tensor[][] stacks = new Tensor[loop.outputs().size() + n][loop.steps()];
    for (int i = 0; i < loop.steps(); i++) {
      int step = loop.isBackwards() ? loop.steps() - 1 - i : i;
      List<Tensor> given = new ArrayList<>(carry);
      operands.subList(n, m).forEach(sequence -> given.add(sequence.get(along(sequence), step)));
      given.addAll(operands.subList(m, operands.size()));
      List<Tensor> made = Transforms.substitute(loop.made(), loop.inputs(), given);
      for (int o = n; o < made.size(); o++) {
        stacks[o - n][step] = made.get(o);
      }
      for (int c = 0; c < n; c++) {
        stacks[loop.history(c) - n][step] = carry.get(c);
      }
      carry = made.subList(0, n);
    }
    List<Tensor> results = new ArrayList<>(carry);
    for (Tensor[] stack : stacks) {
      results.add(Tensor.stack(along(stack[0]), stack));
    }
    return results;
  }

  /** The axis of the steps, behind the batch. */
  private static int along(Tensor t) {
    return Shaping.batched(t) ? 1 : 0;
  }
}
