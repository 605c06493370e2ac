package dev.difftop.api.program;

import static dev.difftop.api.program.Cases.BATCH;
import static dev.difftop.api.program.Numbers.assertClose;
import static dev.difftop.api.program.Numbers.dot;

import dev.difftop.api.program.Cases.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** First and second derivatives of every operation against central differences in float64. */
class DerivativeTest {
  private static final double TOLERANCE = 1e-7;

  /** A case with its derivatives as tensors, and numbers for all inputs. */
  static final class Derived {
    final Random random;
    final List<Tensor> x;
    final List<Tensor> dx = new ArrayList<>();
    final Tensor bar;
    final Tensor y;
    final Tensor dy;
    final List<Tensor> pulled;
    final List<Tensor> inputs = new ArrayList<>();
    final List<double[]> values = new ArrayList<>();

    Derived(Case c, long seed) {
      random = new Random(seed);
      x = c.inputs;
      y = c.y;
      x.forEach(t -> dx.add(Tensor.input("d" + t, t.shape())));
      bar = Tensor.input("bar", y.shape());
      dy = Transforms.jvp(List.of(y), x, dx).get(0);
      pulled = Transforms.vjp(List.of(y), List.of(bar), x);
      inputs.addAll(x);
      inputs.addAll(dx);
      inputs.add(bar);
      values.addAll(c.draw(random));
      dx.forEach(t -> values.add(normal(t)));
      values.add(normal(bar));
    }

    double[] normal(Tensor t) {
      return random.doubles(Numbers.size(t, BATCH), -1, 1).toArray();
    }

    double[] run(Tensor t) {
      return Numbers.run(t, inputs, values, BATCH);
    }

    double[] value(Tensor input) {
      return values.get(inputs.indexOf(input));
    }

    /** Difference of a tensor along the numbers of dx, all other inputs fixed. */
    double[] alongDirection(Tensor t) {
      List<double[]> direction = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        direction.add(i < x.size() ? values.get(x.size() + i) : new double[values.get(i).length]);
      }
      return Numbers.difference(t, inputs, values, BATCH, direction);
    }

    /** Derivative of the sum of all elements of a tensor in each element of an input. */
    double[] gradientByDifferences(Tensor t, Tensor input) {
      int k = inputs.indexOf(input);
      double[] out = new double[values.get(k).length];
      for (int i = 0; i < out.length; i++) {
        List<double[]> direction = new ArrayList<>();
        values.forEach(v -> direction.add(new double[v.length]));
        direction.get(k)[i] = 1;
        for (double d : Numbers.difference(t, inputs, values, BATCH, direction)) {
          out[i] += d;
        }
      }
      return out;
    }

    List<Tensor> gradientOfSum(Tensor t) {
      return Transforms.vjp(List.of(t), List.of(Tensor.filled(t.shape(), 1)), x);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.api.program.Cases#differentiable")
  void jvpAgreesWithDifferences(Case c) {
    Derived d = new Derived(c, 1);
    assertClose(d.alongDirection(d.y), d.run(d.dy), TOLERANCE, "jvp");
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.api.program.Cases#all")
  void vjpIsTheTransposeOfJvp(Case c) {
    Derived d = new Derived(c, 2);
    double forward = dot(d.value(d.bar), d.run(d.dy));
    double reverse = 0;
    for (int i = 0; i < d.x.size(); i++) {
      reverse += dot(d.run(d.pulled.get(i)), d.value(d.dx.get(i)));
    }
    assertClose(new double[] {forward}, new double[] {reverse}, 1e-12, "<v, J u> and <J^T v, u>");
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.api.program.Cases#differentiable")
  void vjpAgreesWithDifferences(Case c) {
    Derived d = new Derived(c, 3);
    Tensor cost = d.y.times(d.bar);
    for (int i = 0; i < d.x.size(); i++) {
      double[] expected = d.gradientByDifferences(cost, d.x.get(i));
      assertClose(expected, d.run(d.pulled.get(i)), TOLERANCE, "vjp in operand " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.api.program.Cases#differentiable")
  void jvpOfVjpAgreesWithDifferences(Case c) {
    Derived d = new Derived(c, 4);
    List<Tensor> second = Transforms.jvp(d.pulled, d.x, d.dx);
    for (int i = 0; i < d.x.size(); i++) {
      double[] expected = d.alongDirection(d.pulled.get(i));
      assertClose(expected, d.run(second.get(i)), TOLERANCE, "jvp of vjp in operand " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.api.program.Cases#differentiable")
  void vjpOfJvpAgreesWithDifferences(Case c) {
    Derived d = new Derived(c, 5);
    Tensor weighted = d.dy.times(d.bar);
    List<Tensor> second = d.gradientOfSum(weighted);
    for (int i = 0; i < d.x.size(); i++) {
      double[] expected = d.gradientByDifferences(weighted, d.x.get(i));
      assertClose(expected, d.run(second.get(i)), TOLERANCE, "vjp of jvp in operand " + i);
    }
  }

  /** The third order: forward over (reverse over forward). */
  @ParameterizedTest
  @MethodSource("dev.difftop.api.program.Cases#differentiable")
  void thirdDerivativesAgreeWithDifferences(Case c) {
    Derived d = new Derived(c, 6);
    List<Tensor> second = d.gradientOfSum(d.dy.times(d.bar));
    List<Tensor> third = Transforms.jvp(second, d.x, d.dx);
    for (int i = 0; i < d.x.size(); i++) {
      double[] expected = d.alongDirection(second.get(i));
      assertClose(expected, d.run(third.get(i)), 10 * TOLERANCE, "third, operand " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.api.program.Cases#all")
  void bothProductsAreLinear(Case c) {
    Derived d = new Derived(c, 7);
    List<Tensor> outputs = new ArrayList<>(d.pulled);
    outputs.add(d.dy);
    List<double[]> other = new ArrayList<>(d.values);
    List<double[]> mixed = new ArrayList<>(d.values);
    for (int i = d.x.size(); i < d.inputs.size(); i++) {
      double[] u = d.values.get(i);
      double[] w = d.normal(d.inputs.get(i));
      double[] m = new double[u.length];
      for (int k = 0; k < m.length; k++) {
        m[k] = 0.7 * u[k] - 1.3 * w[k];
      }
      other.set(i, w);
      mixed.set(i, m);
    }
    double[][] u = Numbers.run(outputs, d.inputs, d.values, BATCH);
    double[][] w = Numbers.run(outputs, d.inputs, other, BATCH);
    double[][] m = Numbers.run(outputs, d.inputs, mixed, BATCH);
    for (int k = 0; k < m.length; k++) {
      double[] expected = new double[m[k].length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = 0.7 * u[k][i] - 1.3 * w[k][i];
      }
      assertClose(expected, m[k], 1e-12, "linearity");
    }
  }
}
