package dev.difftop.data.hdf5;

import dev.difftop.data.hdf5.file.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Recorded files with what a correct reader finds in them. */
final class Fixtures {
  private Fixtures() {}

  static Path file(String name) {
    try {
      return Path.of(Fixtures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What the manifest says of a file. */
  static Map<String, Object> manifest(String name) {
    try (InputStream in = Fixtures.class.getResourceAsStream("manifest.json")) {
      Object all = Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return map(map(map(all).get("files")).get(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }
}
