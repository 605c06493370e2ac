package dev.difftop.engine.nd4j;

import dev.difftop.api.program.Loop;
import dev.difftop.api.program.Origin;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scan;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes every step of every loop out, so that a search for the first number that is not finite
 * finds the operation inside of the loop.
 */
final class UnrolledLoops {
  /** One run of a loop: a loop and what it is given. */
  private record Run(Loop loop, List<Integer> operands) {}

  private final Map<Tensor, Tensor> rewritten = new IdentityHashMap<>();
  private final Map<Tensor, Integer> numbers = new IdentityHashMap<>();
  private final Map<Run, List<Tensor>> results = new LinkedHashMap<>();

  private UnrolledLoops() {}

  /** The same program without loops. */
  static Program unroll(Program program) {
    UnrolledLoops unrolled = new UnrolledLoops();
    boolean found = true;
    Program flat = program;
    // A body may hold loops again.
    while (found) {
      found = flat.nodes().stream().anyMatch(t -> t.primitive() instanceof Scan);
      flat = found ? unrolled.rewrite(flat) : flat;
    }
    return flat;
  }

  private Program rewrite(Program program) {
    for (Tensor t : program.nodes()) {
      rewritten.put(t, t.operandCount() == 0 ? t : Origin.of(t, () -> rewrite(t)));
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < program.outputs().size(); i++) {
      outputs.put(program.outputNames().get(i), rewritten.get(program.outputs().get(i)));
    }
    return Program.of(program.inputs(), outputs);
  }

  private Tensor rewrite(Tensor t) {
    Tensor[] x = new Tensor[t.operandCount()];
    for (int i = 0; i < x.length; i++) {
      x[i] = rewritten.get(t.operand(i));
    }
    if (!(t.primitive() instanceof Scan scan)) {
      return Tensor.apply(t.primitive(), x);
    }
    List<Integer> operands =
        Arrays.stream(x).map(o -> numbers.computeIfAbsent(o, k -> numbers.size())).toList();
    Run run = new Run(scan.loop(), operands);
    if (!results.containsKey(run)) {
      results.put(run, unroll(scan.loop(), x));
    }
    return results.get(run).get(scan.output());
  }

  /** All results, as {@link Loop} counts them. */
  private static List<Tensor> unroll(Loop loop, Tensor[] operands) {
    int n = loop.carries().size();
    int sequences = loop.entries().size();
    List<Tensor> carry = List.of(operands).subList(0, n);
    Tensor[][] stacks = new Tensor[loop.outputs().size() + n][loop.steps()];
    List<Tensor> body = new ArrayList<>(loop.next());
    body.addAll(loop.outputs());
    List<Tensor> inputs = new ArrayList<>(loop.carries());
    inputs.addAll(loop.entries());
    inputs.addAll(loop.leaves());
    for (int i = 0; i < loop.steps(); i++) {
      int step = loop.isBackwards() ? loop.steps() - 1 - i : i;
      List<Tensor> given = new ArrayList<>(carry);
      for (int s = 0; s < sequences; s++) {
        given.add(entry(operands[n + s], step));
      }
      given.addAll(List.of(operands).subList(n + sequences, operands.length));
      List<Tensor> made = Transforms.substitute(body, inputs, given);
      for (int o = 0; o < loop.outputs().size(); o++) {
        stacks[o][step] = made.get(n + o);
      }
      for (int c = 0; c < n; c++) {
        stacks[loop.outputs().size() + c][step] = carry.get(c);
      }
      carry = made.subList(0, n);
    }
    List<Tensor> all = new ArrayList<>(carry);
    for (Tensor[] stack : stacks) {
      all.add(Tensor.stack(stack[0].shape().isBatched() ? 1 : 0, stack));
    }
    return all;
  }

  private static Tensor entry(Tensor sequence, int step) {
    int axis = sequence.shape().isBatched() ? 1 : 0;
    int[] dims = sequence.shape().dims();
    int[] rest = new int[dims.length - 1];
    System.arraycopy(dims, 0, rest, 0, axis);
    System.arraycopy(dims, axis + 1, rest, axis, rest.length - axis);
    return sequence.slice(axis, step, 1).reshape(rest);
  }
}
