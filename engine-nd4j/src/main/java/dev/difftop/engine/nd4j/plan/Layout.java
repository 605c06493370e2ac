package dev.difftop.engine.nd4j.plan;

import dev.difftop.engine.nd4j.memory.Block;
import dev.difftop.engine.nd4j.memory.Storage;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.step.FusedSpec;
import dev.difftop.engine.nd4j.step.StepSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where temporaries lie. Steps that treat samples alike run in every worker on its own samples,
 * without waiting for each other; a row of such steps is a segment. A temporary that lives within
 * one segment is local: every worker has it, for its samples, in a slab of its own. Others are
 * global. In both, what does not live at the same time shares memory.
 */
final class Layout {
  /** Elements; a multiple of a cache line in both formats. */
  private static final int ALIGNMENT = Block.ALIGNMENT / Float.BYTES;

  private final List<StepSpec> steps;
  private final int batch;
  private final int[] segmentOf;
  private final int segments;
  private final int[] offsets;
  private final boolean[] local;
  private final long slabLength;
  private final long globalLength;

  /**
   * A layout.
   *
   * @param samples most samples of a worker
   * @param apart whether every temporary keeps its memory to itself
   * @param workers number of workers; a single one has all steps in one segment
   */
  Layout(
      List<StepSpec> steps,
      List<Storage> storages,
      int batch,
      int samples,
      int workers,
      boolean apart) {
    this.steps = steps;
    this.batch = batch;
    this.segmentOf = new int[steps.size()];
    this.segments = findSegments(workers);
    this.offsets = new int[storages.size()];
    this.local = new boolean[storages.size()];
    List<Life> locals = new ArrayList<>();
    List<Life> globals = new ArrayList<>();
    for (Life life : lives(storages)) {
      if (apart) {
        life.lastForever(steps.size());
      }
      if (life.storage.kind == Storage.Kind.TEMPORARY && life.first <= life.last) {
        boolean isLocal =
            workers == 1
                || (life.storage.batched
                    && segmentOf[life.first] == segmentOf[life.last]
                    && steps.get(life.first).isPerSample());
        local[life.storage.index] = isLocal;
        (isLocal ? locals : globals).add(life);
      }
    }
    this.slabLength = pack(locals, samples);
    for (Life life : globals) {
      life.first = segmentOf[life.first];
      life.last = segmentOf[life.last];
      life.mayTakeFrom.clear();
    }
    this.globalLength = pack(globals, batch);
  }

  private int findSegments(int workers) {
    int segment = 0;
    for (int i = 0; i < steps.size(); i++) {
      boolean cut =
          i > 0 && workers > 1 && !(steps.get(i).isPerSample() && steps.get(i - 1).isPerSample());
      segmentOf[i] = cut ? ++segment : segment;
    }
    return segment + 1;
  }

  // ------------------------------------------------------------------ lives

  /** From the first step that writes a storage to the last that touches it. */
  private static final class Life {
    final Storage storage;
    final List<Storage> mayTakeFrom = new ArrayList<>();
    int first = Integer.MAX_VALUE;
    int last = -1;
    long start;
    long length;

    Life(Storage storage) {
      this.storage = storage;
    }

    /** If it has begun at all. */
    void lastForever(int steps) {
      last = last < 0 ? last : steps - 1;
      mayTakeFrom.clear();
    }
  }

  private List<Life> lives(List<Storage> storages) {
    List<Life> lives = storages.stream().map(Life::new).toList();
    for (int i = 0; i < steps.size(); i++) {
      StepSpec step = steps.get(i);
      List<View> touched = new ArrayList<>(step.reads());
      touched.addAll(step.writes());
      for (View view : touched) {
        Life life = lives.get(view.storage().index);
        life.first = Math.min(life.first, i);
        life.last = Math.max(life.last, i);
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      findTakeovers(i, lives);
    }
    return lives;
  }

  /** A loop may write over what it alone still reads, if both lie alike. */
  private void findTakeovers(int step, List<Life> lives) {
    if (steps.get(step) instanceof FusedSpec fused) {
      for (View target : fused.writes()) {
        Life life = lives.get(target.storage().index);
        for (View source : fused.reads()) {
          if (life.first == step
              && lives.get(source.storage().index).last == step
              && fused.mayOverwrite(source, target)) {
            life.mayTakeFrom.add(source.storage());
          }
        }
      }
    }
  }

  // ------------------------------------------------------------------ packing

  /** Gives every life the lowest place that nobody alive at the time covers; answers the length. */
  private long pack(List<Life> lives, int samples) {
    lives.sort(Comparator.comparingInt((Life l) -> l.first).thenComparingInt(l -> l.storage.index));
    List<Life> alive = new ArrayList<>();
    long length = 0;
    for (Life life : lives) {
      life.length = align(life.storage.elements(samples));
      Life giver = giver(life, alive);
      alive.removeIf(other -> other.last < life.first || other == giver);
      life.start = giver == null ? lowestGap(life.length, alive) : giver.start;
      alive.add(life);
      alive.sort(Comparator.comparingLong(l -> l.start));
      length = Math.max(length, life.start + life.length);
      offsets[life.storage.index] = Math.toIntExact(life.start);
    }
    return length;
  }

  private static Life giver(Life life, List<Life> alive) {
    for (Life other : alive) {
      if (other.last == life.first
          && other.length == life.length
          && life.mayTakeFrom.contains(other.storage)) {
        return other;
      }
    }
    return null;
  }

  private static long lowestGap(long length, List<Life> alive) {
    long start = 0;
    for (Life other : alive) {
      if (other.start - start >= length) {
        return start;
      }
      start = Math.max(start, other.start + other.length);
    }
    return start;
  }

  private static long align(long elements) {
    return (elements + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  // ------------------------------------------------------------------ answers

  int segments() {
    return segments;
  }

  int segmentOf(int step) {
    return segmentOf[step];
  }

  /** Whether every worker has a temporary for itself. */
  boolean isLocal(Storage storage) {
    return local[storage.index];
  }

  /** Where a temporary starts in the slab, or in the global memory. */
  int offset(Storage storage) {
    return offsets[storage.index];
  }

  /** Elements of a worker's slab. */
  long slabLength() {
    return slabLength;
  }

  /** Elements of the memory that all workers share. */
  long globalLength() {
    return globalLength;
  }
}
