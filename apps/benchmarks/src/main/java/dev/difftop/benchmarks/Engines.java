package dev.difftop.benchmarks;

import dev.difftop.api.EngineProvider;
import dev.difftop.api.program.Engine;
import jakarta.inject.Inject;
import java.lang.reflect.Constructor;
import java.util.Arrays;

/** Makes an engine without the application, which needs the module path. */
final class Engines {
  private Engines() {}

  /** An engine with its usual settings: false and 0 for every component of its record. */
  static <C extends Record> Engine make(EngineProvider<C> provider) {
    try {
      Constructor<?> engine =
          Arrays.stream(provider.implementation().getDeclaredConstructors())
              .filter(c -> c.isAnnotationPresent(Inject.class))
              .findFirst()
              .orElseThrow();
      engine.setAccessible(true);
      return (Engine) engine.newInstance(config(provider.configType()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("engine " + provider.name() + " cannot be made", e);
    }
  }

  private static Record config(Class<? extends Record> type) throws ReflectiveOperationException {
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    Object[] values =
        Arrays.stream(constructor.getParameterTypes())
            .map(t -> t == boolean.class ? (Object) false : (Object) 0)
            .toArray();
    return (Record) constructor.newInstance(values);
  }
}
