package dev.difftop.data.hdf5;

import dev.difftop.hdf5.H5Exception;
import dev.difftop.hdf5.H5Exception.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON file beside a data file. */
final class Companion {
  private static final long LONGEST = 256L << 20;

  private Companion() {}

  /**
   * Reads it, if it is there.
   *
   * @throws H5Exception {@code BAD_METADATA} if it is no JSON object
   */
  static Optional<Map<?, ?>> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > LONGEST) {
        throw new H5Exception(
            Kind.LIMIT_EXCEEDED, file, "", "has more than " + LONGEST + " bytes of JSON");
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      if (Json.read(text) instanceof Map<?, ?> object) {
        return Optional.of(object);
      }
      throw new H5Exception(Kind.BAD_METADATA, file, "", "is no JSON object");
    } catch (IOException e) {
      throw new H5Exception(Kind.UNREADABLE, file, "", "cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new H5Exception(Kind.BAD_METADATA, file, "", "is no JSON: " + e.getMessage(), e);
    }
  }

  /** A member as an object; an empty one if it is none. */
  static Map<?, ?> object(Map<?, ?> from, String key) {
    return from.get(key) instanceof Map<?, ?> object ? object : Map.of();
  }

  /** A member as a list; an empty one if it is none. */
  static List<?> list(Map<?, ?> from, String key) {
    return from.get(key) instanceof List<?> items ? items : List.of();
  }
}
