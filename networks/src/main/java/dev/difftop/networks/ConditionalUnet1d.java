package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * A U-Net of 1-D convolutions over a sequence, conditioned on a vector by scale and shift of every
 * block (FiLM, Perez et al., 2018): the denoiser of Chi et al., "Diffusion policy", 2023, after
 * Janner et al., 2022. Every level has two blocks and halves the sequence; the way up has the
 * outputs of the way down beside its own.
 */
public final class ConditionalUnet1d {
  private static final int GROUPS = 8;

  /** A norm over fewer channels would take the level of a sequence away. */
  private static final int LEAST_PER_GROUP = 4;

  private static final int HALVING_KERNEL = 3;

  /** Convolution, group norm, Mish, twice, with scale and shift in between and a shortcut. */
  private static final class Block {
    private final Conv1d first;
    private final GroupNorm firstNorm;
    private final Linear film;
    private final Conv1d second;
    private final GroupNorm secondNorm;
    private final Conv1d shortcut;
    private final int out;
    private final boolean same;

    Block(String prefix, int in, int out, int kernel, int condition) {
      Initializer weights = new Initializer.Kaiming(1);
      this.out = out;
      this.same = in == out;
      int groups = groups(out);
      first = new Conv1d(prefix + "first/", in, out, kernel, weights);
      firstNorm = new GroupNorm(prefix + "first-norm/", out, groups);
      film = new Linear(prefix + "film/", condition, 2 * out, new Initializer.Kaiming(1));
      second = new Conv1d(prefix + "second/", out, out, kernel, weights);
      secondNorm = new GroupNorm(prefix + "second-norm/", out, groups);
      shortcut = new Conv1d(prefix + "shortcut/", in, out, 1, weights);
    }

    void declare(Declarations declare) {
      first.declare(declare);
      firstNorm.declare(declare);
      film.declare(declare);
      second.declare(declare);
      secondNorm.declare(declare);
      if (!same) {
        shortcut.declare(declare);
      }
    }

    Tensor apply(Tensor x, Tensor condition, Function<String, Tensor> theta) {
      Tensor h = firstNorm.apply(first.apply(x, theta), theta).mish();
      Tensor scaleAndShift = film.apply(condition.mish(), theta).reshape(Shape.BATCH, 2, out);
      Tensor scale = scaleAndShift.slice(1, 0, 1);
      Tensor shift = scaleAndShift.slice(1, 1, 1);
      // Scale 1 + s, so that zeros change nothing.
      h = h.plus(h.times(scale)).plus(shift);
      h = secondNorm.apply(second.apply(h, theta), theta).mish();
      return h.plus(same ? x : shortcut.apply(x, theta));
    }
  }

  /** The published 8 groups, or fewer where channels are few. */
  private static int groups(int channels) {
    int groups = GROUPS;
    while (groups > 1 && (channels % groups != 0 || channels / groups < LEAST_PER_GROUP)) {
      groups /= 2;
    }
    return groups;
  }

  private final List<Block> down = new ArrayList<>();
  private final List<Block> middle = new ArrayList<>();
  private final List<Block> up = new ArrayList<>();
  private final List<Conv1d> halvings = new ArrayList<>();
  private final List<Doubling> doublings = new ArrayList<>();
  private final Conv1d lastConv;
  private final GroupNorm lastNorm;
  private final Conv1d out;

  /**
   * A network.
   *
   * @param prefix before the names of its parameters
   * @param length L of the sequences; every level but the last one halves it
   * @param channels of an entry of the sequence, in and out
   * @param condition length of the vector that conditions it
   * @param widths channels of each level, at least one
   * @param kernel taps of the convolutions, odd
   * @throws IllegalArgumentException if the length cannot be halved that often
   */
  public ConditionalUnet1d(
      String prefix, int length, int channels, int condition, int[] widths, int kernel) {
    int factor = 1 << (widths.length - 1);
    if (length % factor != 0) {
      throw new IllegalArgumentException(
          "u-net: found sequences of %d steps and %d widths, expected a multiple of %d steps"
              .formatted(length, widths.length, factor));
    }
    int in = channels;
    for (int level = 0; level < widths.length; level++) {
      int width = widths[level];
      String own = prefix + "down/" + level + "/";
      down.add(new Block(own + "0/", in, width, kernel, condition));
      down.add(new Block(own + "1/", width, width, kernel, condition));
      if (level < widths.length - 1) {
        halvings.add(
            new Conv1d(own + "halve/", width, width, HALVING_KERNEL, new Initializer.Kaiming(1)));
      }
      in = width;
    }
    middle.add(new Block(prefix + "middle/0/", in, in, kernel, condition));
    middle.add(new Block(prefix + "middle/1/", in, in, kernel, condition));
    for (int level = widths.length - 1; level > 0; level--) {
      int width = widths[level - 1];
      String own = prefix + "up/" + level + "/";
      up.add(new Block(own + "0/", 2 * in, width, kernel, condition));
      up.add(new Block(own + "1/", width, width, kernel, condition));
      doublings.add(new Doubling(own + "double/", width));
      in = width;
    }
    lastConv = new Conv1d(prefix + "last/", in, in, kernel, new Initializer.Kaiming(1));
    lastNorm = new GroupNorm(prefix + "last-norm/", in, groups(in));
    out = new Conv1d(prefix + "out/", in, channels, 1, new Initializer.Kaiming(1));
  }

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    down.forEach(block -> block.declare(declare));
    halvings.forEach(conv -> conv.declare(declare));
    middle.forEach(block -> block.declare(declare));
    up.forEach(block -> block.declare(declare));
    doublings.forEach(doubling -> doubling.declare(declare));
    lastConv.declare(declare);
    lastNorm.declare(declare);
    out.declare(declare);
  }

  /**
   * The output, (B, L, channels).
   *
   * @param x shape (B, L, channels)
   * @param condition shape (B, condition)
   */
  public Tensor apply(Tensor x, Tensor condition, Function<String, Tensor> parameters) {
    Tensor h = x;
    List<Tensor> aside = new ArrayList<>();
    for (int level = 0; level < down.size() / 2; level++) {
      h = down.get(2 * level).apply(h, condition, parameters);
      h = down.get(2 * level + 1).apply(h, condition, parameters);
      aside.add(h);
      h = level < halvings.size() ? halvings.get(level).halved(h, parameters) : h;
    }
    Collections.reverse(aside);
    for (Block block : middle) {
      h = block.apply(h, condition, parameters);
    }
    for (int level = 0; level < doublings.size(); level++) {
      h = Tensor.concat(2, h, aside.get(level));
      h = up.get(2 * level).apply(h, condition, parameters);
      h = up.get(2 * level + 1).apply(h, condition, parameters);
      h = doublings.get(level).apply(h, parameters);
    }
    h = lastNorm.apply(lastConv.apply(h, parameters), parameters).mish();
    return out.apply(h, parameters);
  }

  /** Transposed convolution with a kernel of 4 and a stride of 2: twice as many steps. */
  private static final class Doubling {
    private final Linear even;
    private final Linear odd;
    private final int channels;

    Doubling(String prefix, int channels) {
      Initializer weights = new Initializer.Kaiming(1);
      this.channels = channels;
      this.even = new Linear(prefix + "even/", 2 * channels, channels, weights);
      this.odd = new Linear(prefix + "odd/", 2 * channels, channels, weights);
    }

    void declare(Declarations declare) {
      even.declare(declare);
      odd.declare(declare);
    }

    Tensor apply(Tensor x, Function<String, Tensor> parameters) {
      int length = x.shape().dim(1);
      Tensor before = Conv1d.pad(x, 1, 0).slice(1, 0, length);
      Tensor after = Conv1d.pad(x, 0, 1).slice(1, 1, length);
      Tensor first = even.apply(Tensor.concat(2, before, x), parameters);
      Tensor second = odd.apply(Tensor.concat(2, x, after), parameters);
      return Tensor.stack(2, first, second).reshape(Shape.BATCH, 2 * length, channels);
    }
  }
}
