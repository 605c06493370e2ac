package dev.difftop.api;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A service that plugins can offer: how configurations call it, what a part of it implements, how
 * its providers are found. Service types are themselves found by {@link ServiceLoader}: a module
 * that declares a further service provides one, and nothing else changes.
 *
 * @param <T> the service
 */
public interface ServiceType<T> {
  /** Its name in configurations and on the command line, such as {@code solver}; kebab-case. */
  String word();

  /** The interface that a part implements, such as {@link Solver}. */
  Class<T> type();

  /** The interface that a plugin provides, such as {@link SolverProvider}. */
  Class<?> providerType();

  /**
   * What the constructor of a part may ask for beside its configuration. The types that are not
   * among the default ones are those that the caller of {@link Parts#make(Chosen, Collaborators)}
   * offers.
   */
  default List<Class<?>> collaborators() {
    return List.of(Engine.class, Shapes.class, RandomStream.class, Parts.class);
  }

  /**
   * Exceptions by which a part reports an outcome that its contract provides for; they reach the
   * caller unchanged, as {@link DataException} always does.
   */
  default List<Class<? extends RuntimeException>> contractExceptions() {
    return List.of();
  }

  /**
   * The providers of a module layer and its parents. The module of the service type states {@code
   * uses} for {@link #providerType()}.
   */
  ServiceLoader<?> load(ModuleLayer layer);

  /** The providers that a class loader finds; on the class path. */
  ServiceLoader<?> load(ClassLoader loader);
}
