package dev.difftop.api.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path the key, such as {@code solver.max-iterations}; empty for the whole
 * @param source the file, or the command line; empty where neither is to blame
 * @param line line in the file from 1 on; 0 where there is none
 * @param message what was found, what was expected, what to do
 */
public record Violation(String path, String source, int line, String message) {
  /** A violation without a known location. */
  public Violation(String path, String message) {
    this(path, "", 0, message);
  }

  /** As {@code run.yaml:12}; empty where no place is known. */
  public String where() {
    return line == 0 ? source : source + ":" + line;
  }

  @Override
  public String toString() {
    return (source.isEmpty() ? "" : where() + ": ") + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
