package dev.difftop.app.reference.format;

import dev.difftop.api.DataException;
import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with one file, so that all of it is reported at once. */
public final class Faults {
  private static final int MOST_LINES = 5;

  private record Fault(String kind, String path, String message) {}

  private final String file;
  private final List<Fault> all = new ArrayList<>();

  /** Of a file of that name. */
  public Faults(String file) {
    this.file = file;
  }

  /** Name of the file. */
  public String file() {
    return file;
  }

  /**
   * Adds one.
   *
   * @param kind in capitals, as in {@link DataException}
   * @param path key inside the file, such as {@code instances[0].x0}
   * @param message what was found, what was expected, what to do
   */
  public void add(String kind, String path, String message) {
    all.add(new Fault(kind, path, message));
  }

  /** Whether nothing is wrong so far. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** The exception for one fault that makes reading on pointless. */
  public DataException fatal(String kind, String path, String message) {
    return new DataException(kind, file + ": " + path, message, null);
  }

  /**
   * Ends reading if anything is wrong.
   *
   * @throws DataException of the first fault, with at most five lines of message
   */
  public void throwIfAny() {
    if (all.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder(all.get(0).message());
    int shown = Math.min(all.size(), all.size() > MOST_LINES ? MOST_LINES - 1 : MOST_LINES);
    for (Fault fault : all.subList(1, shown)) {
      text.append('\n').append(file).append(": ").append(fault.path());
      text.append(": ").append(fault.message());
    }
    if (shown < all.size()) {
      text.append('\n').append(all.size() - shown).append(" more");
    }
    throw fatal(all.get(0).kind(), all.get(0).path(), text.toString());
  }
}
