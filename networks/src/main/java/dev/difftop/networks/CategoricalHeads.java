package dev.difftop.networks;

/**
 * A part whose heads {@code reward}, {@code q1}, {@code q2}, ... are numbers of distributions over
 * bins: for each of them there is a head {@code NAME-logits}, shape (B, bins).
 */
public interface CategoricalHeads {
  /** How numbers are distributed over bins. */
  TwoHot twoHot();
}
