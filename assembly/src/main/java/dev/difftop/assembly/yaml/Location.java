package dev.difftop.assembly.yaml;

import dev.difftop.api.config.Violation;
import java.nio.file.Path;

/**
 * Where a piece of a configuration stands.
 *
 * @param source a file, the command line, or the default of a key
 * @param line line in the file from 1 on; 0 where there are no lines
 * @param base the folder that relative paths start from
 */
public record Location(String source, int line, Path base) {
  /** The command line: relative paths start from the working directory. */
  public static final Location COMMAND_LINE = new Location("command line", 0, Path.of(""));

  /** What a plugin states as the default of a key. */
  public static final Location DEFAULT = new Location("default", 0, Path.of(""));

  /** A violation at this place. */
  public Violation violation(String path, String message) {
    return new Violation(path, source, line, message);
  }
}
