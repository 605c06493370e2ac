package dev.difftop.learning;

import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.optim.Optimizer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that learning goes on from, all of it shared: what a checkpoint saves and restores.
 *
 * @param parameters what is learned
 * @param copies of parameters that follow them slowly, by name, such as {@link #AVERAGED}
 * @param optimizers by the name of what they move
 */
public record TrainingState(
    Parameters parameters, Map<String, Parameters> copies, Map<String, Optimizer> optimizers) {
  /** In the order of names, so that equal states make equal files. */
  public TrainingState {
    copies = Collections.unmodifiableSortedMap(new TreeMap<>(copies));
    optimizers = Collections.unmodifiableSortedMap(new TreeMap<>(optimizers));
  }

  /** Name of the copy that a policy acts with. */
  public static final String AVERAGED = "averaged";

  /** Name of the copy that critics' targets are made with. */
  public static final String TARGET = "target";
}
