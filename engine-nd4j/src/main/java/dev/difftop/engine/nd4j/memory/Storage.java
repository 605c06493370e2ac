package dev.difftop.engine.nd4j.memory;

/** Numbers that lie together: one tensor's values, row-major, one sample after the other. */
public final class Storage {
  /** Who owns the memory. */
  public enum Kind {
    /** Written by the caller, or bound to an array of theirs. */
    INPUT,
    /** Read by the caller. */
    OUTPUT,
    /** Filled once, at compilation. */
    CONSTANT,
    /** Between two steps of a run. */
    TEMPORARY
  }

  public final int index;
  public final boolean batched;
  public final int perSample;
  public Kind kind;

  /** Whether there is one for every unit of samples, see {@link Tiling#unit}. */
  public boolean byUnit;

  /** Values of a constant; null for other kinds. */
  public double[] constant;

  public Storage(int index, Kind kind, boolean batched, int perSample) {
    this.index = index;
    this.kind = kind;
    this.batched = batched;
    this.perSample = perSample;
  }

  public long elements(int batch) {
    return (long) perSample * (batched ? batch : byUnit ? Tiling.units(batch) : 1);
  }
}
