package dev.difftop.api.program;

import static dev.difftop.api.program.Numbers.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A black box in a program: y0 = a0 b0 + sin(a1), y1 = a1 exp(b0). */
class CustomFunctionTest {
  private static final class Twist implements CustomFunction {
    @Override
    public String name() {
      return "twist";
    }

    @Override
    public int[] argumentSizes() {
      return new int[] {2, 1};
    }

    @Override
    public int resultSize() {
      return 2;
    }

    @Override
    public void value(int rows, double[][] in, double[] out) {
      for (int r = 0; r < rows; r++) {
        out[2 * r] = in[0][2 * r] * in[1][r] + Math.sin(in[0][2 * r + 1]);
        out[2 * r + 1] = in[0][2 * r + 1] * Math.exp(in[1][r]);
      }
    }

    @Override
    public void jacobian(int rows, double[][] in, double[] out) {
      for (int r = 0; r < rows; r++) {
        double[] own = {
          in[1][r],
          Math.cos(in[0][2 * r + 1]),
          in[0][2 * r],
          0,
          Math.exp(in[1][r]),
          in[0][2 * r + 1] * Math.exp(in[1][r])
        };
        System.arraycopy(own, 0, out, 6 * r, 6);
      }
    }
  }

  private final CustomFunction twist = new Twist();
  private final Tensor a = Tensor.input("a", Shape.batched(2));
  private final Tensor b = Tensor.input("b", Shape.batched(1));
  private final Tensor y = Tensor.custom(twist, a, b);
  private final Tensor same =
      Tensor.concat(
          -1,
          a.get(-1, 0).times(b.get(-1, 0)).plus(a.get(-1, 1).sin()).expandDims(-1),
          a.get(-1, 1).times(b.get(-1, 0).exp()).expandDims(-1));
  private final List<double[]> values =
      List.of(new double[] {1, 2, -0.5, 0.3}, new double[] {0.4, -1});

  private void assertAgree(Tensor expected, Tensor found) {
    double[] e = Numbers.run(expected, List.of(a, b), values, 2);
    assertClose(e, Numbers.run(found, List.of(a, b), values, 2), 1e-14, "custom function");
  }

  @Test
  void valueAndFirstDerivativesAreThoseOfTheSameFormulaInTensors() {
    assertAgree(same, y);
    assertAgree(Transforms.jacobian(same, a), Transforms.jacobian(y, a));
    assertAgree(Transforms.jacobian(same, b), Transforms.jacobian(y, b));
    Tensor bar = Tensor.constant(new double[] {0.7, -2}).broadcastTo(y.shape());
    List<Tensor> expected = Transforms.vjp(List.of(same), List.of(bar), List.of(a, b));
    List<Tensor> found = Transforms.vjp(List.of(y), List.of(bar), List.of(a, b));
    assertAgree(expected.get(0), found.get(0));
    assertAgree(expected.get(1), found.get(1));
  }

  @Test
  void joinsALargerProgram() {
    Tensor around = Tensor.custom(twist, a.sin(), y.sum(-1).expandDims(-1)).square().sum(-1);
    Tensor inner = a.sin();
    Tensor s = same.sum(-1);
    Tensor expected =
        inner
            .get(-1, 0)
            .times(s)
            .plus(inner.get(-1, 1).sin())
            .square()
            .plus(inner.get(-1, 1).times(s.exp()).square());
    assertAgree(expected, around);
    assertAgree(Transforms.gradient(expected, a), Transforms.gradient(around, a));
  }

  @Test
  void anExtraAxisIsALoop() {
    Tensor many = Tensor.input("many", Shape.batched(3, 2));
    Tensor mapped = Transforms.vmap(List.of(y), List.of(a), List.of(many), 3).get(0);
    double[] numbers = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    double[] all = Numbers.run(mapped, List.of(many, b), List.of(numbers, values.get(1)), 2);
    for (int k = 0; k < 3; k++) {
      double[] own = Numbers.copy(numbers, many.shape(), 2, 3, k);
      double[] one = Numbers.run(y, List.of(a, b), List.of(own, values.get(1)), 2);
      assertClose(one, Numbers.copy(all, mapped.shape(), 2, 3, k), 1e-15, "copy " + k);
    }
  }

  @Test
  void aSharedArgumentServesAllSamples() {
    Tensor shared = Tensor.input("shared", Shape.of(1));
    Tensor found = Tensor.custom(twist, a, shared);
    double[] out =
        Numbers.run(found, List.of(a, shared), List.of(values.get(0), new double[] {0.4}), 2);
    double[] expected =
        Numbers.run(y, List.of(a, b), List.of(values.get(0), new double[] {0.4, 0.4}), 2);
    assertClose(expected, out, 1e-15, "shared argument");
  }

  @Test
  void secondDerivativesAreRefusedWithTheNameOfTheFunction() {
    Tensor cost = y.square().sum(-1);
    Tensor gradient = Transforms.gradient(cost, a);
    for (var wrong :
        List.<org.junit.jupiter.api.function.Executable>of(
            () -> Transforms.hessian(cost, a),
            () -> Transforms.gradient(gradient.sum(-1), a),
            () -> Transforms.jvp(List.of(gradient), List.of(b), List.of(b)))) {
      String message = assertThrows(IllegalArgumentException.class, wrong).getMessage();
      assertTrue(message.contains("twist") && message.contains("second"), message);
    }
  }

  @Test
  void wrongArgumentsAreNamed() {
    String message =
        assertThrows(ShapeException.class, () -> Tensor.custom(twist, b, b)).getMessage();
    assertTrue(message.contains("twist") && message.contains("(B, 1)"), message);
    assertThrows(ShapeException.class, () -> Tensor.custom(twist, a));
  }

  @Test
  void anEmptyArgumentStillHasRows() {
    CustomFunction ones =
        new CustomFunction() {
          @Override
          public String name() {
            return "ones";
          }

          @Override
          public int[] argumentSizes() {
            return new int[] {0, 2};
          }

          @Override
          public int resultSize() {
            return 1;
          }

          @Override
          public void value(int rows, double[][] arguments, double[] result) {
            java.util.Arrays.fill(result, 0, rows, rows);
          }

          @Override
          public void jacobian(int rows, double[][] arguments, double[] jacobian) {
            java.util.Arrays.fill(jacobian, 0, 2 * rows, 0);
          }
        };
    Tensor out = Tensor.custom(ones, Tensor.zeros(Shape.batched(0)), a);
    assertEquals(2, Numbers.run(out, List.of(a, b), values, 2)[1]);
  }
}
