package dev.difftop.optimization.adjoint;

import dev.difftop.optimization.Objective;

/**
 * The functions in the conditions of an optimum: pieces of J, whose weights have sum 1, then limits
 * beside the box with their multipliers.
 *
 * @param pieces number of pieces of J
 * @param equality of every limit, whether it is to be 0 rather than at most 0
 */
record Conditions(int pieces, boolean[] equality) {
  /** One smooth function in a box. */
  static final Conditions SMOOTH = new Conditions(1, new boolean[0]);

  static Conditions of(Objective objective) {
    boolean[] equality = new boolean[objective.limits().size()];
    for (int j = 0; j < equality.length; j++) {
      equality[j] = objective.isEquality(j);
    }
    return new Conditions(objective.costPieces().size(), equality);
  }

  /** k, number of functions. */
  int count() {
    return pieces + equality.length;
  }

  /** Whether a function is a limit that is to be 0. */
  boolean isEquality(int function) {
    return function >= pieces && equality[function - pieces];
  }
}
