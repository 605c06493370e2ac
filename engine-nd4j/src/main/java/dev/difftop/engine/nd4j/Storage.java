package dev.difftop.engine.nd4j;

/** Numbers that lie together: one tensor's values, row-major, one sample after the other. */
final class Storage {
  /** Who owns the memory. */
  enum Kind {
    /** Written by the caller, or bound to an array of theirs. */
    INPUT,
    /** Read by the caller. */
    OUTPUT,
    /** Filled once, at compilation. */
    CONSTANT,
    /** Between two steps of a run. */
    TEMPORARY
  }

  final int index;
  final boolean batched;
  final int perSample;
  Kind kind;

  /** Whether there is one for every unit of samples, see {@link Tiling#unit}. */
  boolean byUnit;

  /** Values of a constant; null for other kinds. */
  double[] constant;

  Storage(int index, Kind kind, boolean batched, int perSample) {
    this.index = index;
    this.kind = kind;
    this.batched = batched;
    this.perSample = perSample;
  }

  long elements(int batch) {
    return (long) perSample * (batched ? batch : byUnit ? Tiling.units(batch) : 1);
  }
}
