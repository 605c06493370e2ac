package dev.difftop.testkit;

import dev.difftop.api.config.Default;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A configuration record made of the defaults that its components declare ({@link Default}), but
 * for some that are given: a test names what it changes, and a new setting changes no test.
 */
public final class DefaultSettings {
  private DefaultSettings() {}

  /**
   * A record of numbers, booleans, texts and enums.
   *
   * @param given component name, value, component name, value, ...
   * @throws IllegalArgumentException if a name is no component, or a component has neither a
   *     default nor a given value; names it
   */
  public static <C extends Record> C of(Class<C> type, Object... given) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < given.length; i += 2) {
      values.put((String) given[i], given[i + 1]);
    }
    return of(
        type,
        values,
        text -> {
          throw new IllegalArgumentException(type + ": nothing makes the choice " + text);
        });
  }

  /**
   * A record that may have choices of plugins as well.
   *
   * @param given values by component name
   * @param choice makes the value of a component of another type from its default's text
   */
  public static <C extends Record> C of(
      Class<C> type, Map<String, Object> given, Function<String, Object> choice) {
    RecordComponent[] components = type.getRecordComponents();
    for (String name : given.keySet()) {
      if (Arrays.stream(components).noneMatch(c -> c.getName().equals(name))) {
        throw new IllegalArgumentException(
            "%s has no component %s; there are %s"
                .formatted(
                    type.getName(),
                    name,
                    Arrays.stream(components).map(RecordComponent::getName).toList()));
      }
    }
    try {
      Constructor<C> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(
          Arrays.stream(components).map(c -> value(c, given, choice)).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("settings of type " + type.getName(), e);
    }
  }

  private static Object value(
      RecordComponent component, Map<String, Object> given, Function<String, Object> choice) {
    if (given.containsKey(component.getName())) {
      return given.get(component.getName());
    }
    Default defaults = component.getAnnotation(Default.class);
    if (defaults == null) {
      throw new IllegalArgumentException(component + " has no default and no given value");
    }
    String text = defaults.value();
    Class<?> type = component.getType();
    if (type == int.class) {
      return Integer.valueOf(text);
    } else if (type == long.class) {
      return Long.valueOf(text);
    } else if (type == double.class) {
      return Double.valueOf(text);
    } else if (type == boolean.class) {
      return Boolean.valueOf(text);
    } else if (type == String.class) {
      return text;
    } else if (type.isEnum()) {
      return constant(type, text);
    }
    return choice.apply(text);
  }

  private static Object constant(Class<?> type, String text) {
    String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(type.getEnumConstants())
        .filter(e -> ((Enum<?>) e).name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(type + " has no constant " + name));
  }
}
