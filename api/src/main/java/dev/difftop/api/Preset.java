package dev.difftop.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A configuration that ships with a plugin, as a base for others: {@code extends: preset:NAME}.
 *
 * @param name kebab-case, unique in the application
 * @param summary what it configures, in one line
 * @param yaml the configuration
 */
public record Preset(String name, String summary, String yaml) {
  /**
   * A preset in a resource of a plugin's module. The resource lies below {@code META-INF}, which
   * every module can read, or in a package that the module opens.
   *
   * @param anchor a class of the module
   * @param resource as {@link Class#getResourceAsStream} takes it, such as {@code
   *     /META-INF/presets/td-mpc.yaml}
   * @throws IllegalArgumentException if there is no such resource
   */
  public static Preset ofResource(String name, String summary, Class<?> anchor, String resource) {
    try (InputStream in = anchor.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "preset %s: the module of %s has no readable resource %s"
                .formatted(name, anchor.getName(), resource));
      }
      return new Preset(name, summary, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
