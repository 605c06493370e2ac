package dev.difftop.optimization;

import dev.difftop.api.Problem;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;

/** First actions. */
public final class Guesses {
  private Guesses() {}

  /**
   * The guess inside the box of its problem, a copy.
   *
   * @throws IllegalArgumentException if its shape is not (B, H, nu); names both
   */
  public static double[] inside(Problem problem, Array guess) {
    return inside(problem, guess, Boxes.low(problem), Boxes.high(problem));
  }

  /**
   * The guess inside the box, a copy.
   *
   * @throws IllegalArgumentException if its shape is not (B, H, nu); names both
   */
  public static double[] inside(Problem problem, Array guess, double[] low, double[] high) {
    Shape expected =
        Shape.of(problem.batch(), problem.spec().horizon(), problem.spec().actionSize());
    if (!guess.shape().equals(expected)) {
      throw new IllegalArgumentException(
          "guess: found shape " + guess.shape() + ", expected " + expected);
    }
    double[] u = guess.toDoubles();
    for (int i = 0; i < u.length; i++) {
      u[i] = Boxes.clamp(u[i], low[i], high[i]);
    }
    return u;
  }
}
