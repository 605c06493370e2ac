package dev.difftop.assembly;

import dev.difftop.api.Chosen;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which kind a component of a configuration record is. */
final class Kinds {
  private static final String SUPPORTED =
      "expected boolean, int, long, float, double, String, Path, an enum, a record, an array, List,"
          + " Map from String, or Optional of these";

  private Kinds() {}

  /**
   * The kind of a type.
   *
   * @param bounds of every number in it
   * @param ranged whether a range was declared; then there must be a number in it
   * @param inside the records that it is part of
   * @throws IllegalArgumentException on a type that no configuration can have
   */
  static Kind of(Type type, Bounds bounds, boolean ranged, List<Class<?>> inside) {
    if (type instanceof Class<?> plain) {
      return plain.isArray()
          ? new Containers.ArrayOf(
              of(plain.getComponentType(), bounds, ranged, inside), plain.getComponentType())
          : ofClass(plain, bounds, ranged, inside);
    }
    if (type instanceof ParameterizedType generic) {
      return ofGeneric(generic, bounds, ranged, inside);
    }
    if (type instanceof GenericArrayType array
        && array.getGenericComponentType() instanceof ParameterizedType component) {
      return new Containers.ArrayOf(
          of(component, bounds, ranged, inside), (Class<?>) component.getRawType());
    }
    throw unsupported(type);
  }

  private static Kind ofClass(Class<?> type, Bounds bounds, boolean ranged, List<Class<?>> inside) {
    Kind number = number(type, bounds);
    if (number != null) {
      return number;
    }
    if (ranged) {
      throw new IllegalArgumentException(
          "has a @Range but holds no number: " + type.getSimpleName());
    }
    if (type == boolean.class || type == Boolean.class) {
      return new Scalars.Flag();
    } else if (type == String.class) {
      return new Scalars.Text();
    } else if (type == Path.class) {
      return new Scalars.File();
    } else if (type.isEnum()) {
      return new Scalars.OneOf(type);
    } else if (type.isRecord()) {
      return Schema.of(type.asSubclass(Record.class), inside);
    }
    throw unsupported(type);
  }

  private static Kind number(Class<?> type, Bounds bounds) {
    if (type == int.class || type == Integer.class) {
      return new Scalars.Whole(false, bounds);
    } else if (type == long.class || type == Long.class) {
      return new Scalars.Whole(true, bounds);
    } else if (type == float.class || type == Float.class) {
      return new Scalars.Real(true, bounds);
    } else if (type == double.class || type == Double.class) {
      return new Scalars.Real(false, bounds);
    }
    return null;
  }

  private static Kind ofGeneric(
      ParameterizedType type, Bounds bounds, boolean ranged, List<Class<?>> inside) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      return new Containers.ListOf(of(arguments[0], bounds, ranged, inside));
    } else if (type.getRawType() == Optional.class) {
      return new Containers.OptionalOf(of(arguments[0], bounds, ranged, inside));
    } else if (type.getRawType() == Map.class && arguments[0] == String.class) {
      return new Containers.MapOf(of(arguments[1], bounds, ranged, inside));
    } else if ((type.getRawType() == Choice.class || type.getRawType() == Chosen.class)
        && arguments[0] instanceof Class<?> part) {
      return new PluginKind(Services.require(part));
    }
    throw unsupported(type);
  }

  private static IllegalArgumentException unsupported(Type type) {
    return new IllegalArgumentException(
        "has the type %s, %s".formatted(type.getTypeName(), SUPPORTED));
  }
}
