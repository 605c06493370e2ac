package dev.difftop.api.config;

import dev.difftop.api.Chosen;
import dev.difftop.api.ChosenByName;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A configuration record made in a program: the defaults that its components declare, and what is
 * changed.
 *
 * <pre>{@code
 * IlqrConfig config = Settings.of(IlqrConfig.class).with(IlqrConfig::tolerance, 1e-8).get();
 * }</pre>
 *
 * <p>The package of the record must be open, as that of every configuration is.
 *
 * @param <R> the record
 */
public final class Settings<R extends Record> {
  private final Class<R> type;
  private final RecordComponent[] components;
  private final Object[] values;
  private final boolean[] given;

  private Settings(Class<R> type, Object[] values, boolean[] given) {
    this.type = type;
    this.components = type.getRecordComponents();
    this.values = values;
    this.given = given;
  }

  /**
   * The defaults of a record. Components without default are to be given by {@link #with}.
   *
   * @throws IllegalArgumentException if a default is no value of its component
   */
  public static <R extends Record> Settings<R> of(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    boolean[] given = new boolean[components.length];
    for (int i = 0; i < components.length; i++) {
      Default written = components[i].getAnnotation(Default.class);
      Class<?> raw = components[i].getType();
      given[i] = written != null || raw == Optional.class;
      if (written != null) {
        values[i] = value(components[i].getGenericType(), FlowText.read(written.value()));
      } else {
        values[i] = raw == Optional.class ? Optional.empty() : nothing(raw);
      }
    }
    return new Settings<>(type, values, given);
  }

  /** The settings of a record, to be changed. */
  @SuppressWarnings("unchecked")
  public static <R extends Record> Settings<R> of(R record) {
    Class<R> type = (Class<R>) record.getClass();
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = get(components[i], record);
    }
    boolean[] given = new boolean[components.length];
    Arrays.fill(given, true);
    return new Settings<>(type, values, given);
  }

  /**
   * The same with another value of one component.
   *
   * @param component its accessor, such as {@code IlqrConfig::tolerance}
   * @throws IllegalArgumentException if it is no accessor of the record, or if the record refuses
   *     the value
   */
  public <V> Settings<R> with(Function<R, V> component, V value) {
    Objects.requireNonNull(value, "value");
    boolean present = Objects.deepEquals(component.apply(make(values)), value);
    IllegalArgumentException refusal = null;
    for (int i = 0; i < components.length; i++) {
      if (!wrapped(components[i].getType()).isInstance(value)) {
        continue;
      }
      try {
        if (present ? !given[i] && isRead(component, i, value) : shows(component, i, value)) {
          return changed(i, value);
        }
      } catch (IllegalArgumentException e) {
        // The record refuses the value for this component, which may be another one.
        refusal = e;
      }
    }
    if (present) {
      return this;
    }
    if (refusal != null) {
      throw refusal;
    }
    throw new IllegalArgumentException(
        "the accessor reads no component of %s that can be %s"
            .formatted(type.getSimpleName(), value));
  }

  /** Whether the accessor shows a value that a component is changed to. */
  private <V> boolean shows(Function<R, V> component, int index, V value) {
    return Objects.deepEquals(component.apply(make(changed(index, value).values)), value);
  }

  /** Whether the accessor reads a component whose stand-in happens to be the value itself. */
  private <V> boolean isRead(Function<R, V> component, int index, V value) {
    return value instanceof Boolean flag
        && !Objects.deepEquals(component.apply(make(changed(index, !flag).values)), value);
  }

  private Settings<R> changed(int index, Object value) {
    Object[] changed = values.clone();
    boolean[] known = given.clone();
    changed[index] = value;
    known[index] = true;
    return new Settings<>(type, changed, known);
  }

  /**
   * The record.
   *
   * @throws IllegalArgumentException if a component without default was not given, or if the record
   *     refuses its values
   */
  public R get() {
    List<String> missing =
        java.util.stream.IntStream.range(0, components.length)
            .filter(i -> !given[i])
            .mapToObj(i -> components[i].getName())
            .toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no value for %s, which has no default"
              .formatted(type.getSimpleName(), String.join(", ", missing)));
    }
    return make(values);
  }

  private R make(Object[] arguments) {
    try {
      Constructor<R> canonical =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      canonical.setAccessible(true);
      return canonical.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw new IllegalStateException("cannot make " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type.getName(), e);
    }
  }

  private static Object get(RecordComponent component, Record record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static Class<?> wrapped(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0).getClass() : type;
  }

  /** What stands for a value that is not given yet: one that no configuration has. */
  private static Object nothing(Class<?> type) {
    if (type == int.class) {
      return Integer.MIN_VALUE;
    } else if (type == long.class) {
      return Long.MIN_VALUE;
    } else if (type == double.class) {
      return Double.NaN;
    } else if (type == float.class) {
      return Float.NaN;
    }
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }

  /** The value that a written default stands for. */
  private static Object value(Type type, Object written) {
    if (type instanceof GenericArrayType array) {
      return array(
          (Class<?>) ((ParameterizedType) array.getGenericComponentType()).getRawType(),
          array.getGenericComponentType(),
          list(type, written));
    }
    if (type instanceof ParameterizedType generic) {
      return generic(generic, written);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isArray()) {
      return array(plain.getComponentType(), plain.getComponentType(), list(type, written));
    }
    if (plain.isRecord()) {
      return record(plain.asSubclass(Record.class), written);
    }
    if (!(written instanceof String text)) {
      throw unsuitable(type, written);
    }
    return scalar(plain, text);
  }

  private static Object generic(ParameterizedType type, Object written) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      return list(type, written).stream().map(item -> value(arguments[0], item)).toList();
    } else if (type.getRawType() == Optional.class) {
      return Optional.of(value(arguments[0], written));
    } else if (type.getRawType() == Map.class && written instanceof Map<?, ?> map) {
      Map<String, Object> entries = new LinkedHashMap<>();
      map.forEach((key, item) -> entries.put((String) key, value(arguments[1], item)));
      return entries;
    } else if (type.getRawType() == Chosen.class && written instanceof String name) {
      return new ChosenByName<>((Class<?>) arguments[0], name);
    }
    throw unsuitable(type, written);
  }

  private static List<?> list(Type type, Object written) {
    if (written instanceof List<?> items) {
      return items;
    }
    throw unsuitable(type, written);
  }

  private static Object array(Class<?> component, Type type, List<?> items) {
    Object array = Array.newInstance(component, items.size());
    for (int i = 0; i < items.size(); i++) {
      Array.set(array, i, value(type, items.get(i)));
    }
    return array;
  }

  private static <R extends Record> R record(Class<R> type, Object written) {
    if (!(written instanceof Map<?, ?> map)) {
      throw unsuitable(type, written);
    }
    Settings<R> settings = of(type);
    for (int i = 0; i < settings.components.length; i++) {
      Object own = map.get(Names.kebab(settings.components[i].getName()));
      if (own != null) {
        settings = settings.changed(i, value(settings.components[i].getGenericType(), own));
      }
    }
    return settings.get();
  }

  private static Object scalar(Class<?> type, String text) {
    String digits = text.replace("_", "");
    Class<?> boxed = wrapped(type);
    if (boxed == Integer.class) {
      return new java.math.BigDecimal(digits).intValueExact();
    } else if (boxed == Long.class) {
      return new java.math.BigDecimal(digits).longValueExact();
    } else if (boxed == Double.class) {
      return real(digits);
    } else if (boxed == Float.class) {
      return (float) real(digits);
    } else if (boxed == Boolean.class) {
      return Boolean.valueOf(text);
    } else if (type == String.class) {
      return text;
    } else if (type == Path.class) {
      return Path.of(text);
    } else if (type.isEnum()) {
      String constant = text.toUpperCase(Locale.ROOT).replace('-', '_');
      return Arrays.stream(type.getEnumConstants())
          .filter(e -> ((Enum<?>) e).name().equals(constant))
          .findFirst()
          .orElseThrow(() -> unsuitable(type, text));
    }
    throw unsuitable(type, text);
  }

  private static double real(String text) {
    return switch (text) {
      case ".inf" -> Double.POSITIVE_INFINITY;
      case "-.inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static IllegalArgumentException unsuitable(Type type, Object written) {
    return new IllegalArgumentException(
        "the default %s is no %s".formatted(written, type.getTypeName()));
  }
}
