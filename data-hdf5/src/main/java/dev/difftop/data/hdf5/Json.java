package dev.difftop.data.hdf5;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON as Python writes it, NaN and Infinity included, into maps, lists, strings, numbers
 * ({@link Long} or {@link Double}), booleans and nulls.
 */
final class Json {
  private static final int DEEPEST = 200;
  private static final int HEX = 16;
  private static final int UNICODE_DIGITS = 4;

  private final String text;
  private int at;
  private int depth;

  private Json(String text) {
    this.text = text;
  }

  /**
   * Reads one value.
   *
   * @throws IllegalArgumentException on a mistake, with its position
   */
  static Object read(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.space();
    if (json.at < text.length()) {
      throw json.wrong("end of the text");
    }
    return value;
  }

  private IllegalArgumentException wrong(String expected) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new IllegalArgumentException(
        "at character " + at + ": found " + found + ", expected " + expected);
  }

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean takes(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void needs(char c) {
    if (!takes(c)) {
      throw wrong("'" + c + "'");
    }
  }

  private Object value() {
    space();
    if (++depth > DEEPEST) {
      throw wrong("no deeper nesting than " + DEEPEST);
    }
    try {
      if (takes('{')) {
        return object();
      } else if (takes('[')) {
        return array();
      } else if (takes('"')) {
        return string();
      }
      return word();
    } finally {
      depth--;
    }
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new LinkedHashMap<>();
    space();
    if (takes('}')) {
      return members;
    }
    do {
      space();
      needs('"');
      String key = string();
      space();
      needs(':');
      members.put(key, value());
      space();
    } while (takes(','));
    needs('}');
    return members;
  }

  private List<Object> array() {
    List<Object> items = new ArrayList<>();
    space();
    if (takes(']')) {
      return items;
    }
    do {
      items.add(value());
      space();
    } while (takes(','));
    needs(']');
    return items;
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      out.append(c == '\\' ? escaped() : c);
    }
    throw wrong("'\"'");
  }

  private char escaped() {
    if (at >= text.length()) {
      throw wrong("a character after '\\'");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("an escape");
    };
  }

  private char unicode() {
    if (at + UNICODE_DIGITS > text.length()) {
      throw wrong("four hexadecimal digits");
    }
    try {
      char c = (char) Integer.parseInt(text, at, at + UNICODE_DIGITS, HEX);
      at += UNICODE_DIGITS;
      return c;
    } catch (NumberFormatException e) {
      throw wrong("four hexadecimal digits");
    }
  }

  private Object word() {
    int start = at;
    while (at < text.length()
        && ",]}:".indexOf(text.charAt(at)) < 0
        && !Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at);
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      case "null" -> null;
      case "NaN", "Infinity", "-Infinity" -> Double.valueOf(word);
      default -> number(word, start);
    };
  }

  private Number number(String word, int start) {
    try {
      if (word.matches("-?\\d{1,18}")) {
        return Long.valueOf(word);
      } else if (word.matches("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?")) {
        return Double.valueOf(word);
      }
    } catch (NumberFormatException e) {
      // Told below, as any other word that is no value.
    }
    at = start;
    throw wrong("a value");
  }

  /** Writes maps, lists, strings, numbers, booleans and nulls. */
  static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof Map<?, ?> members) {
      out.append('{');
      String separator = "";
      for (Map.Entry<?, ?> member : members.entrySet()) {
        out.append(separator);
        quote(member.getKey().toString(), out);
        out.append(": ");
        write(member.getValue(), out);
        separator = ", ";
      }
      out.append('}');
    } else if (value instanceof List<?> items) {
      out.append('[');
      String separator = "";
      for (Object item : items) {
        out.append(separator);
        write(item, out);
        separator = ", ";
      }
      out.append(']');
    } else if (value instanceof String string) {
      quote(string, out);
    } else {
      out.append(value);
    }
  }

  private static void quote(String string, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
