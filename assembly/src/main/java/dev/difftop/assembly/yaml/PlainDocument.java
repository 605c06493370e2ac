package dev.difftop.assembly.yaml;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** From nodes to plain maps, lists, texts, numbers and booleans: what a JSON document holds. */
public final class PlainDocument {
  private static final Pattern WHOLE = Pattern.compile("[-+]?\\d{1,18}");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,3})?");

  private PlainDocument() {}

  public static Map<String, Object> of(Node.Mapping mapping) {
    Map<String, Object> plain = new LinkedHashMap<>();
    mapping.entries().forEach((key, value) -> plain.put(key, value(value)));
    return plain;
  }

  /** A node as a plain value. */
  public static Object value(Node node) {
    if (node instanceof Node.Mapping mapping) {
      return of(mapping);
    }
    if (node instanceof Node.Sequence list) {
      return list.items().stream().map(PlainDocument::value).toList();
    }
    return scalar((Node.Scalar) node);
  }

  /** Infinities and NaN, which JSON has no number for, stay text. */
  private static Object scalar(Node.Scalar scalar) {
    String text = scalar.text();
    if (scalar.quoted()) {
      return text;
    }
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    if (WHOLE.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    return DECIMAL.matcher(text).matches() ? Double.valueOf(text) : text;
  }
}
