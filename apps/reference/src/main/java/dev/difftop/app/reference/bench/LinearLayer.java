package dev.difftop.app.reference.bench;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;

/** A layer {@code y = x Wᵀ + b} with 512 inputs and outputs. */
final class LinearLayer {
  private static final int WIDTH = 512;

  private LinearLayer() {}

  /** The layer alone. */
  static Program forward() {
    Tensor x = Tensor.input("x", Shape.batched(WIDTH));
    Tensor weight = Tensor.input("weight", Shape.of(WIDTH, WIDTH));
    Tensor bias = Tensor.input("bias", Shape.of(WIDTH));
    return Program.of(List.of(x, weight, bias), Map.of("y", x.linear(weight, bias)));
  }

  /**
   * {@code Σ g y} with its gradients in x, W and b. PyTorch's side sums y; here its factors of one
   * are an input, since a compiler that knows them needs no product to go back.
   */
  static Program forwardAndBackward() {
    Tensor x = Tensor.input("x", Shape.batched(WIDTH));
    Tensor weight = Tensor.input("weight", Shape.of(WIDTH, WIDTH));
    Tensor bias = Tensor.input("bias", Shape.of(WIDTH));
    Tensor g = Tensor.input("ones", Shape.batched(WIDTH));
    Tensor loss = x.linear(weight, bias).times(g).sum(0, 1);
    List<Tensor> gradients = Transforms.gradient(loss, List.of(x, weight, bias));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("loss", loss);
    outputs.put("dx", gradients.get(0));
    outputs.put("dweight", gradients.get(1));
    outputs.put("dbias", gradients.get(2));
    return Program.of(List.of(x, weight, bias, g), outputs);
  }

  static DoubleStream numbers(String input, int lastAxis, Random random) {
    if (input.equals("ones")) {
      return DoubleStream.generate(() -> 1);
    }
    double size = input.equals("x") ? 1 : 1 / Math.sqrt(lastAxis);
    return DoubleStream.generate(() -> size * random.nextGaussian());
  }
}
