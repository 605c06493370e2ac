package dev.difftop.app.reference.bench;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * The encoder of pictures: 84 × 84 pixels of three stacked frames, four convolutions with 32
 * channels, kernels 7, 5, 3, 3 and stride 2, each followed by ReLU, then a layer to 50 features.
 */
final class PixelEncoder {
  private static final int SIZE = 84;
  private static final int FRAMES = 9;
  private static final int CHANNELS = 32;
  private static final int[] KERNELS = {7, 5, 3, 3};
  private static final int FEATURES = 50;

  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Tensor> parameters = new ArrayList<>();

  private PixelEncoder() {}

  private Tensor parameter(String name, int... dims) {
    Tensor t = Tensor.input(name, Shape.of(dims));
    inputs.add(t);
    parameters.add(t);
    return t;
  }

  private Tensor encode(Tensor pictures) {
    Tensor x = pictures;
    int channels = FRAMES;
    for (int i = 0; i < KERNELS.length; i++) {
      Tensor weight = parameter(i + "/weight", CHANNELS, channels, KERNELS[i], KERNELS[i]);
      x = x.conv2d(weight, parameter(i + "/bias", CHANNELS), 2, 0).relu();
      channels = CHANNELS;
    }
    int size = x.shape().sample().size();
    Tensor weight = parameter("features/weight", FEATURES, size);
    return x.reshape(Shape.BATCH, size).linear(weight, parameter("features/bias", FEATURES));
  }

  /** The weighted sum of all features and its gradients in all weights and biases. */
  static Program forwardAndBackward() {
    PixelEncoder encoder = new PixelEncoder();
    Tensor pictures = Tensor.input("pictures", Shape.batched(FRAMES, SIZE, SIZE));
    Tensor ones = Tensor.input("ones", Shape.batched(FEATURES));
    encoder.inputs.add(pictures);
    encoder.inputs.add(ones);
    Tensor loss = encoder.encode(pictures).times(ones).sum(0, 1);
    List<Tensor> gradients = Transforms.gradient(loss, encoder.parameters);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("loss", loss);
    for (int i = 0; i < gradients.size(); i++) {
      outputs.put("gradient " + i, gradients.get(i));
    }
    return Program.of(encoder.inputs, outputs);
  }

  static DoubleStream numbers(String input, int lastAxis, Random random) {
    return switch (input) {
      case "ones" -> DoubleStream.generate(() -> 1);
      case "pictures" -> DoubleStream.generate(random::nextDouble);
      default -> DoubleStream.generate(() -> 0.05 * random.nextGaussian());
    };
  }
}
