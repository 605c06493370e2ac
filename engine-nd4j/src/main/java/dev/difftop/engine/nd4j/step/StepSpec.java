package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.memory.View;
import java.util.List;

/** A step of a compiled program, before it is bound to memory. */
public interface StepSpec {
  /** One line for listings. */
  String describe();

  /** What it reads. */
  List<View> reads();

  /** What it writes. */
  List<View> writes();

  /** Multiplications and additions of a run, or elementwise operations; for listings. */
  long operations(int batch);

  /** Whether it treats samples alike, so that every worker can do its own. */
  boolean isPerSample();

  /** Elements of scratch memory that it needs of a worker. */
  default int scratch() {
    return 0;
  }

  /** Whether it multiplies matrices: listings name the library that does. */
  default boolean multiplies() {
    return false;
  }

  /** Bytes of memory that it owns once it is bound. */
  default long ownBytes() {
    return 0;
  }

  /** Frees them. */
  default void free() {}

  /**
   * Ready to run: on a worker's samples if {@link #isPerSample}, else on the worker's share of the
   * whole; null if it has none.
   */
  Step bind(Worker<?> worker);
}
