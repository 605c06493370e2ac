package dev.difftop.learning.optim;

/** How a learning rate goes from its first value to its last one, after the warm-up. */
public enum Schedule {
  /** It stays. */
  CONSTANT {
    @Override
    double share(double progress) {
      return 1;
    }
  },
  /** Along a line. */
  LINEAR {
    @Override
    double share(double progress) {
      return 1 - progress;
    }
  },
  /** Along half a cosine. Loshchilov and Hutter, "SGDR", 2017, without restarts. */
  COSINE {
    @Override
    double share(double progress) {
      return 0.5 * (1 + Math.cos(Math.PI * progress));
    }
  };

  /**
   * How much of the way from the last value to the first one is left.
   *
   * @param progress 0 after the warm-up to 1 at the end
   */
  abstract double share(double progress);
}
