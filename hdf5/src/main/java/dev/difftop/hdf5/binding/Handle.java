package dev.difftop.hdf5.binding;

import dev.difftop.hdf5.value.Location;
import java.util.function.LongToIntFunction;

/** One open id of the library, with its one owner. Used under the lock. */
public final class Handle {
  private final long id;
  private final LongToIntFunction closer;
  private boolean open = true;

  Handle(long id, LongToIntFunction closer) {
    this.id = id;
    this.closer = closer;
  }

  boolean isOpen() {
    return open;
  }

  public long id(Location location) {
    if (!open) {
      throw new IllegalStateException(location + " is closed");
    }
    return id;
  }

  /** Closes once; returns the library's status. */
  int close() {
    if (!open) {
      return 0;
    }
    open = false;
    return closer.applyAsInt(id);
  }
}
