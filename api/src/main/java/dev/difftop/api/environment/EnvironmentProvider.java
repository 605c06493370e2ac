package dev.difftop.api.environment;

import dev.difftop.api.Provider;
import java.util.Optional;

/**
 * Offers an {@link Environment} by name.
 *
 * @param <C> its configuration record
 */
public interface EnvironmentProvider<C extends Record> extends Provider<C, Environment> {
  /**
   * Its inspector. A provider without one offers a single task, under its own name, with the
   * defaults of its configuration.
   */
  default Optional<EnvironmentInspector> inspector() {
    return Optional.empty();
  }

  /**
   * Many environments that step together, where the provider has an implementation of that.
   *
   * @param config of each
   * @param size N, at least 1
   * @param threads at least 1
   */
  default Optional<VectorEnvironment> vector(C config, int size, int threads) {
    return Optional.empty();
  }
}
