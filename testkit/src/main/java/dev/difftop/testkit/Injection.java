package dev.difftop.testkit;

import jakarta.inject.Inject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;

/**
 * Makes a plugin's implementation as the application does, through its constructor annotated with
 * {@link Inject}: so that a contract test needs no injector, and finds out whether the package is
 * open and whether the constructor asks only for what there is.
 */
public final class Injection {
  private Injection() {}

  /**
   * An instance.
   *
   * @param implementation the class
   * @param available what its constructor may ask for, by type
   * @throws IllegalArgumentException if there is not exactly one such constructor, or it asks for
   *     something else
   */
  public static <T> T make(Class<T> implementation, Object... available) {
    Constructor<T> constructor = constructor(implementation);
    Object[] arguments =
        Arrays.stream(constructor.getParameterTypes())
            .map(type -> find(implementation, type, available))
            .toArray();
    try {
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException own) {
        throw own;
      }
      throw new IllegalStateException(implementation + " failed to start", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(implementation + " cannot be made", e);
    }
  }

  /** The constructor annotated with {@link Inject}. */
  @SuppressWarnings("unchecked")
  static <T> Constructor<T> constructor(Class<T> implementation) {
    List<Constructor<?>> found =
        Arrays.stream(implementation.getDeclaredConstructors())
            .filter(c -> c.isAnnotationPresent(Inject.class))
            .toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "%s has %d constructors annotated with @Inject, expected one"
              .formatted(implementation.getName(), found.size()));
    }
    return (Constructor<T>) found.get(0);
  }

  private static Object find(Class<?> wanting, Class<?> type, Object[] available) {
    return Arrays.stream(available)
        .filter(type::isInstance)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the constructor of %s asks for %s; there are %s"
                        .formatted(
                            wanting.getName(),
                            type.getName(),
                            Arrays.stream(available).map(a -> a.getClass().getName()).toList())));
  }
}
