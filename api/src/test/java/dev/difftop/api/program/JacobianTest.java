package dev.difftop.api.program;

import static dev.difftop.api.program.Cases.BATCH;
import static dev.difftop.api.program.Numbers.assertClose;

import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Jacobians and Hessians, made by vmap over tangents, against differences and among themselves. */
class JacobianTest {
  private static final int N = 3;
  private final Tensor x = Tensor.input("x", Shape.batched(N));
  private final Tensor u = Tensor.input("u", Shape.batched(2));
  private final Tensor w = Tensor.input("w", Shape.of(4, N));
  private final Tensor v = Tensor.input("v", Shape.of(4));
  private final Tensor g = Tensor.input("g", Shape.batched(N, N));
  private final List<Tensor> inputs = List.of(x, u, w, v, g);
  private final List<double[]> values = draw();

  private List<double[]> draw() {
    Random random = new Random(3);
    List<double[]> out = new ArrayList<>();
    inputs.forEach(t -> out.add(random.doubles(Numbers.size(t, BATCH), -1, 1).toArray()));
    return out;
  }

  private double[] run(Tensor t) {
    return Numbers.run(t, inputs, values, BATCH);
  }

  static Stream<String> names() {
    return Stream.of(
        "perceptron", "matrix", "quadratic", "shared", "independent", "linear", "self");
  }

  /** Functions of x, sample shape (n), with results of sample shape (m...). */
  private Tensor function(String name) {
    return switch (name) {
      case "perceptron" -> x.linear(w, v).elu().times(u.sum(-1).expandDims(-1));
      case "matrix" -> x.expandDims(-1).times(g.sin()).times(x.cos().expandDims(1));
      case "quadratic" -> g.timesVector(x).dot(x).tanh();
      case "shared" -> w.times(v.expandDims(-1)).sum(-1);
      case "independent" -> u.sin();
      case "linear" -> g.timesVector(x);
      case "self" -> x;
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @MethodSource("names")
  void jacobianAgreesWithDifferences(String name) {
    checkJacobian(function(name), 1e-7);
  }

  @ParameterizedTest
  @MethodSource("names")
  void hessianAgreesWithDifferencesOfTheGradient(String name) {
    Tensor y = function(name);
    Tensor cost = y.sumPerSample().sin().broadcastTo(Shape.batched());
    checkJacobian(Transforms.gradient(cost, x), 1e-7);
    double[] h = run(Transforms.hessian(cost, x));
    for (int b = 0; b < BATCH; b++) {
      for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
          double a = h[(b * N + i) * N + j];
          double transposed = h[(b * N + j) * N + i];
          assertClose(new double[] {a}, new double[] {transposed}, 1e-13, "symmetry");
        }
      }
    }
  }

  private void checkJacobian(Tensor y, double tolerance) {
    Tensor j = Transforms.jacobian(y, x);
    double[] found = run(j);
    int m = y.shape().sample().size();
    for (int i = 0; i < N; i++) {
      double[] expected = Numbers.difference(y, inputs, values, BATCH, along(i));
      double[] column = new double[expected.length];
      for (int r = 0; r < column.length; r++) {
        column[r] = found[r * N + i];
      }
      assertClose(expected, column, tolerance, "column " + i + " of " + m + " rows");
    }
  }

  private List<double[]> along(int i) {
    List<double[]> direction = new ArrayList<>();
    values.forEach(value -> direction.add(new double[value.length]));
    for (int b = 0; b < BATCH; b++) {
      direction.get(0)[b * N + i] = 1;
    }
    return direction;
  }

  @Test
  void hessianVectorIsTheHessianTimesTheVector() {
    Tensor cost = function("perceptron").square().sum(-1);
    Tensor d = x.cos();
    Tensor product = Transforms.hessianVector(cost, x, d);
    assertClose(run(Transforms.hessian(cost, x).timesVector(d)), run(product), 1e-13, "H d");
  }

  /** The Jacobian in something shared is a Jacobian of every sample. */
  @Test
  void jacobianInASharedVectorKeepsTheBatch() {
    Tensor y = x.linear(w, v).tanh();
    Tensor j = Transforms.jacobian(y, v);
    double[] found = run(j);
    double[] out = run(y);
    for (int b = 0; b < BATCH; b++) {
      for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 4; k++) {
          double expected = i == k ? 1 - out[b * 4 + i] * out[b * 4 + i] : 0;
          assertClose(
              new double[] {expected}, new double[] {found[(b * 4 + i) * 4 + k]}, 1e-14, "dy/dv");
        }
      }
    }
  }

  /** Stage programs for every t at once: the index is mapped to a shared constant. */
  @Test
  void aTableReadAtAllTimesGivesTheGradientOfASum() {
    Tensor table = Tensor.input("table", Shape.of(4, 2));
    Tensor t = Tensor.input("t", Shape.batched());
    Tensor cost = table.gather(t).times(u).sum(-1).square();
    Tensor times = Tensor.constant(new double[] {0, 1, 2, 3});
    Tensor all = Transforms.vmap(List.of(cost), List.of(t), List.of(times), 4).get(0).sum(-1);
    Tensor byHand = table.matmul(u.expandDims(-1)).square().sumPerSample();
    List<Tensor> in = List.of(table, u);
    List<double[]> numbers =
        List.of(new double[] {1, -2, 0.5, 3, -0.2, 0.7, 1.1, -1}, values.get(1));
    assertClose(
        Numbers.run(Transforms.gradient(byHand, table), in, numbers, BATCH),
        Numbers.run(Transforms.gradient(all, table), in, numbers, BATCH),
        1e-13,
        "gradient in the table");
  }
}
