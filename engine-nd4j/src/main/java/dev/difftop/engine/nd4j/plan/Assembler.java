package dev.difftop.engine.nd4j.plan;

import dev.difftop.api.program.Concat;
import dev.difftop.api.program.Constant;
import dev.difftop.api.program.Contract;
import dev.difftop.api.program.Conv2d;
import dev.difftop.api.program.Conv2dInput;
import dev.difftop.api.program.Conv2dWeight;
import dev.difftop.api.program.Convolution;
import dev.difftop.api.program.Custom;
import dev.difftop.api.program.Gather;
import dev.difftop.api.program.Input;
import dev.difftop.api.program.Loop;
import dev.difftop.api.program.MatMul;
import dev.difftop.api.program.Maximum;
import dev.difftop.api.program.Primitive;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scan;
import dev.difftop.api.program.Scatter;
import dev.difftop.api.program.Solve;
import dev.difftop.api.program.Sum;
import dev.difftop.api.program.Tensor;
import dev.difftop.engine.nd4j.fusion.FusedBuilder;
import dev.difftop.engine.nd4j.fusion.FusedGroup;
import dev.difftop.engine.nd4j.fusion.Fusion;
import dev.difftop.engine.nd4j.fusion.Schedule;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Storage;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.rewrite.JoinedProducts;
import dev.difftop.engine.nd4j.rewrite.Lowering;
import dev.difftop.engine.nd4j.rewrite.Simplifier;
import dev.difftop.engine.nd4j.step.ContractSpec;
import dev.difftop.engine.nd4j.step.ConvolutionSpec;
import dev.difftop.engine.nd4j.step.ConvolutionSpec.Result;
import dev.difftop.engine.nd4j.step.CustomSpec;
import dev.difftop.engine.nd4j.step.InterpretedSpec;
import dev.difftop.engine.nd4j.step.PartialSumSpec;
import dev.difftop.engine.nd4j.step.ProductSpec;
import dev.difftop.engine.nd4j.step.ReduceSpec;
import dev.difftop.engine.nd4j.step.SolveSpec;
import dev.difftop.engine.nd4j.step.StepSpec;
import dev.difftop.engine.nd4j.step.TableSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns a simplified program into steps over storages, in order. */
final class Assembler {
  private final Program program;
  private final Lane<?> lane;
  private final int batch;
  private final Lowering lowering;
  private final Map<View, View> denseCopies = new IdentityHashMap<>();
  private final List<StepSpec> steps = new ArrayList<>();
  private final List<Tensor> made = new ArrayList<>();
  private final Set<Tensor> runs = new HashSet<>();
  private final List<Storage> outputs = new ArrayList<>();

  /**
   * Steps for a program.
   *
   * @param batch size of the batch
   * @param apart whether every tensor gets a step for itself
   */
  Assembler(Program program, Lane<?> lane, int batch, boolean apart) {
    this.program = program;
    this.lane = lane;
    this.batch = batch;
    this.lowering = new Lowering(program);
    Fusion fusion = new Fusion(lowering, apart);
    for (Object unit : new Schedule(lowering, fusion).units()) {
      if (unit instanceof FusedGroup group) {
        steps.add(FusedBuilder.build(lowering, lane, group));
      } else {
        add((Tensor) unit);
      }
      fillUp(unit instanceof FusedGroup group ? group.members().get(0) : (Tensor) unit);
    }
    for (Tensor t : program.outputs()) {
      addOutput(t);
      fillUp(t);
    }
  }

  /** The steps that were added last make this tensor. */
  private void fillUp(Tensor t) {
    while (made.size() < steps.size()) {
      made.add(t);
    }
  }

  List<StepSpec> steps() {
    return steps;
  }

  List<Storage> storages() {
    return lowering.storages();
  }

  /** The tensor that a step computes, or one of them if it computes several. */
  Tensor made(int step) {
    return made.get(step);
  }

  /** Where a tensor of the program lies. */
  View view(Tensor t) {
    return lowering.view(t);
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
    if (p instanceof MatMul product) {
      addProduct(t, product, y);
    } else if (p instanceof Contract) {
      addContract(t, y);
    } else if (p instanceof Sum sum) {
      addReduction(t, sum.axes(), sum.overBatch(), false, y);
    } else if (p instanceof Maximum maximum) {
      addReduction(t, List.of(maximum.axis()), false, true, y);
    } else if (p instanceof Concat concat) {
      addConcat(t, concat.axis(), y);
    } else if (t.operandCount() == 1 && Lowering.isView(t)) {
      copy(lowering.view(t.operand(0)), y, Lowering.isBatched(t));
    } else if (p instanceof Gather) {
      addGather(t, y);
    } else if (p instanceof Scatter scatter) {
      addScatter(t, scatter, y);
    } else if (p instanceof Conv2d || p instanceof Conv2dInput || p instanceof Conv2dWeight) {
      addConvolution(t, p, y);
    } else if (p instanceof Solve solve) {
      View a = lowering.view(t.operand(0));
      View b = lowering.view(t.operand(1));
      steps.add(new SolveSpec(solve, Lowering.isBatched(t), a, b, y));
    } else if (p instanceof Scan scan) {
      addLoop(t, scan.loop());
    } else if (p instanceof Custom custom) {
      steps.add(new CustomSpec(custom, Lowering.isBatched(t), operands(t), y));
    } else {
      steps.add(new InterpretedSpec(t, operands(t), y));
    }
  }

  private List<View> operands(Tensor t) {
    List<View> operands = new ArrayList<>();
    for (int i = 0; i < t.operandCount(); i++) {
      operands.add(lowering.view(t.operand(i)));
    }
    return operands;
  }

  private void addGather(Tensor t, View y) {
    Tensor table = t.operand(0);
    steps.add(
        new TableSpec(
            false,
            Lowering.isBatched(t),
            Lowering.isBatched(table),
            Lowering.sample(table)[0],
            lowering.view(table),
            lowering.view(t.operand(1)),
            y));
  }

  private void addScatter(Tensor t, Scatter scatter, View y) {
    boolean batched =
        scatter.perSample() || Lowering.isBatched(t.operand(0)) || Lowering.isBatched(t.operand(1));
    steps.add(
        new TableSpec(
            true,
            batched,
            scatter.perSample(),
            scatter.rows(),
            lowering.view(t.operand(0)),
            lowering.view(t.operand(1)),
            y));
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

  /** All results of a run of a loop are made by one step, at the first of them. */
  private void addLoop(Tensor t, Loop loop) {
    List<Tensor> results = lowering.bases().stream().filter(r -> Scan.isSameRun(t, r)).toList();
    if (!runs.add(results.get(0))) {
      return;
    }
    List<LoopSpec.Result> places = new ArrayList<>();
    for (Tensor result : results) {
      int index = ((Scan) result.primitive()).output();
      places.add(new LoopSpec.Result(index, lowering.view(result)));
    }
    Loop.Part part = loop.part(places.stream().map(LoopSpec.Result::index).toList());
    int entries = loop.carries().size();
    int leaves = entries + loop.entries().size();
    Program body = JoinedProducts.join(Simplifier.simplify(part.body(), batch), batch);
    steps.add(
        new LoopSpec(
            part,
            new Assembler(body, lane, batch, false),
            part.carries().stream().map(i -> lowering.view(t.operand(i))).toList(),
            part.entries().stream().map(i -> contiguous(t.operand(entries + i))).toList(),
            part.leaves().stream().map(i -> packed(t.operand(leaves + i))).toList(),
            places));
  }

  /** A tensor whose samples, too, lie side by side. */
  private View packed(Tensor t) {
    View view = lowering.view(t);
    return view.isDense(Lowering.isBatched(t)) ? view : dense(view, t);
  }

  private void addConvolution(Tensor t, Primitive p, View y) {
    Tensor[] operands = {t.operand(0), t.operand(1)};
    View images = contiguous(operands[0]);
    View other = lowering.view(operands[1]);
    boolean batched = Lowering.isBatched(operands[0]) || Lowering.isBatched(operands[1]);
    if (p instanceof Conv2d c) {
      addConvolution(c.convolution(operands), Result.OUTPUTS, images, other, batched, y);
    } else if (p instanceof Conv2dInput c) {
      addConvolution(c.convolution(operands), Result.IMAGES, images, other, batched, y);
    } else if (p instanceof Conv2dWeight c) {
      View outputs = contiguous(operands[1]);
      if (c.perSample() || !batched) {
        addConvolution(c.convolution(operands), Result.KERNELS, images, outputs, batched, y);
      } else {
        Storage parts = lowering.addStorage(Storage.Kind.TEMPORARY, false, y.size());
        parts.byUnit = true;
        View sums = View.of(parts, y.dims());
        steps.add(
            new ConvolutionSpec(
                c.convolution(operands), Result.KERNELS, images, outputs, true, sums, true));
        steps.add(new PartialSumSpec(sums, y));
      }
    }
  }

  private void addConvolution(
      Convolution sizes, Result result, View images, View other, boolean batched, View y) {
    steps.add(new ConvolutionSpec(sizes, result, images, other, batched, y, false));
  }

  /** A tensor with the elements of each sample side by side. */
  private View contiguous(Tensor t) {
    View view = lowering.view(t);
    return view.isContiguous() ? view : dense(view, t);
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
      View place = y.slice(axis, start, length);
      if (!part.isSameAs(place)) {
        copy(part, place, Lowering.isBatched(t));
      }
      start += length;
    }
  }

  /** A copy that lies densely, made once per view. */
  private View dense(View view, Tensor t) {
    View known = denseCopies.get(view);
    if (known == null) {
      Storage storage =
          lowering.addStorage(Storage.Kind.TEMPORARY, Lowering.isBatched(t), Lowering.size(t));
      known = View.of(storage, view.dims());
      copy(view, known, Lowering.isBatched(t));
      denseCopies.put(view, known);
    }
    return known;
  }

  private void copy(View from, View to, boolean batched) {
    if (to.size() > 0) {
      steps.add(FusedBuilder.copy(lane, batched, from, to));
    }
  }

  /** An output has a storage for itself: that of its tensor, if it is all of it, else a copy. */
  private void addOutput(Tensor t) {
    View view = lowering.view(t);
    Storage storage = view.storage();
    boolean whole =
        storage.kind == Storage.Kind.TEMPORARY
            && storage.batched == Lowering.isBatched(t)
            && view.size() == storage.perSample
            && view.offset() == 0
            && view.isDense(storage.batched);
    if (!whole) {
      storage = lowering.addStorage(Storage.Kind.OUTPUT, Lowering.isBatched(t), view.size());
      copy(view, View.of(storage, view.dims()), Lowering.isBatched(t));
    }
    storage.kind = Storage.Kind.OUTPUT;
    outputs.add(storage);
  }
}
