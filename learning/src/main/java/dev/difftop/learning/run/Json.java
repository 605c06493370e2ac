package dev.difftop.learning.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.difftop.api.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON documents of a run; a number that is not finite is written as null. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  static String write(Map<String, ?> document) {
    try {
      return MAPPER.writeValueAsString(finite(document)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document holds what JSON cannot represent", e);
    }
  }

  private static Object finite(Object value) {
    if (value instanceof Double d) {
      return Double.isFinite(d) ? d : null;
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> out = new LinkedHashMap<>();
      map.forEach((key, inner) -> out.put(key, finite(inner)));
      return out;
    } else if (value instanceof List<?> list) {
      return list.stream()
          .map(Json::finite)
          .collect(java.util.ArrayList::new, java.util.ArrayList::add, java.util.ArrayList::addAll);
    } else if (value instanceof double[] numbers) {
      return finite(java.util.Arrays.stream(numbers).boxed().toList());
    }
    return value;
  }

  static Map<String, Object> read(Path file) {
    try {
      return MAPPER.readValue(Files.readString(file), new TypeReference<Map<String, Object>>() {});
    } catch (IOException e) {
      throw new DataException("BAD_METADATA", file.toString(), "cannot be read as JSON", e);
    }
  }
}
