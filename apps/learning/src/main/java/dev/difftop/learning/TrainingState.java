package dev.difftop.learning;

import java.util.Map;

/**
 * Everything that learning goes on from, all of it shared: what a checkpoint saves and restores.
 *
 * @param parameters what is learned
 * @param copies of parameters that follow them slowly, by name, such as {@link #AVERAGED}
 * @param optimizers by the name of what they move
 */
public record TrainingState(
    Parameters parameters, Map<String, Parameters> copies, Map<String, Optimizer> optimizers) {
  /** Name of the copy that a policy acts with. */
  public static final String AVERAGED = "averaged";

  /** Name of the copy that critics' targets are made with. */
  public static final String TARGET = "target";
}
