package dev.difftop.engine.nd4j;

import dev.difftop.api.program.Concat;
import dev.difftop.api.program.Constant;
import dev.difftop.api.program.Contract;
import dev.difftop.api.program.Input;
import dev.difftop.api.program.MatMul;
import dev.difftop.api.program.Maximum;
import dev.difftop.api.program.Primitive;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Sum;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Turns a program into steps over storages. */
final class Assembler {
  private final Program program;
  private final Lane<?> lane;
  private final Lowering lowering;
  private final Map<View, View> denseCopies = new IdentityHashMap<>();
  private final List<StepSpec> steps = new ArrayList<>();
  private final List<Storage> outputs = new ArrayList<>();

  Assembler(Program program, Lane<?> lane) {
    this.program = program;
    this.lane = lane;
    this.lowering = new Lowering(program);
    for (Tensor t : program.nodes()) {
      if (lowering.isRoot(t)) {
        add(t);
      }
    }
    program.outputs().forEach(this::addOutput);
  }

  List<StepSpec> steps() {
    return steps;
  }

  List<Storage> storages() {
    return lowering.storages();
  }

  Storage input(int i) {
    return lowering.view(program.inputs().get(i)).storage();
  }

  Storage output(int i) {
    return outputs.get(i);
  }

  private void add(Tensor t) {
    Primitive p = t.primitive();
    View y = lowering.view(t);
    if (p instanceof Input || p instanceof Constant || y.size() == 0) {
      return;
    }
    if (Lowering.isElementwise(t) || Lowering.isRowReduction(t)) {
      addFused(t, y);
    } else if (p instanceof MatMul product) {
      addProduct(t, product, y);
    } else if (p instanceof Contract) {
      addContract(t, y);
    } else if (p instanceof Sum sum) {
      addReduction(t, sum.axes(), sum.overBatch(), false, y);
    } else if (p instanceof Maximum maximum) {
      addReduction(t, List.of(maximum.axis()), false, true, y);
    } else if (p instanceof Concat concat) {
      addConcat(t, concat.axis(), y);
    } else if (t.operandCount() == 1 && Lowering.size(t) == Lowering.size(t.operand(0))) {
      copy(lowering.view(t.operand(0)), y, Lowering.isBatched(t));
    } else {
      List<View> operands = new ArrayList<>();
      for (int i = 0; i < t.operandCount(); i++) {
        operands.add(lowering.view(t.operand(i)));
      }
      steps.add(new InterpretedSpec(t, operands, y));
    }
  }

  private void addFused(Tensor t, View y) {
    FusedGroup group;
    if (Lowering.isRowReduction(t)) {
      group = new FusedGroup(Lowering.isBatched(t), Lowering.size(t));
      group.add(t, true);
      group.takeMembersAsColumns(Lowering.size(t.operand(0)) / Lowering.size(t));
    } else {
      group = new FusedGroup(Lowering.isBatched(t), Lowering.size(t));
      group.add(t, false);
    }
    group.store(t, y);
    steps.add(FusedBuilder.build(lowering, lane, group));
  }

  private void addProduct(Tensor t, MatMul product, View y) {
    View a = lowering.view(t.operand(0));
    View b = lowering.view(t.operand(1));
    a = ProductSpec.isReadable(a) ? a : dense(a, t.operand(0));
    b = ProductSpec.isReadable(b) ? b : dense(b, t.operand(1));
    steps.add(
        ProductSpec.of(a, product.transposeA(), b, product.transposeB(), y, Lowering.isBatched(t)));
  }

  private void addContract(Tensor t, View y) {
    View x = lowering.view(t.operand(0));
    View g = lowering.view(t.operand(1));
    x = ContractSpec.isReadable(x) ? x : dense(x, t.operand(0));
    g = ContractSpec.isReadable(g) ? g : dense(g, t.operand(1));
    steps.add(new ContractSpec(x, g, y));
  }

  private void addReduction(
      Tensor t, List<Integer> axes, boolean overBatch, boolean maximum, View y) {
    Tensor x = t.operand(0);
    steps.add(new ReduceSpec(lowering.view(x), Lowering.isBatched(x), axes, overBatch, maximum, y));
  }

  private void addConcat(Tensor t, int axis, View y) {
    int start = 0;
    for (int i = 0; i < t.operandCount(); i++) {
      View part = lowering.view(t.operand(i));
      int length = part.dims()[axis];
      copy(part, y.slice(axis, start, length), Lowering.isBatched(t));
      start += length;
    }
  }

  /** A copy that lies densely, made once per view. */
  private View dense(View view, Tensor t) {
    return denseCopies.computeIfAbsent(
        view,
        v -> {
          Storage storage =
              lowering.addStorage(Storage.Kind.TEMPORARY, Lowering.isBatched(t), Lowering.size(t));
          View copy = View.of(storage, v.dims());
          copy(v, copy, Lowering.isBatched(t));
          return copy;
        });
  }

  private void copy(View from, View to, boolean batched) {
    if (to.size() > 0) {
      steps.add(FusedBuilder.copy(lane, batched, from, to));
    }
  }

  private void addOutput(Tensor t) {
    View view = lowering.view(t);
    Storage storage = view.storage();
    boolean whole =
        view.isDense(Lowering.isBatched(t))
            && view.offset() == 0
            && view.size() == storage.perSample
            && storage.batched == Lowering.isBatched(t);
    if (!whole || storage.kind != Storage.Kind.TEMPORARY) {
      Storage own =
          lowering.addStorage(Storage.Kind.OUTPUT, Lowering.isBatched(t), Lowering.size(t));
      copy(view, View.of(own, view.dims()), Lowering.isBatched(t));
      storage = own;
    }
    storage.kind = Storage.Kind.OUTPUT;
    outputs.add(storage);
  }
}
