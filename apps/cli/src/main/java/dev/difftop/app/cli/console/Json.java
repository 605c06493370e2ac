package dev.difftop.app.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.difftop.api.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** JSON to and from plain maps, lists, arrays, texts, numbers and booleans. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private Json() {}

  /** One line of JSON. */
  public static String write(Object document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document holds what JSON cannot say", e);
    }
  }

  /**
   * Reads an object from a text.
   *
   * @param where the text is, for messages
   * @throws DataException if it is not JSON
   */
  public static Map<String, Object> parse(String where, String text) {
    try {
      return MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new DataException(
          "BAD_METADATA", where, "is not a JSON object: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads an object from a file.
   *
   * @throws DataException if the file cannot be read or is not JSON
   */
  public static Map<String, Object> read(Path file) {
    try {
      return MAPPER.readValue(Files.readString(file), new TypeReference<Map<String, Object>>() {});
    } catch (NoSuchFileException e) {
      throw new DataException("MISSING_FILE", file.toString(), "there is no such file", e);
    } catch (JsonProcessingException e) {
      String at = e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
      throw new DataException(
          "NOT_JSON",
          file.toString(),
          "is not a JSON object" + at + ": " + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new DataException("UNREADABLE", file.toString(), "cannot be read: " + e, e);
    }
  }
}
