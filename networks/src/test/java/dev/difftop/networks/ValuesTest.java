package dev.difftop.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values of networks against their definitions, written as loops. */
final class ValuesTest {
  private static final Initializer ONE = new Initializer.Orthogonal(1);
  private static final int LENGTH = 6;

  @Test
  void convolutionIsASumOverTaps() {
    Conv1d convolution = new Conv1d("", 2, 3, 5, ONE);
    Traced traced = new Traced(convolution::declare, Shape.batched(LENGTH, 2), convolution::apply);
    double[] expected = convolved(traced, 5, 1);
    assertArrayEquals(expected, traced.run(), 1e-12);
  }

  @Test
  void halvedConvolutionTakesEverySecondStep() {
    Conv1d convolution = new Conv1d("", 2, 3, 3, ONE);
    Traced traced = new Traced(convolution::declare, Shape.batched(LENGTH, 2), convolution::halved);
    assertArrayEquals(convolved(traced, 3, 2), traced.run(), 1e-12);
  }

  private static double[] convolved(Traced traced, int kernel, int stride) {
    double[] x = traced.x();
    double[] weight = traced.parameter("weight");
    double[] bias = traced.parameter("bias");
    double[] out = new double[Traced.BATCH * LENGTH / stride * 3];
    int at = 0;
    for (int b = 0; b < Traced.BATCH; b++) {
      for (int t = 0; t < LENGTH; t += stride) {
        for (int filter = 0; filter < 3; filter++) {
          double sum = bias[filter];
          for (int k = 0; k < kernel; k++) {
            int from = t + k - kernel / 2;
            for (int c = 0; c < 2 && from >= 0 && from < LENGTH; c++) {
              sum += weight[(filter * kernel + k) * 2 + c] * x[(b * LENGTH + from) * 2 + c];
            }
          }
          out[at++] = sum;
        }
      }
    }
    return out;
  }

  /** A whole sequence at once is the same as step after step, from a carry of zeros. */
  @ParameterizedTest
  @EnumSource
  void sequencesAreRepeatedSteps(RecurrentNetwork.Cell cell) {
    RecurrentNetwork network = new RecurrentNetwork("", cell, 2, 3, 2);
    assertEquals(cell == RecurrentNetwork.Cell.LSTM ? 4 : 2, network.carried());
    Shape shape = Shape.batched(LENGTH, 2);
    Traced whole = new Traced(network::declare, shape, network::run);
    Traced stepped =
        new Traced(
            network::declare,
            shape,
            (x, theta) -> {
              List<Tensor> carry =
                  new ArrayList<>(
                      Collections.nCopies(network.carried(), Tensor.zeros(Shape.batched(3))));
              Tensor[] outputs = new Tensor[LENGTH];
              for (int t = 0; t < LENGTH; t++) {
                RecurrentNetwork.Step step = network.step(x.get(1, t), carry, theta);
                outputs[t] = step.output();
                carry = step.carry();
              }
              return Tensor.stack(1, outputs);
            });
    assertArrayEquals(stepped.run(), whole.run(), 1e-12);
  }

  /** One layer of each cell, from its equations. */
  @ParameterizedTest
  @EnumSource
  void cellsFollowTheirEquations(RecurrentNetwork.Cell cell) {
    RecurrentNetwork network = new RecurrentNetwork("", cell, 1, 1, 1);
    Traced traced = new Traced(network::declare, Shape.batched(2, 1), network::run);
    double[] w = traced.parameter("0/input/weight");
    double[] b = traced.parameter("0/input/bias");
    double[] u = traced.parameter("0/recurrent/weight");
    double[] c = traced.parameter("0/recurrent/bias");
    double[] out = traced.run();
    for (int sample = 0; sample < Traced.BATCH; sample++) {
      double h = 0;
      double memory = 0;
      for (int t = 0; t < 2; t++) {
        double x = traced.x()[2 * sample + t];
        double[] in = new double[w.length];
        double[] back = new double[w.length];
        for (int g = 0; g < w.length; g++) {
          in[g] = w[g] * x + b[g];
          back[g] = u[g] * h + c[g];
        }
        if (cell == RecurrentNetwork.Cell.LSTM) {
          double forget = sigmoid(in[1] + back[1] + 1);
          memory = forget * memory + sigmoid(in[0] + back[0]) * Math.tanh(in[2] + back[2]);
          h = sigmoid(in[3] + back[3]) * Math.tanh(memory);
        } else {
          double update = sigmoid(in[1] + back[1] + 1);
          double candidate = Math.tanh(in[2] + sigmoid(in[0] + back[0]) * back[2]);
          h = (1 - update) * candidate + update * h;
        }
        assertEquals(h, out[2 * sample + t], 1e-12);
      }
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void groupNormHasMeanZeroAndVarianceOneInEveryGroup() {
    GroupNorm norm = new GroupNorm("", 4, 2);
    Traced traced = new Traced(norm::declare, Shape.batched(LENGTH, 4), norm::apply);
    java.util.Arrays.fill(traced.parameter("weight"), 1);
    java.util.Arrays.fill(traced.parameter("bias"), 0);
    double[] y = traced.run();
    for (int group = 0; group < 2; group++) {
      double mean = 0;
      double square = 0;
      for (int t = 0; t < LENGTH; t++) {
        for (int k = 0; k < 2; k++) {
          double value = y[4 * t + 2 * group + k];
          mean += value / (2 * LENGTH);
          square += value * value / (2 * LENGTH);
        }
      }
      assertEquals(0, mean, 1e-12);
      assertEquals(1, square, 1e-3);
    }
  }

  @Test
  void mixtureDensityIsTheWeightedSumOfNormalDensities() {
    Shape shape = Shape.batched(3 + 6 + 6 + 2);
    Traced traced =
        new Traced(
            declare -> {},
            shape,
            (x, theta) -> {
              Gaussian modes =
                  new Gaussian(
                      x.slice(1, 3, 6).reshape(Shape.BATCH, 3, 2),
                      x.slice(1, 9, 6).exp().reshape(Shape.BATCH, 3, 2));
              return new Mixture(x.slice(1, 0, 3), modes).logDensity(x.slice(1, 15, 2));
            });
    double[] found = traced.run();
    for (int b = 0; b < Traced.BATCH; b++) {
      int at = b * shape.sample().size();
      double total = 0;
      double density = 0;
      for (int m = 0; m < 3; m++) {
        double weight = Math.exp(traced.x()[at + m]);
        total += weight;
        for (int k = 0; k < 2; k++) {
          double s = Math.exp(traced.x()[at + 9 + 2 * m + k]);
          double z = (traced.x()[at + 15 + k] - traced.x()[at + 3 + 2 * m + k]) / s;
          weight *= Math.exp(-0.5 * z * z) / (s * Math.sqrt(2 * Math.PI));
        }
        density += weight;
      }
      assertEquals(Math.log(density / total), found[b], 1e-10);
    }
  }

  @Test
  void deviationsStayAboveTheirLeast() {
    MixtureHead head = new MixtureHead("", 2, 2, 3, true, 0.1);
    Traced traced =
        new Traced(
            head::declare,
            Shape.batched(2),
            (x, theta) -> head.apply(x, theta).modes().deviation());
    java.util.Arrays.fill(traced.parameter("deviation/bias"), -1000);
    for (double deviation : traced.run()) {
      assertEquals(0.1, deviation, 1e-12);
    }
    Traced means =
        new Traced(
            head::declare, Shape.batched(2), (x, theta) -> head.apply(x, theta).modes().mean());
    java.util.Arrays.fill(means.parameter("mean/bias"), 100);
    for (double mean : means.run()) {
      assertEquals(1, mean, 1e-12);
    }
  }

  @Test
  void stepEmbeddingHasFrequenciesInEqualRatios() {
    StepEmbedding embedding = new StepEmbedding(6);
    Traced traced = new Traced(declare -> {}, Shape.batched(), (x, theta) -> embedding.apply(x));
    double step = traced.x()[1];
    double[] y = traced.run();
    double[] frequencies = {1, 0.01, 0.0001};
    for (int i = 0; i < 3; i++) {
      assertEquals(Math.sin(step * frequencies[i]), y[6 + i], 1e-12);
      assertEquals(Math.cos(step * frequencies[i]), y[9 + i], 1e-12);
    }
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    assertRefused("divisor of the channels", () -> new GroupNorm("", 6, 4));
    assertRefused("even number", () -> new StepEmbedding(5));
    assertRefused("odd number", () -> new Conv1d("", 2, 2, 4, ONE));
    assertRefused(
        "multiple of 4 steps", () -> new ConditionalUnet1d("", 6, 2, 3, new int[] {8, 8, 8}, 3));
    DeclaredParameters declared = new DeclaredParameters();
    new LayerNorm("a/", 2).declare(declared);
    assertRefused("twice", () -> new LayerNorm("a/", 2).declare(declared));
    assertRefused("context leaf", () -> declared.context("goal", Shape.of(2)));
  }

  private static void assertRefused(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
