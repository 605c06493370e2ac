package dev.difftop.solver.sampling;

import dev.difftop.api.array.RandomStream;
import java.util.Optional;

/**
 * The random numbers of a solve: from the stream that is given for it, or from the solver's own,
 * which are the same in every solve and kept.
 */
final class NormalNumbers {
  private final RandomStream own;
  private final double[][] kept;
  private final int size;
  private Optional<RandomStream> given = Optional.empty();
  private int drawnRound = -1;
  private double[] drawn;

  /**
   * Nothing drawn yet.
   *
   * @param own the solver's own stream
   * @param rounds most rounds of a solve
   * @param size normal numbers of a round
   */
  NormalNumbers(RandomStream own, int rounds, int size) {
    this.own = own;
    this.kept = new double[rounds][];
    this.size = size;
  }

  /** Begins a solve with its stream; empty for the solver's own. */
  void begin(Optional<RandomStream> stream) {
    given = stream;
    drawnRound = -1;
  }

  private RandomStream stream() {
    return given.orElse(own);
  }

  /** Standard normal numbers of a round, the same for every problem of the batch. */
  double[] ofRound(int round) {
    if (given.isEmpty()) {
      if (kept[round] == null) {
        kept[round] = fill(own.child("noise").child(round), new double[size]);
      }
      return kept[round];
    }
    if (drawnRound != round) {
      drawn = drawn == null ? new double[size] : drawn;
      fill(stream().child("noise").child(round), drawn);
      drawnRound = round;
    }
    return drawn;
  }

  /** Standard normal numbers of the samples that follow the policy. */
  double[] ofPolicy(int count) {
    return fill(stream().child("policy"), new double[count]);
  }

  /** In [0, 1): which elite of a round is drawn. */
  double quantile(int round) {
    return stream().child("elite").child(round).nextDouble();
  }

  private static double[] fill(RandomStream from, double[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = from.nextGaussian();
    }
    return into;
  }
}
