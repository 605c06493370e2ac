package dev.difftop.app.reference.problem;

/** Where a solve starts. */
public enum Start {
  /** Zero actions. */
  ZERO,
  /** The start near the truth that the file gives. */
  WARM,
  /** The start that the problem has by itself: a policy's rollout, a base policy's actions. */
  BASE
}
