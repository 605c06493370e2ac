package dev.difftop.app.cli.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.difftop.api.DataException;
import dev.difftop.app.reference.format.StrictJson;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * JSON to and from plain maps, lists, arrays, texts, numbers and booleans. A number that is not
 * finite is written as {@code null}: JSON has no other way to say that there is none. The same
 * document is written as the same bytes: see {@link Ordered}.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(new NumberOrNull<>(Double.class))
                  .addSerializer(new NumberOrNull<>(Float.class))
                  .addSerializer(new DoublesOrNull())
                  .addSerializer(new FloatsOrNull()))
          .build();

  private Json() {}

  /** One line of JSON. */
  public static String write(Object document) {
    try {
      return MAPPER.writeValueAsString(Ordered.of(document));
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
    return StrictJson.object(where, text);
  }

  /**
   * Reads an object from a file.
   *
   * @throws DataException if the file cannot be read or is not JSON
   */
  public static Map<String, Object> read(Path file) {
    try {
      return StrictJson.object(file.toString(), Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new DataException("MISSING_FILE", file.toString(), "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new DataException("UNREADABLE", file.toString(), "permission denied", e);
    } catch (IOException e) {
      throw new DataException("UNREADABLE", file.toString(), "cannot be read; is it a folder?", e);
    }
  }

  private static void write(double value, JsonGenerator out) throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeNull();
    }
  }

  private static void write(float value, JsonGenerator out) throws IOException {
    if (Float.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeNull();
    }
  }

  private static final class NumberOrNull<T extends Number> extends StdSerializer<T> {
    private static final long serialVersionUID = 1L;

    NumberOrNull(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value instanceof Float single) {
        write((float) single, out);
      } else {
        write(value.doubleValue(), out);
      }
    }
  }

  private static final class DoublesOrNull extends StdSerializer<double[]> {
    private static final long serialVersionUID = 1L;

    DoublesOrNull() {
      super(double[].class);
    }

    @Override
    public void serialize(double[] values, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartArray();
      for (double value : values) {
        write(value, out);
      }
      out.writeEndArray();
    }
  }

  private static final class FloatsOrNull extends StdSerializer<float[]> {
    private static final long serialVersionUID = 1L;

    FloatsOrNull() {
      super(float[].class);
    }

    @Override
    public void serialize(float[] values, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartArray();
      for (float value : values) {
        write(value, out);
      }
      out.writeEndArray();
    }
  }
}
