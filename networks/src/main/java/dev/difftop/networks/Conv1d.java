package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/**
 * Convolution along a sequence (B, L, in) to (B, L, out), zeros beyond its ends: the taps of every
 * step lie side by side, and one matrix product serves all steps. Parameters: {@code PREFIX weight}
 * (out, kernel * in), the taps one after the other, and {@code PREFIX bias} (out).
 */
public final class Conv1d {
  private final int in;
  private final int kernel;
  private final Linear linear;

  /**
   * A convolution.
   *
   * @param prefix before the names of its parameters
   * @param kernel number of taps, odd
   * @param weight initial weights
   * @throws IllegalArgumentException if the kernel is even
   */
  public Conv1d(String prefix, int in, int out, int kernel, Initializer weight) {
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException(
          "convolution: found a kernel of %d taps, expected an odd number".formatted(kernel));
    }
    this.in = in;
    this.kernel = kernel;
    this.linear = new Linear(prefix, kernel * in, out, weight);
  }

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    linear.declare(declare);
  }

  /** The convolved sequence, (B, L, out). */
  public Tensor apply(Tensor x, Function<String, Tensor> parameters) {
    int length = x.shape().dim(1);
    if (kernel == 1) {
      return linear.apply(x, parameters);
    }
    Tensor padded = pad(x, kernel / 2, kernel / 2);
    Tensor[] taps = new Tensor[kernel];
    for (int k = 0; k < kernel; k++) {
      taps[k] = padded.slice(1, k, length);
    }
    return linear.apply(Tensor.concat(2, taps), parameters);
  }

  /**
   * Every second step of the convolution with a kernel of 3, (B, L/2, out).
   *
   * @param x shape (B, L, in), L even
   */
  Tensor halved(Tensor x, Function<String, Tensor> parameters) {
    int half = x.shape().dim(1) / 2;
    // Steps -1, 0, 1, ... in pairs: output j reads pairs j and the first of pair j + 1.
    Tensor pairs = pad(x, 1, 1).reshape(Shape.BATCH, half + 1, 2, in);
    Tensor odd = pairs.get(2, 0);
    Tensor even = pairs.get(2, 1);
    return linear.apply(
        Tensor.concat(2, odd.slice(1, 0, half), even.slice(1, 0, half), odd.slice(1, 1, half)),
        parameters);
  }

  /** With zeros before the first and after the last step. */
  static Tensor pad(Tensor x, int before, int after) {
    int channels = x.shape().dim(2);
    Tensor ahead = Tensor.zeros(Shape.batched(before, channels));
    Tensor behind = Tensor.zeros(Shape.batched(after, channels));
    return before == 0
        ? Tensor.concat(1, x, behind)
        : after == 0 ? Tensor.concat(1, ahead, x) : Tensor.concat(1, ahead, x, behind);
  }
}
