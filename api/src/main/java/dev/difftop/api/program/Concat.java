package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Joins operands along one sample axis; all batched or all shared.
 *
 * @param axis sample axis
 */
public record Concat(int axis) implements Primitive {
  /** Joins, leaving out empty operands and broadcasting shared ones along the batch. */
  static Tensor of(int axis, Tensor... parts) {
    boolean batched = Arrays.stream(parts).anyMatch(p -> p.shape().isBatched());
    List<Tensor> kept = new ArrayList<>();
    for (Tensor part : parts) {
      int[] dims = Shaping.sample(part);
      if (axis < 0 || axis >= dims.length) {
        throw new ShapeException(
            "concat along axis %d: shapes %s and %s do not fit"
                .formatted(axis, parts[0].shape(), part.shape()));
      }
      if (dims[axis] > 0) {
        kept.add(part.broadcastTo(Shaping.shape(batched, dims)));
      }
    }
    if (kept.isEmpty()) {
      return parts[0].broadcastTo(Shaping.shape(batched, Shaping.sample(parts[0])));
    }
    return kept.size() == 1
        ? kept.get(0)
        : Tensor.apply(new Concat(axis), kept.toArray(Tensor[]::new));
  }

  @Override
  public String name() {
    return "concat along " + axis;
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] out = Shaping.sample(operands[0]);
    for (int i = 1; i < operands.length; i++) {
      int[] dims = Shaping.sample(operands[i]);
      boolean fits =
          dims.length == out.length
              && Shaping.batched(operands[i]) == Shaping.batched(operands[0])
              && Arrays.equals(Shaping.with(dims, axis, 0), Shaping.with(out, axis, 0));
      if (!fits) {
        throw new ShapeException(
            "concat along axis %d: shapes %s and %s do not fit"
                .formatted(axis, operands[0].shape(), operands[i].shape()));
      }
      out[axis] += dims[axis];
    }
    return Shaping.shape(Shaping.batched(operands[0]), out);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    Tensor[] parts = new Tensor[operands.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = tangents[i] == null ? Tensor.zeros(operands[i].shape()) : tangents[i];
    }
    return of(axis, parts);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor[] parts = new Tensor[operands.length];
    int start = 0;
    for (int i = 0; i < parts.length; i++) {
      int length = Shaping.sample(operands[i])[axis];
      parts[i] = cotangent.sliceSample(axis, start, length);
      start += length;
    }
    return parts;
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    Tensor[] parts = new Tensor[operands.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Shaping.mapAlong(operands[i], mapped[i], size);
    }
    return of(axis + 1, parts);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] dims = Shaping.sample(y);
    int inner = Shaping.product(dims, axis + 1, dims.length);
    int period = dims[axis] * inner;
    int outer = Shaping.product(dims, 0, axis) * (Shaping.batched(y) ? batch : 1);
    double[] out = new double[outer * period];
    int offset = 0;
    for (int k = 0; k < operands.length; k++) {
      int run = Shaping.sample(y.operand(k))[axis] * inner;
      for (int i = 0; i < outer; i++) {
        System.arraycopy(operands[k], i * run, out, i * period + offset, run);
      }
      offset += run;
    }
    return out;
  }
}
