package dev.difftop.solver.gaussnewton;

/** Finds the next step of a sample from its expansion. One rule belongs to one thread. */
interface StepRule {
  /**
   * Writes the candidate of a sample and what the model foretells for it.
   *
   * @return false if there is no step so long; {@link #shorten} then
   */
  boolean propose(Iterates at, int b);

  /** Makes the next step shorter; false beyond the limit. */
  boolean shorten(Iterates at, int b);

  /** Makes the next step shorter or longer, by how well the model foretold the decrease. */
  void adapt(Iterates at, int b, double ratio);

  /** The model is as good as the numbers allow: full steps from here on. */
  void trust(Iterates at, int b);
}
