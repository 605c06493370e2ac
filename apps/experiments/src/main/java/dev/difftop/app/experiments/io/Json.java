package dev.difftop.app.experiments.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.difftop.api.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** JSON objects as plain maps, lists, texts, numbers and booleans. */
public final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final JsonMapper CANONICAL =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private Json() {}

  /** One line. */
  public static String line(Object document) {
    return write(MAPPER, document);
  }

  /** One line with sorted keys: equal documents give equal texts. */
  public static String canonical(Object document) {
    return write(CANONICAL, document);
  }

  private static String write(JsonMapper mapper, Object document) {
    try {
      return mapper.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document holds what JSON cannot represent", e);
    }
  }

  /**
   * Reads an object.
   *
   * @param where the text stands, for messages
   * @throws DataException if it is not a JSON object
   */
  public static Map<String, Object> parse(String text, String where) {
    try {
      return MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new DataException(
          "BAD_METADATA", where, "not a JSON object: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws DataException if it cannot be read or is not a JSON object
   */
  public static Map<String, Object> read(Path file) {
    try {
      return parse(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new DataException("UNREADABLE", file.toString(), "cannot be read: " + e, e);
    }
  }
}
