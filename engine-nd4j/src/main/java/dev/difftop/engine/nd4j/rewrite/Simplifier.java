package dev.difftop.engine.nd4j.rewrite;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.BatchSize;
import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Concat;
import dev.difftop.api.program.Constant;
import dev.difftop.api.program.Input;
import dev.difftop.api.program.MatMul;
import dev.difftop.api.program.Origin;
import dev.difftop.api.program.Primitive;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Slice;
import dev.difftop.api.program.StopGradient;
import dev.difftop.api.program.Sum;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Rewrites a program into a cheaper one of the same values: constants are folded, products whose
 * sums have one term become elementwise, sums of tensors padded with zeros (what the pull-back of a
 * slice leaves behind) become one concatenation.
 */
public final class Simplifier {
  /** Constants are folded up to this many elements. */
  private static final int LARGEST_CONSTANT = 1 << 20;

  private final int batch;
  private final Rewriting rewriting = new Rewriting();

  private Simplifier(int batch) {
    this.batch = batch;
  }

  /** The same program, simpler, for this batch size. */
  public static Program simplify(Program program, int batch) {
    Simplifier simplifier = new Simplifier(batch);
    program
        .nodes()
        .forEach(t -> simplifier.rewriting.put(t, Origin.of(t, () -> simplifier.rewrite(t))));
    return simplifier.rewriting.program(program);
  }

  private Tensor rewrite(Tensor t) {
    Primitive p = t.primitive();
    if (p instanceof Input || p instanceof Constant) {
      return t;
    }
    if (p instanceof BatchSize) {
      return Tensor.constant(batch);
    }
    if (Lowering.size(t) == 0 || hasEmptyOperand(t)) {
      return Tensor.zeros(t.shape());
    }
    Tensor[] x = rewriting.operands(t);
    Tensor simpler = simplify(t, p, x);
    return simpler == null ? Tensor.apply(p, x) : simpler;
  }

  /**
   * Whatever is summed over nothing is zero; concatenations leave empty operands out by themselves.
   */
  private static boolean hasEmptyOperand(Tensor t) {
    boolean sums = t.primitive() instanceof Sum || t.primitive() instanceof MatMul;
    return sums && Lowering.size(t.operand(0)) == 0;
  }

  private Tensor simplify(Tensor t, Primitive p, Tensor[] x) {
    Tensor constant = fold(t, p, x);
    if (constant != null) {
      return constant;
    }
    if (p instanceof StopGradient) {
      return x[0];
    }
    if (Lowering.isElementwise(t)) {
      Tensor spread = SpreadOperations.beforeSpreading(t, x);
      if (spread != null) {
        return spread;
      }
    }
    if (p instanceof Binary f) {
      return binary(f, x[0], x[1]);
    }
    if (p instanceof MatMul product) {
      return product(t, product, x[0], x[1]);
    }
    if (p instanceof Sum sum && !sum.overBatch() && Lowering.size(t) == Lowering.size(x[0])) {
      return reshape(x[0], Lowering.sample(t));
    }
    if (p instanceof Sum && isNegated(x[0])) {
      return Tensor.apply(p, x[0].operand(0)).negate();
    }
    if (p instanceof Slice s) {
      return x[0].slice(s.axis() + (x[0].shape().isBatched() ? 1 : 0), s.start(), s.length());
    }
    return null;
  }

  private Tensor fold(Tensor t, Primitive p, Tensor[] x) {
    if (x.length == 0 || t.shape().isBatched() || Lowering.size(t) > LARGEST_CONSTANT) {
      return null;
    }
    double[][] operands = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      if (!(x[i].primitive() instanceof Constant) || x[i].shape().isBatched()) {
        return null;
      }
      operands[i] = x[i].primitive().evaluate(x[i], new double[0][], 1);
    }
    Tensor y = Tensor.apply(p, x);
    return Tensor.constant(p.evaluate(y, operands, batch)).reshape(Lowering.sample(t));
  }

  /** The methods of {@link Tensor} leave out zeros and ones. */
  private static Tensor binary(Binary f, Tensor a, Tensor b) {
    return switch (f) {
      case ADD -> {
        Tensor joined = sumOfPadded(a, b);
        if (joined != null) {
          yield joined;
        }
        if (isNegated(a)) {
          yield b.minus(a.operand(0));
        }
        yield isNegated(b) ? a.minus(b.operand(0)) : a.plus(b);
      }
      case SUBTRACT -> isNegated(b) ? a.plus(b.operand(0)) : a.minus(b);
      case MULTIPLY -> SpreadOperations.times(a, b);
      case DIVIDE -> a.dividedBy(b);
      default -> null;
    };
  }

  private static boolean isNegated(Tensor t) {
    return t.primitive() == Unary.NEGATE;
  }

  // ------------------------------------------------------------------ products

  private static Tensor product(Tensor t, MatMul product, Tensor a, Tensor b) {
    int[] dimsA = Lowering.sample(a);
    int inner = dimsA[dimsA.length - (product.transposeA() ? 2 : 1)];
    if (inner == 1) {
      Tensor column = product.transposeA() ? swapOfVector(a) : a;
      Tensor row = product.transposeB() ? swapOfVector(b) : b;
      return column.times(row);
    }
    if (a.shape().isBatched() && !b.shape().isBatched() && Lowering.uniform(a) != null) {
      Tensor shared = Tensor.filled(a.shape().sample(), Lowering.uniform(a));
      return shared.matmul(b, product.transposeA(), product.transposeB()).broadcastTo(t.shape());
    }
    return null;
  }

  /** A matrix with one row or one column, transposed: the same numbers in the same order. */
  private static Tensor swapOfVector(Tensor t) {
    int[] dims = Lowering.sample(t);
    int last = dims.length - 1;
    int swap = dims[last];
    dims[last] = dims[last - 1];
    dims[last - 1] = swap;
    return reshape(t, dims);
  }

  private static Tensor reshape(Tensor t, int[] sample) {
    Shape shape = t.shape().isBatched() ? Shape.batched(sample) : Shape.of(sample);
    return t.reshape(shape.dims());
  }

  // ------------------------------------------------------------------ padded sums

  /** The sum of two concatenations where at every place one of them is zero; else null. */
  private static Tensor sumOfPadded(Tensor a, Tensor b) {
    if (!(a.primitive() instanceof Concat x) || !x.equals(b.primitive())) {
      return null;
    }
    int axis = x.axis();
    TreeSet<Integer> cuts = new TreeSet<>(cuts(a, axis));
    cuts.addAll(cuts(b, axis));
    List<Tensor> parts = new ArrayList<>();
    int start = 0;
    for (int end : cuts) {
      Tensor part = nonZero(piece(a, axis, start, end), piece(b, axis, start, end));
      if (part == null) {
        return null;
      }
      parts.add(part);
      start = end;
    }
    return Tensor.concat(axis + (a.shape().isBatched() ? 1 : 0), parts.toArray(Tensor[]::new));
  }

  private static List<Integer> cuts(Tensor concat, int axis) {
    List<Integer> ends = new ArrayList<>();
    int end = 0;
    for (int i = 0; i < concat.operandCount(); i++) {
      end += Lowering.sample(concat.operand(i))[axis];
      ends.add(end);
    }
    return ends;
  }

  private static Tensor piece(Tensor concat, int axis, int start, int end) {
    return concat.slice(axis + (concat.shape().isBatched() ? 1 : 0), start, end - start);
  }

  private static Tensor nonZero(Tensor a, Tensor b) {
    if (isZero(a)) {
      return b;
    }
    return isZero(b) ? a : null;
  }

  private static boolean isZero(Tensor t) {
    Double number = Lowering.uniform(t);
    return number != null && number == 0;
  }
}
