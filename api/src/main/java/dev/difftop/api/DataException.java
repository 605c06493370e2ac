package dev.difftop.api;

/** A fault of a data file: what kind, where, what was found, what to do. */
public class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final String where;

  /**
   * A fault.
   *
   * @param kind its kind in capitals, such as {@code TRUNCATED} or {@code LENGTH_MISMATCH}
   * @param where the file and, after a colon, the path inside it
   * @param message what was found, what was expected, what to do
   * @param cause may be null
   */
  public DataException(String kind, String where, String message, Throwable cause) {
    super(where + ": " + message, cause);
    this.kind = kind;
    this.where = where;
  }

  /** The kind of fault. */
  public String kind() {
    return kind;
  }

  /** File and path inside it. */
  public String where() {
    return where;
  }
}
