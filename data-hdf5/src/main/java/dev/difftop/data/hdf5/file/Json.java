package dev.difftop.data.hdf5.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * JSON as Python writes it, NaN and Infinity included: maps, lists, strings, numbers ({@link Long}
 * or {@link Double}), booleans and nulls.
 */
public final class Json {
  private static final int DEEPEST = 200;
  private static final int LONGEST_TEXT = 256 << 20;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LONGEST_TEXT)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Reads one value. A byte-order mark before it is skipped.
   *
   * @throws IllegalArgumentException on a mistake, with its position
   */
  public static Object read(String text) {
    String json = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    try {
      return plain(MAPPER.readValue(json, Object.class));
    } catch (StreamConstraintsException e) {
      throw new IllegalArgumentException(
          "at character %d: nested deeper than %d, or a number or text is too long"
              .formatted(position(e), DEEPEST),
          e);
    } catch (JsonProcessingException e) {
      int at = position(e);
      String found = at < json.length() ? "'" + json.charAt(at) + "'" : "the end";
      throw new IllegalArgumentException(
          "at character %d: found %s, where valid JSON has something else".formatted(at, found), e);
    }
  }

  private static int position(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : (int) Math.max(0, e.getLocation().getCharOffset());
  }

  /** Whole numbers are longs, or doubles where no long holds them. */
  private static Object plain(Object value) {
    if (value instanceof Map<?, ?> members) {
      @SuppressWarnings("unchecked")
      Map<String, Object> own = (Map<String, Object>) members;
      own.replaceAll((key, member) -> plain(member));
    } else if (value instanceof List<?> items) {
      @SuppressWarnings("unchecked")
      List<Object> own = (List<Object>) items;
      own.replaceAll(Json::plain);
    } else if (value instanceof BigInteger large) {
      return large.doubleValue();
    } else if (value instanceof Integer whole) {
      return whole.longValue();
    }
    return value;
  }

  /** Writes maps, lists, strings, numbers, booleans and nulls; members in their order. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
    }
  }
}
