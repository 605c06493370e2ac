package dev.difftop.api.environment;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.Map;

/**
 * What an environment offers an agent.
 *
 * @param task name of the task, such as {@code cartpole-swingup}
 * @param observations named observations in their order, without batch, with their number formats
 * @param actionSize nu; every component of an action lies in [-1, 1]
 * @param controlTimestep seconds of one agent step, action repeat included
 * @param episodeSteps agent steps of a full episode
 * @param actionRepeat control steps per agent step
 */
public record EnvironmentSpec(
    String task,
    Map<String, Observable> observations,
    int actionSize,
    double controlTimestep,
    int episodeSteps,
    int actionRepeat) {
  /**
   * One named observation.
   *
   * @param shape shape without batch
   * @param dtype number format
   */
  public record Observable(Shape shape, DType dtype) {}

  /** Keeps the order of the observations. */
  public EnvironmentSpec {
    observations =
        java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(observations));
  }
}
