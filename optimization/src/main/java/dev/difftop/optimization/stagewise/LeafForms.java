package dev.difftop.optimization.stagewise;

import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Broadcast;
import dev.difftop.api.program.Concat;
import dev.difftop.api.program.Constant;
import dev.difftop.api.program.Input;
import dev.difftop.api.program.MatMul;
import dev.difftop.api.program.Primitive;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Reshape;
import dev.difftop.api.program.Slice;
import dev.difftop.api.program.StopGradient;
import dev.difftop.api.program.Sum;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transpose;
import dev.difftop.api.program.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program whose every output element is a constant plus a few multiples of elements of its
 * inputs, as that of a linear-quadratic problem usually is: its matrices are its leaves in another
 * order. Then nothing needs to be computed, only to be fetched.
 */
final class LeafForms {
  /** Beyond so many elements of all tensors the analysis would take too long. */
  private static final long MOST_ELEMENTS = 4_000_000;

  /** Longer sums are products after all. */
  private static final int MOST_TERMS = 4;

  /**
   * A constant plus multiples of input elements.
   *
   * @param inputs positions of the inputs, one per term
   * @param elements elements of a sample of those inputs
   */
  record Form(double constant, int[] inputs, int[] elements, double[] factors) {
    boolean isConstant() {
      return inputs.length == 0;
    }
  }

  private static final Form ZERO = new Form(0, new int[0], new int[0], new double[0]);

  private final Program program;
  private final List<Form> forms = new ArrayList<>(List.of(ZERO));
  private final Map<Double, Integer> constants = new HashMap<>(Map.of(0.0, 0));
  private final Map<Tensor, int[]> known = new IdentityHashMap<>();

  private LeafForms(Program program) {
    this.program = program;
  }

  /** The forms of every output's elements by name; empty if some element is no such form. */
  static Optional<Map<String, Form[]>> of(Program program) {
    long elements = 0;
    for (Tensor t : program.nodes()) {
      elements += t.shape().sample().size();
    }
    return elements > MOST_ELEMENTS ? Optional.empty() : new LeafForms(program).analyse();
  }

  private Optional<Map<String, Form[]>> analyse() {
    for (Tensor t : program.nodes()) {
      int[] ids = analyse(t);
      if (ids == null) {
        return Optional.empty();
      }
      known.put(t, ids);
    }
    Map<String, Form[]> out = new LinkedHashMap<>();
    for (int i = 0; i < program.outputs().size(); i++) {
      int[] ids = known.get(program.outputs().get(i));
      out.put(
          program.outputNames().get(i),
          Arrays.stream(ids).mapToObj(forms::get).toArray(Form[]::new));
    }
    return Optional.of(out);
  }

  /** Which form every element of a sample has; null if that cannot be said. */
  private int[] analyse(Tensor t) {
    Primitive p = t.primitive();
    int[][] x = new int[t.operandCount()][];
    for (int i = 0; i < x.length; i++) {
      x[i] = known.get(t.operand(i));
    }
    if (p instanceof Input) {
      return input(t);
    }
    if (p instanceof Constant || areConstant(x)) {
      return constants(t, x);
    }
    if (isShuffle(p)) {
      return shuffle(t, x);
    }
    if (p instanceof Binary f) {
      return binary(f, x[0], x[1]);
    }
    if (p == Unary.NEGATE) {
      return Arrays.stream(x[0]).map(id -> add(scaled(forms.get(id), -1))).toArray();
    }
    if (p instanceof Sum sum && !sum.overBatch()) {
      return sum(t, sum, x[0]);
    }
    return p instanceof MatMul product ? product(t, product, x[0], x[1]) : null;
  }

  private int[] input(Tensor t) {
    int number = program.inputs().indexOf(t);
    int[] ids = new int[t.shape().sample().size()];
    for (int e = 0; e < ids.length; e++) {
      ids[e] = add(new Form(0, new int[] {number}, new int[] {e}, new double[] {1}));
    }
    return ids;
  }

  private boolean areConstant(int[][] operands) {
    for (int[] operand : operands) {
      for (int id : operand) {
        if (!forms.get(id).isConstant()) {
          return false;
        }
      }
    }
    return true;
  }

  private int[] constants(Tensor t, int[][] x) {
    double[][] values = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      values[i] = Arrays.stream(x[i]).mapToDouble(id -> forms.get(id).constant()).toArray();
    }
    double[] y = t.primitive().evaluate(t, values, 1);
    return Arrays.stream(y).mapToInt(this::constant).toArray();
  }

  private int constant(double value) {
    return constants.computeIfAbsent(
        value + 0.0, v -> add(new Form(v, ZERO.inputs, ZERO.elements, ZERO.factors)));
  }

  // ------------------------------------------------------------------ operations

  private static boolean isShuffle(Primitive p) {
    return p instanceof Reshape
        || p instanceof Transpose
        || p instanceof Slice
        || p instanceof Concat
        || p instanceof Broadcast
        || p instanceof StopGradient;
  }

  /** What only puts elements elsewhere does so with the numbers of forms as well. */
  private static int[] shuffle(Tensor t, int[][] x) {
    double[][] ids = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      ids[i] = Arrays.stream(x[i]).asDoubleStream().toArray();
    }
    return Arrays.stream(t.primitive().evaluate(t, ids, 1)).mapToInt(d -> (int) d).toArray();
  }

  private int[] binary(Binary f, int[] a, int[] b) {
    int[] out = new int[a.length];
    for (int e = 0; e < out.length; e++) {
      Form x = forms.get(a[e]);
      Form y = forms.get(b[e]);
      Form z =
          switch (f) {
            case ADD -> sum(x, y);
            case SUBTRACT -> sum(x, scaled(y, -1));
            case MULTIPLY -> product(x, y);
            case DIVIDE -> y.isConstant() ? scaled(x, 1 / y.constant()) : null;
            default -> null;
          };
      if (z == null) {
        return null;
      }
      out[e] = add(z);
    }
    return out;
  }

  private int[] sum(Tensor t, Sum sum, int[] x) {
    int[] dims = t.operand(0).shape().sample().dims();
    int[] target = new int[dims.length];
    int stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      if (!sum.axes().contains(axis)) {
        target[axis] = stride;
        stride *= dims[axis];
      }
    }
    int[] out = new int[stride];
    for (int e = 0; e < x.length; e++) {
      int to = 0;
      int rest = e;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        to += rest % dims[axis] * target[axis];
        rest /= dims[axis];
      }
      Form total = sum(forms.get(out[to]), forms.get(x[e]));
      if (total == null) {
        return null;
      }
      out[to] = add(total);
    }
    return out;
  }

  private int[] product(Tensor t, MatMul product, int[] a, int[] b) {
    int[] dims = t.shape().sample().dims();
    int m = dims[dims.length - 2];
    int n = dims[dims.length - 1];
    int along = 1;
    for (int i = 0; i < dims.length - 2; i++) {
      along *= dims[i];
    }
    int k = a.length / along / m;
    boolean ownB = t.operand(1).shape().sample().rank() > 2;
    int[] out = new int[along * m * n];
    for (int e = 0; e < out.length; e++) {
      int l = e / (m * n);
      int i = e / n % m;
      int j = e % n;
      Form total = ZERO;
      for (int c = 0; c < k && total != null; c++) {
        int x = a[l * m * k + (product.transposeA() ? c * m + i : i * k + c)];
        int y = b[(ownB ? l * k * n : 0) + (product.transposeB() ? j * k + c : c * n + j)];
        Form term = product(forms.get(x), forms.get(y));
        total = term == null ? null : sum(total, term);
      }
      if (total == null) {
        return null;
      }
      out[e] = add(total);
    }
    return out;
  }

  // ------------------------------------------------------------------ forms

  private int add(Form form) {
    if (form.isConstant() && form.constant() == 0) {
      return 0;
    }
    forms.add(form);
    return forms.size() - 1;
  }

  private static Form scaled(Form form, double factor) {
    if (factor == 0) {
      return ZERO;
    }
    double[] factors = form.factors().clone();
    for (int i = 0; i < factors.length; i++) {
      factors[i] *= factor;
    }
    return new Form(form.constant() * factor, form.inputs(), form.elements(), factors);
  }

  private static Form product(Form x, Form y) {
    if (x.isConstant()) {
      return scaled(y, x.constant());
    }
    return y.isConstant() ? scaled(x, y.constant()) : null;
  }

  private static Form sum(Form x, Form y) {
    if (x == ZERO || y == ZERO) {
      return x == ZERO ? y : x;
    }
    if (isSameElement(x, y)) {
      double[] factor = {x.factors()[0] + y.factors()[0]};
      return new Form(x.constant() + y.constant(), x.inputs(), x.elements(), factor);
    }
    int count = x.inputs().length + y.inputs().length;
    if (count > MOST_TERMS) {
      return null;
    }
    int[] inputs = Arrays.copyOf(x.inputs(), count);
    int[] elements = Arrays.copyOf(x.elements(), count);
    double[] factors = Arrays.copyOf(x.factors(), count);
    int at = x.inputs().length;
    System.arraycopy(y.inputs(), 0, inputs, at, y.inputs().length);
    System.arraycopy(y.elements(), 0, elements, at, y.inputs().length);
    System.arraycopy(y.factors(), 0, factors, at, y.inputs().length);
    return new Form(x.constant() + y.constant(), inputs, elements, factors);
  }

  private static boolean isSameElement(Form x, Form y) {
    return x.inputs().length == 1
        && y.inputs().length == 1
        && x.inputs()[0] == y.inputs()[0]
        && x.elements()[0] == y.elements()[0];
  }
}
