package dev.difftop.app.reference.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.difftop.api.DataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Strict reader of JSON: one object per document, no key twice, nothing after the end. Objects are
 * {@link LinkedHashMap}, lists {@link ArrayList}, numbers {@link Double}; {@code NaN} and {@code
 * Infinity} are read as numbers, so that the caller names the key that holds them.
 */
public final class StrictJson {
  private static final int MOST_LEVELS = 100;
  private static final int MOST_DIGITS = 1000;
  private static final int EXCERPT = 24;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(2 * MOST_LEVELS)
                  .maxNumberLength(MOST_DIGITS)
                  .build())
          .build();

  private final String source;
  private final String text;
  private final JsonParser parser;

  private StrictJson(String source, String text, JsonParser parser) {
    this.source = source;
    this.text = text;
    this.parser = parser;
  }

  /**
   * Reads the one object of a document.
   *
   * @param source name of the file, for messages
   * @param bytes its content, text in UTF-8 with or without a byte-order mark
   * @throws DataException with the place of what is wrong
   */
  public static Map<String, Object> object(String source, byte[] bytes) {
    return object(source, Utf8.text(source, bytes));
  }

  /**
   * Reads the one object of a document.
   *
   * @param source name of the text, for messages
   * @throws DataException with the place of what is wrong
   */
  public static Map<String, Object> object(String source, String text) {
    if (text.isBlank()) {
      throw new DataException("NOT_JSON", source, "is empty, expected a JSON object", null);
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      return new StrictJson(source, text, parser).document();
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory cannot fail to be read", e);
    }
  }

  private Map<String, Object> document() throws IOException {
    if (next() != JsonToken.START_OBJECT) {
      throw fault("NOT_JSON", "found " + word(parser.currentToken()) + ", expected a JSON object");
    }
    Map<String, Object> root = members("", 1);
    if (next() != null) {
      throw fault(
          "TRAILING_TEXT",
          "line %d: found more after the end of the object, expected one object per file"
              .formatted(parser.currentTokenLocation().getLineNr()));
    }
    return root;
  }

  private Map<String, Object> members(String path, int level) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (next() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String below = path.isEmpty() ? name : path + "." + name;
      if (members.containsKey(name)) {
        throw new DataException(
            "DUPLICATE_KEY",
            source + ": " + below,
            "is given twice, the second time in line %d; remove one of them"
                .formatted(parser.currentTokenLocation().getLineNr()),
            null);
      }
      next();
      members.put(name, value(below, level));
    }
    return members;
  }

  private List<Object> elements(String path, int level) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (next() != JsonToken.END_ARRAY) {
      elements.add(value(path + "[" + elements.size() + "]", level));
    }
    return elements;
  }

  private Object value(String path, int level) throws IOException {
    if (level > MOST_LEVELS) {
      throw new DataException(
          "NOT_JSON", source, "is nested deeper than " + MOST_LEVELS + " levels", null);
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return members(path, level + 1);
    } else if (token == JsonToken.START_ARRAY) {
      return elements(path, level + 1);
    } else if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return token == JsonToken.VALUE_TRUE;
    } else if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    return number();
  }

  /** The nearest double; too large a number is infinite, which its reader refuses. */
  private Double number() throws IOException {
    return parser.isNaN() ? parser.getDoubleValue() : Double.valueOf(parser.getText());
  }

  /** The next token, null at the end; what is no JSON is reported in our own words. */
  private JsonToken next() throws IOException {
    try {
      return parser.nextToken();
    } catch (JsonEOFException e) {
      throw fault("NOT_JSON", "is not JSON: ends before its brackets are closed");
    } catch (StreamConstraintsException e) {
      throw fault(
          "NOT_JSON",
          "line %d: has a number of more than %d digits or too many levels"
              .formatted(parser.currentLocation().getLineNr(), MOST_DIGITS));
    } catch (JsonProcessingException e) {
      throw fault("NOT_JSON", "is not JSON: " + place(e.getLocation()));
    }
  }

  private String place(JsonLocation at) {
    int end = (int) Math.max(0, Math.min(at.getCharOffset() + 1, text.length()));
    String before = text.substring(Math.max(0, end - EXCERPT), end);
    return "line %d, column %d is wrong: %s"
        .formatted(at.getLineNr(), at.getColumnNr(), before.strip().replaceAll("\\s+", " "));
  }

  private DataException fault(String kind, String message) {
    return new DataException(kind, source, message, null);
  }

  private static String word(JsonToken token) {
    return token == JsonToken.START_ARRAY ? "a list" : "a single value";
  }
}
