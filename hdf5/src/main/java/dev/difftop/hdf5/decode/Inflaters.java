package dev.difftop.hdf5.decode;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.zip.Inflater;

/** Inflaters that are used again: making one takes as long as inflating a small chunk. */
final class Inflaters {
  private static final ConcurrentLinkedDeque<Inflater> IDLE = new ConcurrentLinkedDeque<>();

  private Inflaters() {}

  /** One that no other read uses. */
  static Inflater take() {
    Inflater idle = IDLE.pollFirst();
    return idle == null ? new Inflater() : idle;
  }

  /** There are never more than threads that inflated at once. */
  static void giveBack(Inflater inflater) {
    inflater.reset();
    IDLE.addFirst(inflater);
  }
}
