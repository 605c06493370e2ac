package dev.difftop.learner.imitation.diffusion;

/**
 * Noise levels 0 to K - 1: {@code x_k = sqrt(ᾱ_k) a + sqrt(1 - ᾱ_k) ε}, ᾱ by the squared cosine.
 * Nichol, Dhariwal, "Improved denoising diffusion probabilistic models", 2021, equation 17.
 */
final class NoiseSchedule {
  private static final double OFFSET = 0.008;
  private static final double MOST_BETA = 0.999;

  private final double[] remaining;

  /** So many levels. */
  NoiseSchedule(int steps) {
    remaining = new double[steps];
    double product = 1;
    for (int k = 0; k < steps; k++) {
      double ratio = cosine((k + 1.0) / steps) / cosine((double) k / steps);
      product *= 1 - Math.min(MOST_BETA, 1 - ratio);
      remaining[k] = product;
    }
  }

  private static double cosine(double share) {
    double c = Math.cos((share + OFFSET) / (1 + OFFSET) * Math.PI / 2);
    return c * c;
  }

  int steps() {
    return remaining.length;
  }

  /** ᾱ of a level; 1 of level -1, without noise. */
  double remaining(int level) {
    return level < 0 ? 1 : remaining[level];
  }

  double signal(int level) {
    return Math.sqrt(remaining(level));
  }

  double spread(int level) {
    return Math.sqrt(1 - remaining(level));
  }

  /** Levels of a plan of so many denoising steps, evenly spaced, the noisiest first. */
  int[] levels(int count) {
    int[] levels = new int[count];
    for (int i = 0; i < count; i++) {
      levels[i] = (int) Math.round((count - i) * (double) steps() / count) - 1;
    }
    return levels;
  }
}
