package dev.difftop.app.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The few colours that stand for all colours of a video. Colours are counted in bins of {@value
 * #BITS} bits per channel; boxes of bins are halved where that lowers the squared error most
 * (median cut with variances, after Heckbert and Wu), then a few rounds of k-means move each colour
 * to the middle of what it stands for.
 */
final class Palette {
  private static final int BITS = 6;
  private static final int SIDE = 1 << BITS;
  private static final int SHIFT = 8 - BITS;
  private static final int BINS = SIDE * SIDE * SIDE;
  private static final int CHANNELS = 3;
  private static final int ROUNDS = 6;

  /** Pixels looked at in all; more do not change the palette. */
  private static final int SAMPLES = 4_000_000;

  private final double[][] colours;
  private final short[] nearest = new short[BINS];

  private Palette(double[][] colours) {
    this.colours = colours;
    Arrays.fill(nearest, (short) -1);
  }

  /** At most {@code size} colours for those images. */
  static Palette of(List<Image> video, int size) {
    List<Bin> bins = count(video);
    List<List<Bin>> boxes = new ArrayList<>();
    boxes.add(bins);
    while (boxes.size() < size && splitWorst(boxes)) {
      // The list grows.
    }
    double[][] colours = boxes.stream().map(Palette::mean).toArray(double[][]::new);
    for (int round = 0; round < ROUNDS; round++) {
      colours = moved(bins, colours);
    }
    return new Palette(colours);
  }

  int size() {
    return colours.length;
  }

  /** One channel of a colour, 0 to 255. */
  int channel(int colour, int channel) {
    return (int) Math.round(colours[colour][channel]);
  }

  /** The colour that stands for this one; channels outside 0 to 255 are moved inside. */
  int nearest(double red, double green, double blue) {
    int bin = (step(red) * SIDE + step(green)) * SIDE + step(blue);
    if (nearest[bin] < 0) {
      nearest[bin] =
          (short)
              closest(
                  colours,
                  new double[] {
                    middle(bin / SIDE / SIDE), middle(bin / SIDE % SIDE), middle(bin % SIDE)
                  });
    }
    return nearest[bin];
  }

  private static int step(double value) {
    return Math.max(0, Math.min(255, (int) Math.round(value))) >> SHIFT;
  }

  private static double middle(int step) {
    return (step << SHIFT) + ((1 << SHIFT) - 1) / 2.0;
  }

  /** Pixels of nearly one colour: how many, and their mean. */
  private record Bin(double weight, double[] colour) {}

  private static List<Bin> count(List<Image> video) {
    long pixels = video.stream().mapToLong(Image::pixels).sum();
    // Odd, so that it does not keep to the same columns of an image.
    int stride = (int) (pixels / SAMPLES) | 1;
    double[] weights = new double[BINS];
    double[][] sums = new double[BINS][];
    for (Image image : video) {
      for (int i = 0; i < image.pixels(); i += stride) {
        int r = image.channel(i, 0);
        int g = image.channel(i, 1);
        int b = image.channel(i, 2);
        int bin = ((r >> SHIFT) * SIDE + (g >> SHIFT)) * SIDE + (b >> SHIFT);
        if (sums[bin] == null) {
          sums[bin] = new double[CHANNELS];
        }
        weights[bin]++;
        sums[bin][0] += r;
        sums[bin][1] += g;
        sums[bin][2] += b;
      }
    }
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < BINS; i++) {
      if (sums[i] != null) {
        double weight = weights[i];
        double[] colour = Arrays.stream(sums[i]).map(sum -> sum / weight).toArray();
        // A small thing seen often counts less than its pixels: the eye looks at small things, too.
        bins.add(new Bin(Math.sqrt(weight), colour));
      }
    }
    return bins;
  }

  /** Halves the box with the largest squared error; false if all boxes hold one colour only. */
  private static boolean splitWorst(List<List<Bin>> boxes) {
    int worst = -1;
    int worstChannel = -1;
    double worstError = 0;
    for (int i = 0; i < boxes.size(); i++) {
      List<Bin> box = boxes.get(i);
      if (box.size() < 2) {
        continue;
      }
      double[] mean = mean(box);
      for (int c = 0; c < CHANNELS; c++) {
        double error = 0;
        for (Bin bin : box) {
          double d = bin.colour()[c] - mean[c];
          error += bin.weight() * d * d;
        }
        if (error > worstError) {
          worstError = error;
          worst = i;
          worstChannel = c;
        }
      }
    }
    if (worst < 0) {
      return false;
    }
    List<Bin> box = boxes.get(worst);
    int channel = worstChannel;
    double middle = mean(box)[channel];
    List<Bin> below = box.stream().filter(bin -> bin.colour()[channel] <= middle).toList();
    List<Bin> above = box.stream().filter(bin -> bin.colour()[channel] > middle).toList();
    if (below.isEmpty() || above.isEmpty()) {
      return false;
    }
    boxes.set(worst, below);
    boxes.add(above);
    return true;
  }

  private static double[] mean(List<Bin> box) {
    double[] sum = new double[CHANNELS];
    double weight = 0;
    for (Bin bin : box) {
      weight += bin.weight();
      for (int c = 0; c < CHANNELS; c++) {
        sum[c] += bin.weight() * bin.colour()[c];
      }
    }
    for (int c = 0; c < CHANNELS; c++) {
      sum[c] /= weight;
    }
    return sum;
  }

  private static double[][] moved(List<Bin> bins, double[][] colours) {
    List<List<Bin>> members = new ArrayList<>();
    for (int i = 0; i < colours.length; i++) {
      members.add(new ArrayList<>());
    }
    for (Bin bin : bins) {
      members.get(closest(colours, bin.colour())).add(bin);
    }
    double[][] out = new double[colours.length][];
    for (int i = 0; i < out.length; i++) {
      out[i] = members.get(i).isEmpty() ? colours[i] : mean(members.get(i));
    }
    return out;
  }

  private static int closest(double[][] colours, double[] colour) {
    int best = 0;
    double bestDistance = Double.POSITIVE_INFINITY;
    for (int i = 0; i < colours.length; i++) {
      double distance = 0;
      for (int c = 0; c < CHANNELS; c++) {
        double d = colours[i][c] - colour[c];
        distance += d * d;
      }
      if (distance < bestDistance) {
        bestDistance = distance;
        best = i;
      }
    }
    return best;
  }
}
