package dev.difftop.engine.nd4j.plan;

import dev.difftop.api.program.Constant;
import dev.difftop.api.program.Input;
import dev.difftop.api.program.NonFiniteException;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.rewrite.Lowering;
import dev.difftop.engine.nd4j.step.Step;
import dev.difftop.engine.nd4j.step.Worker;
import java.util.Locale;

/**
 * Looks for infinite numbers and NaN: in the inputs before a run, in what a step computed after it.
 * For compiled programs of one worker whose steps compute one tensor each and share no memory, so
 * that the operands are still there when something is found.
 */
final class FiniteCheck {
  private final Program program;
  private final Assembler code;
  private final Worker<?> worker;

  FiniteCheck(Program program, Assembler code, Worker<?> worker) {
    this.program = program;
    this.code = code;
    this.worker = worker;
  }

  /** Refuses inputs that are not finite. */
  void checkInputs() {
    for (int i = 0; i < program.inputs().size(); i++) {
      Tensor input = program.inputs().get(i);
      Range range = range(input, View.of(code.input(i), Lowering.sample(input)));
      if (range.first >= 0) {
        throw new NonFiniteException(
            "engine nd4j: check-finite: input %s, shape %s, holds %s"
                .formatted(program.inputName(i), input.shape(), range.found(input)));
      }
    }
  }

  /** A step that is looked after. */
  Step after(int index, Step step) {
    Tensor made = code.made(index);
    return new Step() {
      @Override
      public void run() {
        step.run();
        check(made);
      }

      @Override
      public void prepare() {
        step.prepare();
      }
    };
  }

  private void check(Tensor made) {
    Range range = range(made, code.view(made));
    if (range.first >= 0) {
      StringBuilder text =
          new StringBuilder(
              "engine nd4j: check-finite: %s computed %s, traced at %s"
                  .formatted(made, range.found(made), made.origin()));
      for (int i = 0; i < made.operandCount(); i++) {
        Tensor operand = made.operand(i);
        text.append("; operand %d, %s: %s".formatted(i, operand, describe(operand)));
      }
      throw new NonFiniteException(text.toString());
    }
  }

  private String describe(Tensor t) {
    if (t.primitive() instanceof Input input) {
      return "input " + input.name() + ", " + range(t, code.view(t));
    }
    return t.primitive() instanceof Constant c && c.isUniform()
        ? String.valueOf(c.at(0))
        : range(t, code.view(t)).toString();
  }

  // ------------------------------------------------------------------ ranges

  /** Range of the finite numbers of a tensor, and the first other one. */
  private static final class Range {
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;
    private int first = -1;
    private double firstValue;
    private int others;

    void add(int at, double value) {
      if (Double.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      } else {
        first = others == 0 ? at : first;
        firstValue = others == 0 ? value : firstValue;
        others++;
      }
    }

    String found(Tensor t) {
      int n = Math.max(1, Lowering.size(t));
      String sample = Lowering.isBatched(t) ? "sample " + first / n + ", " : "";
      return "%s at %selement %d (%d such numbers)"
          .formatted(firstValue, sample, first % n, others);
    }

    @Override
    public String toString() {
      String finite =
          low > high ? "nothing finite" : String.format(Locale.ROOT, "in [%.6g, %.6g]", low, high);
      return others == 0 ? finite : finite + ", " + others + " not finite";
    }
  }

  private Range range(Tensor t, View view) {
    Range range = new Range();
    Area area = worker.whole(view);
    int[] offsets = view.offsets();
    int samples = Lowering.isBatched(t) ? worker.batch : 1;
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < offsets.length; i++) {
        range.add(
            s * offsets.length + i, worker.lane.get(area, s * view.batchStride() + offsets[i]));
      }
    }
    return range;
  }
}
