package dev.difftop.engine.nd4j;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.engine.nd4j.memory.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Gradients of whole networks against another implementation of them, ND4J's SameDiff. */
class SameDiffTest {
  private static final int BATCH = 6;

  /** The leaves of a network: x is batched, all others are parameters. */
  private final Map<String, int[]> leaves = new LinkedHashMap<>();

  private final SameDiff graph = SameDiff.create();

  private void compare(
      Function<Map<String, Tensor>, Tensor> ours,
      Function<Map<String, SDVariable>, SDVariable> theirs) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, SDVariable> variables = new LinkedHashMap<>();
    List<double[]> values = new ArrayList<>();
    Random random = new Random(leaves.size());
    leaves.forEach(
        (name, dims) -> {
          boolean data = name.equals("x");
          int[] shape = data ? prepend(BATCH, dims) : dims;
          double[] numbers = random.doubles(View.product(shape), -0.7, 0.7).toArray();
          values.add(numbers);
          tensors.put(name, Tensor.input(name, data ? Shape.batched(dims) : Shape.of(dims)));
          long[] longs = Arrays.stream(shape).asLongStream().toArray();
          variables.put(name, graph.var(name, Nd4j.createFromArray(numbers).reshape(longs)));
        });
    List<double[]> found = gradients(ours.apply(tensors), tensors, values);
    theirs.apply(variables).rename("loss");
    graph.setLossVariables("loss");
    Map<String, INDArray> expected =
        graph.calculateGradients(Map.of(), leaves.keySet().toArray(String[]::new));
    int i = 0;
    for (String name : leaves.keySet()) {
      double[] numbers = expected.get(name).dup('c').data().asDouble();
      Runs.assertClose(name, numbers, found.get(i++), 1e-10);
    }
  }

  private static List<double[]> gradients(
      Tensor loss, Map<String, Tensor> tensors, List<double[]> values) {
    List<Tensor> inputs = List.copyOf(tensors.values());
    List<Tensor> gradients = Transforms.gradient(loss, inputs);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    gradients.forEach(g -> outputs.put("gradient " + outputs.size(), g));
    return Runs.run(Runs.ENGINE, Program.of(inputs, outputs), BATCH, DType.FLOAT64, 1, values);
  }

  private static int[] prepend(int n, int[] dims) {
    return IntStream.concat(IntStream.of(n), IntStream.of(dims)).toArray();
  }

  private void linear(String name, int in, int out) {
    leaves.put(name + ".weight", new int[] {out, in});
    leaves.put(name + ".bias", new int[] {out});
  }

  private static Tensor linear(Map<String, Tensor> p, String name, Tensor x) {
    return x.linear(p.get(name + ".weight"), p.get(name + ".bias"));
  }

  private SDVariable linear(Map<String, SDVariable> p, String name, SDVariable x) {
    return x.mmul(graph.transpose(p.get(name + ".weight"))).add(p.get(name + ".bias"));
  }

  private SDVariable layerNorm(Map<String, SDVariable> p, SDVariable x) {
    SDVariable centred = x.sub(x.mean(true, 1));
    SDVariable variance = graph.math().square(centred).mean(true, 1);
    SDVariable scaled = centred.div(graph.math().sqrt(variance.add(1e-5)));
    return scaled.mul(p.get("scale")).add(p.get("shift"));
  }

  private static Tensor squares(Tensor y) {
    return y.square().sumPerSample().sum(0);
  }

  private SDVariable squares(SDVariable y) {
    return graph.math().square(y).sum();
  }

  @Test
  void aPerceptronWithLayerNorm() {
    leaves.put("x", new int[] {5});
    linear("one", 5, 16);
    linear("two", 16, 3);
    leaves.put("scale", new int[] {16});
    leaves.put("shift", new int[] {16});
    compare(
        p -> {
          Tensor h = linear(p, "one", p.get("x")).layerNorm(p.get("scale"), p.get("shift"), 1e-5);
          return squares(linear(p, "two", h.elu()));
        },
        p -> {
          SDVariable h = layerNorm(p, linear(p, "one", p.get("x")));
          return squares(linear(p, "two", graph.nn().elu(h)));
        });
  }

  /** Linear, layer norm, tanh, linear, ELU, linear. */
  @Test
  void aCritic() {
    leaves.put("x", new int[] {7});
    linear("one", 7, 12);
    leaves.put("scale", new int[] {12});
    leaves.put("shift", new int[] {12});
    linear("two", 12, 12);
    linear("three", 12, 1);
    compare(
        p -> {
          Tensor h = linear(p, "one", p.get("x")).layerNorm(p.get("scale"), p.get("shift"), 1e-5);
          return squares(linear(p, "three", linear(p, "two", h.tanh()).elu()));
        },
        p -> {
          SDVariable h = graph.math().tanh(layerNorm(p, linear(p, "one", p.get("x"))));
          return squares(linear(p, "three", graph.nn().elu(linear(p, "two", h))));
        });
  }

  @Test
  void aConvolutionalEncoder() {
    leaves.put("x", new int[] {2, 11, 9});
    leaves.put("first", new int[] {4, 2, 3, 2});
    leaves.put("first.bias", new int[] {4});
    leaves.put("second", new int[] {3, 4, 3, 3});
    leaves.put("second.bias", new int[] {3});
    linear("out", 3 * 3 * 2, 4);
    compare(
        p -> {
          Tensor h = p.get("x").conv2d(p.get("first"), p.get("first.bias"), 2, 0).relu();
          Tensor g = h.conv2d(p.get("second"), p.get("second.bias"), 2, 1).relu();
          return squares(linear(p, "out", g.reshape(-1, 18)).tanh());
        },
        p -> {
          SDVariable h = graph.nn().relu(convolved(p, "first", p.get("x"), 5, 4), 0);
          SDVariable padded = padded(padded(h, 2, BATCH, 4, 1, 4), 3, BATCH, 4, 7, 1);
          SDVariable g = graph.nn().relu(convolved(p, "second", padded, 3, 2), 0);
          return squares(graph.math().tanh(linear(p, "out", g.reshape(BATCH, 18))));
        });
  }

  /** Zeros of a shape on both sides of an axis. */
  private SDVariable padded(SDVariable x, int axis, int... shape) {
    SDVariable zeros = graph.constant(Nd4j.zeros(shape, DataType.DOUBLE));
    return graph.concat(axis, zeros, x, zeros);
  }

  /**
   * By stride 2 to (rows, columns): for every entry of the kernel, a product with each 2nd pixel.
   */
  private SDVariable convolved(
      Map<String, SDVariable> p, String name, SDVariable x, int rows, int columns) {
    int[] kernel = leaves.get(name);
    SDVariable sum = null;
    for (int i = 0; i < kernel[2]; i++) {
      for (int j = 0; j < kernel[3]; j++) {
        long[] end = {BATCH, kernel[1], i + 2 * rows - 1, j + 2 * columns - 1};
        SDVariable pixels =
            graph
                .stridedSlice(x, new long[] {0, 0, i, j}, end, 1, 1, 2, 2)
                .permute(0, 2, 3, 1)
                .reshape(BATCH * rows * columns, kernel[1]);
        long[] last = {kernel[0], kernel[1], i + 1, j + 1};
        SDVariable weights =
            graph
                .stridedSlice(p.get(name), new long[] {0, 0, i, j}, last, 1, 1, 1, 1)
                .reshape(kernel[0], kernel[1]);
        SDVariable product = pixels.mmul(graph.transpose(weights));
        sum = sum == null ? product : sum.add(product);
      }
    }
    SDVariable y = sum.add(p.get(name + ".bias"));
    return y.reshape(BATCH, rows, columns, kernel[0]).permute(0, 3, 1, 2);
  }

  /** Every point through the same layers, then the largest of each feature: PointNet. */
  @Test
  void anEncoderOfPoints() {
    leaves.put("x", new int[] {8, 3});
    linear("one", 3, 10);
    linear("two", 10, 6);
    linear("out", 6, 4);
    compare(
        p -> {
          Tensor h = linear(p, "two", linear(p, "one", p.get("x")).elu());
          return squares(linear(p, "out", h.maximum(-2)));
        },
        p -> {
          SDVariable points = p.get("x").reshape(BATCH * 8, 3);
          SDVariable h = linear(p, "two", graph.nn().elu(linear(p, "one", points)));
          return squares(linear(p, "out", h.reshape(BATCH, 8, 6).max(1)));
        });
  }
}
