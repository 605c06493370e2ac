package dev.difftop.models.encoder;

import dev.difftop.api.Declarations;
import dev.difftop.api.Encoder.Reading;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;

/**
 * Convolutions over a picture (height, width, channels), or distances (height, width). Parameters
 * are {@code NAME/conv0/weight} (filters, channels, rows, columns), {@code NAME/conv0/bias}
 * (filters) and so on.
 */
final class PictureSight implements VisionEncoder.Sight {
  private final String name;
  private final VisionEncoderConfig config;
  private final int height;
  private final int width;
  private final int channels;
  private final int size;

  /**
   * Of pictures of a shape.
   *
   * @throws IllegalArgumentException if a kernel is larger than what is left of the picture
   */
  PictureSight(String name, Shape shape, VisionEncoderConfig config) {
    this.name = name;
    this.config = config;
    height = shape.dim(0);
    width = shape.dim(1);
    channels = shape.rank() == 3 ? shape.dim(2) : 1;
    int last =
        config.channels().length == 0 ? channels : config.channels()[config.channels().length - 1];
    size = left(height) * left(width) * last;
  }

  /** Pixels that are left of so many along a side. */
  private int left(int pixels) {
    int now = pixels;
    for (int kernel : config.kernels()) {
      if (kernel > now) {
        throw new IllegalArgumentException(
            "kernels: %s has %d x %d pixels, of which %d are left along a side for a kernel of %d; take fewer or smaller ones, or larger pictures"
                .formatted(name, width, height, now, kernel));
      }
      now = (now - kernel) / config.stride() + 1;
    }
    return now;
  }

  private String parameter(int layer, String kind) {
    return name + "/conv" + layer + "/" + kind;
  }

  @Override
  public void declare(Declarations declare) {
    int in = channels;
    for (int layer = 0; layer < config.channels().length; layer++) {
      int out = config.channels()[layer];
      int kernel = config.kernels()[layer];
      declare.parameter(
          parameter(layer, "weight"),
          Shape.of(out, in, kernel, kernel),
          config.weights().initializer(1));
      declare.parameter(parameter(layer, "bias"), Shape.of(out), new Initializer.Constant(0));
      in = out;
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Tensor of(Tensor observation, Reading at) {
    Tensor h = observation.reshape(Shape.BATCH, height, width, channels).transpose(0, 3, 1, 2);
    for (int layer = 0; layer < config.channels().length; layer++) {
      Tensor weight = at.parameter(parameter(layer, "weight"));
      Tensor bias = at.parameter(parameter(layer, "bias"));
      h = config.activation().apply(h.conv2d(weight, bias, config.stride(), 0));
    }
    return h.reshape(Shape.BATCH, size);
  }
}
