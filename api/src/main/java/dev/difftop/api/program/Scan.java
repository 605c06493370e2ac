package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * One result of a {@link Loop}: all results of a loop are tensors of their own with the same
 * operands, and an engine runs the loop once for those that a program needs. Operands: what the
 * carries start with, the sequences, (steps, ...) each, and the leaves.
 *
 * @param loop what is repeated
 * @param output which result, as {@link Loop} counts them
 */
public record Scan(Loop loop, int output) implements Primitive {
  /** What a step makes. */
  public record Step(List<Tensor> carry, List<Tensor> outputs) {
    /** A step without outputs. */
    public static Step of(Tensor... carry) {
      return new Step(List.of(carry), List.of());
    }
  }

  /** What is repeated: called while it is traced, once or twice, whatever the number of steps. */
  @FunctionalInterface
  public interface Body {
    /**
     * A step.
     *
     * @param carry what the step before made
     * @param entries the sequences' entries of this step
     */
    Step step(List<Tensor> carry, List<Tensor> entries);
  }

  /**
   * What a scan gives.
   *
   * @param loop what was traced
   * @param carry after the last step
   * @param outputs of all steps, sample shapes (steps, ...)
   */
  public record Result(Loop loop, List<Tensor> carry, List<Tensor> outputs) {}

  /**
   * Repeats a step: a rollout is one operation, whatever its horizon. What the body uses of tensors
   * made outside is the same in every step; what depends on nothing else is computed once.
   *
   * @param steps number of steps, at least 1
   * @param carry what is handed from step to step, as it starts; a step makes equal shapes
   * @param sequences sample shapes (steps, ...): every step gets its entry
   * @throws ShapeException if the shapes do not fit
   */
  public static Result over(int steps, List<Tensor> carry, List<Tensor> sequences, Body body) {
    return LoopTrace.trace(steps, carry, sequences, body);
  }

  /** Whether both are results of one run: of the same loop, given the same. */
  public static boolean isSameRun(Tensor t, Tensor other) {
    boolean same =
        t.primitive() instanceof Scan a
            && other.primitive() instanceof Scan b
            && a.loop().equals(b.loop());
    for (int i = 0; same && i < t.operandCount(); i++) {
      Tensor x = t.operand(i);
      Tensor y = other.operand(i);
      // Zeros that tangents start with are made for each result.
      same = x == y || (x.primitive() instanceof Constant && x.primitive().equals(y.primitive()));
    }
    return same;
  }

  @Override
  public String name() {
    return "result " + output + " of " + loop;
  }

  @Override
  public Shape shape(Tensor[] operands) {
    loop.check(operands);
    return loop.outputShape(output);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    List<Boolean> active = new ArrayList<>();
    for (Tensor tangent : tangents) {
      active.add(tangent != null);
    }
    LoopJvp derived = loop.jvp(active);
    return derived.tangent(output) < 0
        ? null
        : Tensor.apply(
            new Scan(derived.loop(), derived.tangent(output)),
            derived.operands(operands, tangents));
  }

  /** Of this result alone; {@link Transforms#vjp} takes all results of a loop together. */
  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor[] cotangents = new Tensor[loop.results()];
    cotangents[output] = cotangent;
    boolean[] wanted = new boolean[operands.length];
    java.util.Arrays.fill(wanted, true);
    return loop.pull(operands, cotangents, wanted);
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    List<Boolean> which = new ArrayList<>();
    List<Boolean> batched = new ArrayList<>();
    for (int i = 0; i < operands.length; i++) {
      which.add(mapped[i]);
      batched.add(Shaping.batched(operands[i]));
    }
    return loop.vmap(which, batched, size).result(output, operands, mapped);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    return loop.evaluate(output, operands, batch);
  }
}
