package dev.difftop.api.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The part of YAML in which defaults are written: words, {@code [a, b]}, {@code {key: value}}. */
final class FlowText {
  private final String text;
  private int at;

  private FlowText(String text) {
    this.text = text;
  }

  /**
   * A text, a {@code List} or a {@code Map} from text.
   *
   * @throws IllegalArgumentException if it is written otherwise
   */
  static Object read(String text) {
    FlowText reader = new FlowText(text.strip());
    Object value = reader.value(false);
    reader.blanks();
    if (reader.at < reader.text.length()) {
      throw reader.unexpected();
    }
    return value;
  }

  private Object value(boolean inside) {
    blanks();
    if (skip('[')) {
      List<Object> items = new ArrayList<>();
      while (!skip(']')) {
        items.add(value(true));
        separator(']');
      }
      return items;
    }
    if (skip('{')) {
      Map<String, Object> entries = new LinkedHashMap<>();
      while (!skip('}')) {
        String key = word(":");
        if (!skip(':')) {
          throw unexpected();
        }
        entries.put(key, value(true));
        separator('}');
      }
      return entries;
    }
    return word(inside ? ",]}" : "");
  }

  private void separator(char end) {
    blanks();
    if (!skip(',') && (at >= text.length() || text.charAt(at) != end)) {
      throw unexpected();
    }
    blanks();
  }

  private String word(String ends) {
    blanks();
    if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
      int close = text.indexOf(text.charAt(at), at + 1);
      if (close < 0) {
        throw unexpected();
      }
      String quoted = text.substring(at + 1, close);
      at = close + 1;
      blanks();
      return quoted;
    }
    int start = at;
    while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at).strip();
  }

  private boolean skip(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      blanks();
      return true;
    }
    return false;
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private IllegalArgumentException unexpected() {
    return new IllegalArgumentException(
        "found \"%s\", which is not as a default is written, at character %d".formatted(text, at));
  }
}
