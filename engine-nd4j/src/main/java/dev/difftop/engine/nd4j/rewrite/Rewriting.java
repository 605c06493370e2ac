package dev.difftop.engine.nd4j.rewrite;

import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What stands in place of the tensors of a program, on the way to another one. */
final class Rewriting {
  private final Map<Tensor, Tensor> instead = new IdentityHashMap<>();

  boolean has(Tensor t) {
    return instead.containsKey(t);
  }

  void put(Tensor t, Tensor other) {
    instead.put(t, other);
  }

  Tensor of(Tensor t) {
    return instead.get(t);
  }

  /** What stands in place of the operands. */
  Tensor[] operands(Tensor t) {
    Tensor[] x = new Tensor[t.operandCount()];
    for (int i = 0; i < x.length; i++) {
      x[i] = of(t.operand(i));
    }
    return x;
  }

  /** The program with the same inputs, whose outputs are what stands in their place. */
  Program program(Program program) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < program.outputs().size(); i++) {
      outputs.put(program.outputNames().get(i), of(program.outputs().get(i)));
    }
    return Program.of(program.inputs(), outputs);
  }
}
