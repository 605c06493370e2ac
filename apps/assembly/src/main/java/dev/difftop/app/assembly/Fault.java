package dev.difftop.app.assembly;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path the key, such as {@code solver.max-iterations}; empty for the whole
 * @param where the file and line, or the command line
 * @param message what was found, what was expected, what to do
 */
public record Fault(String path, String where, String message) {
  @Override
  public String toString() {
    return (where.isEmpty() ? "" : where + ": ") + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
