package dev.difftop.engine.nd4j.plan;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Block;
import dev.difftop.engine.nd4j.memory.Storage;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a compiled program: one block for all constants, one for each input that is not
 * bound elsewhere and for each output, one for what workers share, one slab per worker.
 */
public final class Memory {
  private final Lane<?> lane;
  private final int batch;
  private final List<Storage> storages;
  private final int[] firstSamples;
  private final Area[] whole;
  private final Area[][] own;
  private final Block[] blocks;
  private final List<Block> hidden = new ArrayList<>();

  /**
   * Allocates everything but inputs.
   *
   * @param firstSamples first sample of each worker
   */
  public Memory(
      Lane<?> lane, List<Storage> storages, Layout layout, int batch, int[] firstSamples) {
    this.lane = lane;
    this.batch = batch;
    this.storages = storages;
    this.firstSamples = firstSamples;
    this.blocks = new Block[storages.size()];
    this.whole = newAreas();
    this.own = new Area[firstSamples.length][];
    for (int w = 0; w < own.length; w++) {
      own[w] = newAreas();
    }
    placeConstants();
    placeTemporaries(layout);
    for (Storage storage : storages) {
      if (storage.kind == Storage.Kind.OUTPUT) {
        allocate(storage);
      }
    }
  }

  private Area[] newAreas() {
    Area[] areas = new Area[storages.size()];
    for (int i = 0; i < areas.length; i++) {
      areas[i] = new Area();
    }
    return areas;
  }

  private void placeConstants() {
    long length = 0;
    for (Storage s : storages) {
      length += s.kind == Storage.Kind.CONSTANT ? align(s.perSample) : 0;
    }
    Buffer buffer = hidden(length);
    int start = 0;
    for (Storage s : storages) {
      if (s.kind == Storage.Kind.CONSTANT) {
        place(s, buffer, start);
        for (int i = 0; i < s.perSample; i++) {
          lane.put(whole[s.index], i, s.constant[i]);
        }
        start += align(s.perSample);
      }
    }
  }

  private static int align(int elements) {
    int line = Block.ALIGNMENT / Float.BYTES;
    return (elements + line - 1) / line * line;
  }

  private void placeTemporaries(Layout layout) {
    Buffer global = hidden(layout.globalLength());
    for (Storage s : storages) {
      if (s.kind == Storage.Kind.TEMPORARY && !layout.isLocal(s)) {
        place(s, global, layout.offset(s));
      }
    }
    for (Area[] areas : own) {
      Buffer slab = hidden(layout.slabLength());
      for (Storage s : storages) {
        if (s.kind == Storage.Kind.TEMPORARY && layout.isLocal(s)) {
          areas[s.index].move(lane.dtype, slab, layout.offset(s));
          whole[s.index].move(lane.dtype, slab, layout.offset(s));
        }
      }
    }
  }

  private Buffer hidden(long length) {
    Block block = new Block(lane.dtype, length);
    hidden.add(block);
    return buffer(block);
  }

  private Buffer buffer(Block block) {
    return lane.dtype == DType.FLOAT32 ? block.floats() : block.doubles();
  }

  /** Lets a storage lie from {@code start} on in a buffer, for all workers. */
  private void place(Storage s, Buffer buffer, int start) {
    whole[s.index].move(lane.dtype, buffer, start);
    for (int w = 0; w < own.length; w++) {
      int first = s.batched ? Math.multiplyExact(firstSamples[w], s.perSample) : 0;
      own[w][s.index].move(lane.dtype, buffer, start + first);
    }
  }

  private void allocate(Storage s) {
    blocks[s.index] = new Block(lane.dtype, s.elements(batch));
    place(s, buffer(blocks[s.index]), 0);
  }

  /** The array of an input or output, allocated on first use. */
  public Array array(Storage s, Shape shape) {
    if (blocks[s.index] == null) {
      allocate(s);
    }
    return blocks[s.index].array(shape);
  }

  /** Gives an input memory of its own. */
  public void place(Storage s) {
    if (blocks[s.index] == null) {
      allocate(s);
    }
  }

  /** Lets an input lie in somebody's array; its own memory, if any, is given up. */
  public void bind(Storage s, Array array) {
    place(s, array.buffer(), 0);
    blocks[s.index] = null;
  }

  public Area[] own(int worker) {
    return own[worker];
  }

  /** Memory of a worker for within steps. */
  public Area scratch(int length) {
    Area area = new Area();
    area.move(lane.dtype, hidden(length), 0);
    return area;
  }

  public Area[] whole() {
    return whole;
  }

  public long bytes() {
    long sum = 0;
    for (Block block : blocks) {
      sum += block == null ? 0 : block.sizeInBytes();
    }
    for (Block block : hidden) {
      sum += block.sizeInBytes();
    }
    return sum;
  }

  /** The bytes by their use, for listings. */
  String statement() {
    long within = hidden.stream().mapToLong(Block::sizeInBytes).sum() - hidden.get(0).sizeInBytes();
    long apart = 0;
    for (Storage s : storages) {
      apart += s.kind == Storage.Kind.TEMPORARY ? s.elements(batch) * lane.dtype.bytes() : 0;
    }
    return "inputs %d, outputs %d, constants %d, between steps %d (%d if none were shared)"
        .formatted(
            bytes(Storage.Kind.INPUT),
            bytes(Storage.Kind.OUTPUT),
            hidden.get(0).sizeInBytes(),
            within,
            apart);
  }

  private long bytes(Storage.Kind kind) {
    long sum = 0;
    for (Storage s : storages) {
      sum += s.kind == kind && blocks[s.index] != null ? blocks[s.index].sizeInBytes() : 0;
    }
    return sum;
  }

  /** Frees what nobody outside can hold. */
  public void free() {
    hidden.forEach(Block::free);
  }
}
