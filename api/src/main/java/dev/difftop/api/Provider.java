package dev.difftop.api;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import java.util.List;

/**
 * How a plugin module offers one implementation of a service. The provider is found by {@link
 * java.util.ServiceLoader}; the application binds {@link #configType()} from the YAML file and lets
 * an injector make {@link #implementation()}, whose constructor is annotated with {@code
 * jakarta.inject.Inject} and may ask for
 *
 * <ul>
 *   <li>its configuration, the record {@link #configType()};
 *   <li>{@link Engine}, the engine that compiles programs (not in an engine itself);
 *   <li>{@link Shapes}, the sizes that other parts of the problem have declared;
 *   <li>{@link RandomStream}, a stream of random numbers of its own, named after the part;
 *   <li>{@link Parts}, which makes the parts that its own configuration has {@link Chosen}.
 * </ul>
 *
 * <p>The package of configuration and implementation must be opened ({@code opens my.pkg;}); it
 * need not be exported.
 *
 * @param <C> the configuration, a record whose components carry {@link dev.difftop.api.config.Doc},
 *     {@link dev.difftop.api.config.Default} and {@link dev.difftop.api.config.Range}
 * @param <T> the service
 */
public interface Provider<C extends Record, T> {
  /** The name by which a configuration chooses it: kebab-case, unique for its service. */
  String name();

  /** What it is, in one line. */
  String summary();

  /** The configuration record. */
  Class<C> configType();

  /** The implementation, with one constructor annotated {@code @Inject}. */
  Class<? extends T> implementation();

  /** Configurations that ship with the plugin. */
  default List<Preset> presets() {
    return List.of();
  }
}
