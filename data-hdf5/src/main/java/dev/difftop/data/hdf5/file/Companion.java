package dev.difftop.data.hdf5.file;

import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON file beside a data file. */
public final class Companion {
  private static final long LONGEST = 256L << 20;

  private Companion() {}

  /**
   * Reads it, if it is there.
   *
   * @throws H5Exception {@code BAD_METADATA} if it is no JSON object
   */
  public static Optional<Map<?, ?>> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > LONGEST) {
        throw new H5Exception(
            Kind.LIMIT_EXCEEDED, file, "", "has more than " + LONGEST + " bytes of JSON");
      }
      String text = text(file, Files.readAllBytes(file));
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

  private static String text(Path file, byte[] bytes) {
    boolean wide =
        bytes.length > 1
            && ((bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff)
                || (bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe));
    if (wide) {
      throw new H5Exception(Kind.BAD_METADATA, file, "", "is UTF-16; store it as UTF-8");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A member as an object; an empty one if it is none. */
  public static Map<?, ?> object(Map<?, ?> from, String key) {
    return from.get(key) instanceof Map<?, ?> object ? object : Map.of();
  }

  /** A member as a list; an empty one if it is none. */
  public static List<?> list(Map<?, ?> from, String key) {
    return from.get(key) instanceof List<?> items ? items : List.of();
  }
}
