package dev.difftop.engine.nd4j.plan;

import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Storage;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.step.FusedSpec;
import dev.difftop.engine.nd4j.step.Step;
import dev.difftop.engine.nd4j.step.Worker;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a {@link LoopSpec} on a worker's part.
 *
 * @param <A> kind of tile
 */
final class LoopStep<A> implements Step {
  private final LoopSpec spec;
  private final LoopCode code;
  private final Worker<A> outer;
  private final Worker<?> inner;
  private final Lane<A> lane;
  private final boolean together;
  private final A tile;
  private final int[][] starts;
  private final List<LoopSpec.Result> histories = new ArrayList<>();
  private final List<LoopSpec.Result> outputs = new ArrayList<>();
  private final List<LoopSpec.Result> ends = new ArrayList<>();

  LoopStep(LoopSpec spec, LoopCode code, Worker<A> outer) {
    this.spec = spec;
    this.code = code;
    this.outer = outer;
    this.inner = code.worker(outer.index);
    this.lane = outer.lane;
    this.together = !spec.isPerSample();
    this.tile = outer.tiles[0];
    this.starts = spec.carries.stream().map(View::offsets).toArray(int[][]::new);
    int carries = spec.part.loop().carries().size();
    for (LoopSpec.Result result : spec.results) {
      boolean history = result.index() >= spec.part.loop().history(0);
      (result.index() < carries ? ends : history ? histories : outputs).add(result);
    }
    prepare();
  }

  // ------------------------------------------------------------------ places

  private Storage carry(int i) {
    return spec.body.input(i);
  }

  private Storage entry(int i) {
    return spec.body.input(spec.carries.size() + i);
  }

  private Storage leaf(int i) {
    return spec.body.input(spec.carries.size() + spec.entries.size() + i);
  }

  @Override
  public void prepare() {
    followLeaves();
    code.prepare(outer.index);
  }

  /** Leaves are read where they are, which for a loop in a loop may be elsewhere in every run. */
  private void followLeaves() {
    for (int i = 0; i < spec.leaves.size(); i++) {
      alias(leaf(i), spec.leaves.get(i));
    }
    for (int i = 0; i < spec.entries.size(); i++) {
      if (!entry(i).batched) {
        alias(entry(i), spec.entries.get(i));
      }
    }
  }

  private void alias(Storage storage, View view) {
    int at = view.offset();
    inner.own[storage.index].lieIn(outer.own[view.storage().index], at);
    if (outer.index == 0) {
      inner.whole[storage.index].lieIn(outer.whole[view.storage().index], at);
    }
  }

  // ------------------------------------------------------------------ run

  @Override
  public void run() {
    int steps = spec.part.loop().steps();
    if (outer.index == 0) {
      code.forgetFailure();
    }
    start();
    for (int i = 0; i < steps; i++) {
      int t = spec.part.loop().isBackwards() ? steps - 1 - i : i;
      before(t);
      if (together) {
        code.runTogether(outer.index);
      } else {
        code.runAlone(outer.index);
      }
      after(t);
    }
    for (LoopSpec.Result end : ends) {
      write(carry(spec.part.carries().indexOf(end.index())), end.y(), 0);
    }
    code.throwFailure();
  }

  /** Samples of a storage that this worker copies: what all share is the first worker's. */
  private int samples(Storage storage) {
    return storage.batched ? outer.samples : outer.index == 0 ? 1 : 0;
  }

  private void start() {
    followLeaves();
    for (int i = 0; i < spec.carries.size(); i++) {
      View from = spec.carries.get(i);
      Storage to = carry(i);
      int n = to.perSample;
      for (int s = 0; s < samples(to); s++) {
        for (int done = 0; done < n; done += length()) {
          int width = Math.min(length(), n - done);
          lane.gather(
              outer.own[from.storage().index],
              s * from.batchStride(),
              starts[i],
              done,
              tile,
              0,
              width);
          lane.put(inner.own[to.index], s * n + done, tile, 0, width);
        }
      }
    }
  }

  private void before(int t) {
    for (LoopSpec.Result history : histories) {
      int carry = history.index() - spec.part.loop().history(0);
      write(carry(spec.part.carries().indexOf(carry)), history.y(), t);
    }
    for (int i = 0; i < spec.entries.size(); i++) {
      View from = spec.entries.get(i);
      Storage to = entry(i);
      if (to.batched) {
        Area area = outer.own[from.storage().index];
        int at = from.offset() + t * to.perSample;
        copy(area, at, from.batchStride(), inner.own[to.index], 0, to.perSample, to);
      } else {
        inner.own[to.index].base = outer.own[from.storage().index].base + at(from, to, t);
        if (outer.index == 0) {
          inner.whole[to.index].base = outer.whole[from.storage().index].base + at(from, to, t);
        }
      }
    }
  }

  private static int at(View sequence, Storage entry, int t) {
    return sequence.offset() + t * entry.perSample;
  }

  private void after(int t) {
    int carries = spec.part.loop().carries().size();
    for (LoopSpec.Result output : outputs) {
      int position = spec.part.outputs().indexOf(output.index() - carries);
      write(spec.body.output(spec.carries.size() + position), output.y(), t);
    }
    for (int i = 0; i < spec.carries.size(); i++) {
      Storage from = spec.body.output(i);
      Storage to = carry(i);
      int n = to.perSample;
      copy(inner.own[from.index], 0, n, inner.own[to.index], 0, n, to);
    }
  }

  /** Writes what the body holds into a result, as the entry of a step. */
  private void write(Storage from, View to, int t) {
    int n = from.perSample;
    int at = to.offset() + t * n;
    copy(inner.own[from.index], 0, n, outer.own[to.storage().index], at, to.batchStride(), from);
  }

  /** Copies entries of as many elements as a storage has per sample. */
  private void copy(
      Area from, int fromAt, int fromStride, Area to, int toAt, int toStride, Storage like) {
    int n = like.perSample;
    for (int s = 0; s < samples(like); s++) {
      for (int done = 0; done < n; done += length()) {
        int width = Math.min(length(), n - done);
        lane.get(from, fromAt + s * fromStride + done, tile, 0, width);
        lane.put(to, toAt + s * toStride + done, tile, 0, width);
      }
    }
  }

  private int length() {
    return FusedSpec.TILE_BYTES / lane.dtype.bytes();
  }
}
