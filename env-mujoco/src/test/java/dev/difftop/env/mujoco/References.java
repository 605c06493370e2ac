package dev.difftop.env.mujoco;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The recorded data that the tests compare with. */
final class References {
  private References() {}

  @SuppressWarnings("unchecked")
  static Map<String, Object> of(String task) {
    try (InputStream in = References.class.getResourceAsStream("/reference/" + task + ".json")) {
      return new ObjectMapper().readValue(in, Map.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
