package dev.difftop.api.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values against numbers worked out by hand or by another formula. */
class TensorValueTest {
  private static double[] run(Tensor y, Tensor x, double... values) {
    return Numbers.run(y, List.of(x), List.of(values), values.length / Numbers.size(x, 1));
  }

  private static double[] slope(Tensor y, Tensor x, double... values) {
    Tensor bar = Tensor.filled(y.shape(), 1);
    return run(Transforms.vjp(List.of(y), List.of(bar), List.of(x)).get(0), x, values);
  }

  private static Tensor row(int n) {
    return Tensor.input("x", Shape.batched(n));
  }

  @Test
  void logSumExpAndSoftmaxDoNotOverflow() {
    Tensor x = row(3);
    double[] large = {1000, 1000, -1000};
    assertArrayEquals(new double[] {1000 + Math.log(2)}, run(x.logSumExp(-1), x, large), 1e-12);
    assertArrayEquals(new double[] {0.5, 0.5, 0}, run(x.softmax(-1), x, large), 1e-15);
    assertArrayEquals(new double[] {0.5, 0.5, 0}, slope(x.logSumExp(-1), x, large), 1e-15);
    double[] small = {-1000, -1001, -5000};
    double expected = -1000 + Math.log1p(Math.exp(-1));
    assertArrayEquals(new double[] {expected}, run(x.logSumExp(-1), x, small), 1e-12);
  }

  @Test
  void softplusSigmoidAndEluDoNotOverflow() {
    Tensor x = row(1);
    for (Tensor y : List.of(x.softplus(), x.elu(), x.mish())) {
      assertArrayEquals(new double[] {800, 0}, positive(run(y, x, 800, -800)), 1e-300);
      assertArrayEquals(new double[] {1, 0}, slope(y, x, 800, -800), 1e-300);
    }
    assertArrayEquals(new double[] {1, 0}, run(x.sigmoid(), x, 800, -800), 0);
    assertArrayEquals(new double[] {0, 0}, slope(x.sigmoid(), x, 800, -800), 0);
    assertArrayEquals(new double[] {0, 0}, slope(x.tanh(), x, 800, -800), 0);
  }

  /** elu(-800) is -1: only its rounding to zero above is of interest. */
  private static double[] positive(double[] values) {
    return Arrays.stream(values).map(v -> Math.max(v, 0)).toArray();
  }

  @Test
  void layerNormOfEqualAndOfLargeValuesStaysFinite() {
    Tensor x = row(4);
    Tensor y = x.layerNorm(Tensor.constant(1), Tensor.constant(0), 1e-5);
    assertArrayEquals(new double[4], run(y, x, 7, 7, 7, 7), 1e-12);
    double[] large = run(y, x, 1e100, -1e100, 1e100, -1e100);
    assertArrayEquals(new double[] {1, -1, 1, -1}, large, 1e-12);
    assertTrue(Arrays.stream(slope(y, x, 7, 7, 7, 7)).allMatch(Double::isFinite));
  }

  @Test
  void atATieTheSlopeIsTheFirstOperands() {
    Tensor x = row(2);
    Tensor a = x.get(-1, 0);
    Tensor b = x.get(-1, 1);
    assertArrayEquals(new double[] {1, 0}, slope(a.min(b), x, 3, 3), 0);
    assertArrayEquals(new double[] {1, 0}, slope(a.max(b), x, 3, 3), 0);
    assertArrayEquals(new double[] {0.5, 0.5}, slope(x.maximum(-1), x, 3, 3), 0);
  }

  @Test
  void kinksHaveTheDocumentedSlopes() {
    Tensor x = row(1);
    assertArrayEquals(new double[] {0}, slope(x.relu(), x, 0), 0);
    assertArrayEquals(new double[] {0}, slope(x.abs(), x, 0), 0);
    assertArrayEquals(new double[] {1}, slope(x.elu(), x, 0), 0);
    assertArrayEquals(new double[] {0, 1, 0}, slope(x.clamp(-1, 1), x, -2, 0.3, 2), 0);
  }

  @Test
  void aNegativeBaseHasSlopesUnderAConstantExponent() {
    Tensor x = row(1);
    Tensor cube = x.power(3);
    assertArrayEquals(new double[] {12}, slope(cube, x, -2), 1e-14);
    Tensor second = Transforms.gradient(Transforms.gradient(cube.sum(-1), x).sum(-1), x);
    assertArrayEquals(new double[] {-12}, run(second, x, -2), 1e-14);
    assertArrayEquals(new double[] {0}, run(second, x, 0), 0);
  }

  @Test
  void indicesOutsideATableGiveZeros() {
    Tensor index = row(5);
    Tensor table = Tensor.constant(new double[] {1, 2, 3, 4}, 2, 2);
    double[] found = run(table.gather(index), index, -1, 0, 0.6, 2, Double.NaN);
    assertArrayEquals(new double[] {0, 0, 1, 2, 3, 4, 0, 0, 0, 0}, found, 0);
    assertArrayEquals(
        new double[2], Numbers.run(table.gather(Tensor.constant(7)), List.of(), List.of(), 1), 0);
  }

  @Test
  void repeatedIndicesAddUp() {
    Tensor x = row(2);
    Tensor picked = x.gather(Tensor.constant(new double[] {1, 1, 0, 1}));
    assertArrayEquals(new double[] {1, 3}, slope(picked, x, 5, 6), 0);
  }

  @Test
  void batchMeansDivideByTheBatch() {
    Tensor x = row(2);
    assertArrayEquals(new double[] {2, 3}, run(x.mean(0), x, 1, 2, 3, 4), 0);
    assertArrayEquals(new double[] {2.5}, run(x.mean(0, 1), x, 1, 2, 3, 4), 0);
    assertArrayEquals(new double[] {0.25, 0.25, 0.25, 0.25}, slope(x.mean(0, 1), x, 1, 2, 3, 4), 0);
  }

  @Test
  void axesCountFromBothEnds() {
    Tensor x = Tensor.input("x", Shape.batched(2, 3));
    assertEquals(x.sum(2).shape(), x.sum(-1).shape());
    assertEquals(Shape.batched(1, 2, 3), x.expandDims(1).shape());
    assertEquals(Shape.batched(2, 3, 1), x.expandDims(-1).shape());
    assertEquals(Shape.batched(2, 1, 3), x.expandDims(-2).shape());
    assertEquals(Shape.batched(2, 3, 2), Tensor.stack(-1, x, x).shape());
    assertEquals(Shape.batched(2, 2, 3), Tensor.stack(1, x, x.sum(0)).shape());
    assertEquals(Shape.batched(2, 6), Tensor.concat(-1, x, x).shape());
    assertEquals(Shape.batched(4, 3), Tensor.concat(1, x, x).shape());
  }

  @Test
  void triviallyEqualTensorsAreNotComputed() {
    Tensor x = row(3);
    assertSame(x, x.plus(0));
    assertSame(x, x.times(1));
    assertSame(x, x.negate().negate());
    assertSame(x, x.slice(-1, 0, 3));
    assertSame(x, x.reshape(-1, 3, 1).reshape(-1, 3));
    assertSame(x, Tensor.concat(-1, x, Tensor.zeros(Shape.batched(0))));
    assertSame(x, Tensor.concat(-1, x, x.sin()).slice(-1, 0, 3));
  }

  @Test
  void emptyPartsJoinToABatchedEmptyTensor() {
    Tensor shared = Tensor.zeros(Shape.of(0));
    Tensor batched = Tensor.input("x", Shape.batched(0));
    assertEquals(Shape.batched(0), Tensor.concat(-1, shared, batched).shape());
  }

  @Test
  void comparisonsWithNanAreFalse() {
    Tensor x = row(1);
    assertArrayEquals(new double[] {0}, run(x.less(Tensor.constant(1)), x, Double.NaN), 0);
    assertArrayEquals(new double[] {0}, run(x.equal(x.times(2)), x, Double.NaN), 0);
    assertTrue(Double.isNaN(run(x.min(1), x, Double.NaN)[0]));
    Tensor pair = row(2);
    assertTrue(Double.isNaN(run(pair.maximum(-1), pair, Double.NaN, 1)[0]));
  }
}
