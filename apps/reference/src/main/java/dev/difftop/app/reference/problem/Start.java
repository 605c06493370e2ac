package dev.difftop.app.reference.problem;

import java.util.Arrays;
import java.util.Optional;

/** Where a solve starts. */
public enum Start {
  /** Zero actions. */
  ZERO,
  /** The initial actions that the file states: {@code u_init}, {@code a_init}. */
  INIT,
  /** The start near the truth that the file gives. */
  WARM,
  /** The start that the problem has by itself: a policy's rollout, a base policy's actions. */
  BASE;

  /** The usual start of a problem whose file may state initial actions. */
  static Start ofInitial(Optional<double[]> actions) {
    boolean isZero = actions.isEmpty() || Arrays.stream(actions.get()).allMatch(v -> v == 0);
    return isZero ? ZERO : INIT;
  }

  /** Actions that a file may give. */
  static double[] require(Optional<double[]> actions, String key) {
    return actions.orElseThrow(
        () -> new IllegalArgumentException("--start: the file has no " + key + " to start from"));
  }

  /** The refusal of a base policy. */
  static IllegalArgumentException noBase() {
    return new IllegalArgumentException(
        "--start: this problem has no base policy; start zero, init or warm");
  }
}
