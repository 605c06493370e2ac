package dev.difftop.assembly;

import dev.difftop.api.config.Names;
import dev.difftop.api.config.Nearest;
import dev.difftop.assembly.yaml.Location;
import dev.difftop.assembly.yaml.Node;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The kinds that are a single word or number. */
final class Scalars {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,4})?");

  private Scalars() {}

  /** The text of a scalar with a value; null after a fault. */
  private static String text(Node node, Kind kind, Reading at) {
    return node instanceof Node.Scalar s && !s.isNull() ? s.text() : at.wrongKind(node, kind);
  }

  /** The text of a scalar that is not in quotes; null after a fault. */
  private static String plain(Node node, Kind kind, Reading at) {
    return node instanceof Node.Scalar s && !s.isNull() && !s.quoted()
        ? s.text()
        : at.wrongKind(node, kind);
  }

  private static Node.Scalar plainNode(String text) {
    return new Node.Scalar(text, false, Location.DEFAULT);
  }

  private static <T extends Number> T inBounds(T value, Bounds bounds, Node node, Reading at) {
    return bounds.contains(value.doubleValue())
        ? value
        : at.fault(
            node,
            "found %s, expected %s".formatted(node.found(), bounds.expected(value.doubleValue())));
  }

  /** True or false. */
  record Flag() implements Kind {
    @Override
    public String describe() {
      return "true or false";
    }

    @Override
    public Object read(Node node, Reading at) {
      String text = plain(node, this, at);
      if (text == null) {
        return null;
      }
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> at.wrongKind(node, this);
      };
    }

    @Override
    public Node write(Object value) {
      return plainNode(value.toString());
    }
  }

  /**
   * An int or a long.
   *
   * @param isLong whether it is a long
   */
  record Whole(boolean isLong, Bounds bounds) implements Kind {
    @Override
    public String describe() {
      return "integer";
    }

    @Override
    public Object read(Node node, Reading at) {
      String text = plain(node, this, at);
      if (text == null) {
        return null;
      }
      String digits = text.replace("_", "");
      if (!DECIMAL.matcher(digits).matches()) {
        return at.wrongKind(node, this);
      }
      try {
        BigDecimal exact = new BigDecimal(digits);
        return isLong
            ? inBounds((Number) exact.longValueExact(), bounds, node, at)
            : inBounds((Number) exact.intValueExact(), bounds, node, at);
      } catch (ArithmeticException e) {
        return at.fault(
            node, "found %s, expected an integer of %d bits".formatted(text, isLong ? 64 : 32));
      }
    }

    @Override
    public Node write(Object value) {
      return plainNode(value.toString());
    }
  }

  /**
   * A float or a double.
   *
   * @param isFloat whether it is a float
   */
  record Real(boolean isFloat, Bounds bounds) implements Kind {
    @Override
    public String describe() {
      return "number";
    }

    @Override
    public Object read(Node node, Reading at) {
      String text = plain(node, this, at);
      if (text == null) {
        return null;
      }
      Double value = parse(text);
      if (value == null) {
        return at.wrongKind(node, this);
      }
      boolean fits = !Double.isInfinite(isFloat ? value.floatValue() : value) || !isDecimal(text);
      if (!fits) {
        return at.fault(node, "found %s, which is too large".formatted(text));
      }
      Number inside = inBounds(value, bounds, node, at);
      return inside == null || !isFloat ? inside : (Object) inside.floatValue();
    }

    private static boolean isDecimal(String text) {
      return DECIMAL.matcher(text.replace("_", "")).matches();
    }

    private static Double parse(String text) {
      if (isDecimal(text)) {
        return Double.valueOf(text.replace("_", ""));
      }
      return switch (text.toLowerCase(Locale.ROOT)) {
        case ".inf", "+.inf", "inf" -> Double.POSITIVE_INFINITY;
        case "-.inf", "-inf" -> Double.NEGATIVE_INFINITY;
        case ".nan", "nan" -> Double.NaN;
        default -> null;
      };
    }

    @Override
    public Node write(Object value) {
      double exact = isFloat ? Double.parseDouble(value.toString()) : (Double) value;
      return plainNode(Bounds.number(exact));
    }
  }

  /** Any text. */
  record Text() implements Kind {
    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_/.-]*");
    private static final Set<String> WORDS_WITH_A_MEANING =
        Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

    @Override
    public String describe() {
      return "text";
    }

    @Override
    public Object read(Node node, Reading at) {
      return text(node, this, at);
    }

    /** In quotes where another reader of YAML could take it for something else. */
    @Override
    public Node write(Object value) {
      String text = (String) value;
      boolean plain =
          WORD.matcher(text).matches()
              && !WORDS_WITH_A_MEANING.contains(text.toLowerCase(Locale.ROOT));
      return new Node.Scalar(text, !plain, Location.DEFAULT);
    }
  }

  /** A path in the file system, relative to the folder of the file it stands in. */
  record File() implements Kind {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_/.-]+");

    @Override
    public String describe() {
      return "path";
    }

    @Override
    public Object read(Node node, Reading at) {
      String text = text(node, this, at);
      if (text == null) {
        return null;
      }
      try {
        return node.place().base().resolve(text).normalize();
      } catch (java.nio.file.InvalidPathException e) {
        return at.fault(node, "not a path: " + e.getMessage());
      }
    }

    @Override
    public List<Path> paths(Object value) {
      return List.of((Path) value);
    }

    /** Absolute: a resolved configuration means the same wherever it is put. */
    @Override
    public Node write(Object value) {
      String path = ((Path) value).toAbsolutePath().normalize().toString();
      return new Node.Scalar(path, !PLAIN.matcher(path).matches(), Location.DEFAULT);
    }
  }

  /** One of the constants of an enum. */
  record OneOf(Class<?> type) implements Kind {
    private List<Enum<?>> constants() {
      return Arrays.stream(type.getEnumConstants()).<Enum<?>>map(c -> (Enum<?>) c).toList();
    }

    List<String> words() {
      return constants().stream().map(Names::kebab).toList();
    }

    @Override
    public String describe() {
      return "one of " + String.join(", ", words());
    }

    @Override
    public Object read(Node node, Reading at) {
      String text = text(node, this, at);
      if (text == null) {
        return null;
      }
      int i = words().indexOf(text);
      if (i >= 0) {
        return constants().get(i);
      }
      String hint = Nearest.to(text, words()).map(n -> "; did you mean " + n + "?").orElse("");
      return at.fault(node, "found %s, expected %s%s".formatted(text, describe(), hint));
    }

    @Override
    public Node write(Object value) {
      return plainNode(Names.kebab((Enum<?>) value));
    }
  }
}
