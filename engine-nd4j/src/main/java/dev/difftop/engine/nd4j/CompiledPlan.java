package dev.difftop.engine.nd4j;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Plan;
import dev.difftop.api.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A program as steps over native memory. */
final class CompiledPlan implements Plan {
  private final Nd4jEngine engine;
  private final Program program;
  private final int batch;
  private final Lane<?> lane;
  private final Assembler code;
  private final List<Array> inputs = new ArrayList<>();
  private final List<Array> outputs = new ArrayList<>();
  private final List<Block> owned = new ArrayList<>();
  private final Worker<?> worker;
  private final Step[] steps;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean closed;

  CompiledPlan(Nd4jEngine engine, Program program, int batch, Lane<?> lane) {
    this.engine = engine;
    this.program = program;
    this.batch = batch;
    this.lane = lane;
    this.code = new Assembler(Simplifier.simplify(program, batch), lane);
    Area[] areas = new Area[code.storages().size()];
    int tileCount = 3;
    int tileLength = FusedSpec.TILE_BYTES / lane.dtype.bytes();
    for (StepSpec step : code.steps()) {
      if (step instanceof FusedSpec fused) {
        tileCount = Math.max(tileCount, fused.tiles());
        tileLength = Math.max(tileLength, fused.tileLength(lane.dtype.bytes()));
      }
    }
    for (Storage storage : code.storages()) {
      areas[storage.index] = allocate(storage);
    }
    this.worker = new Worker<>(lane, 0, batch, areas, tileCount, tileLength);
    for (int i = 0; i < program.inputs().size(); i++) {
      inputs.add(array(code.input(i), program.inputs().get(i)));
    }
    for (int i = 0; i < program.outputs().size(); i++) {
      outputs.add(array(code.output(i), program.outputs().get(i)));
    }
    this.steps = code.steps().stream().map(s -> s.bind(worker)).toArray(Step[]::new);
  }

  private Area allocate(Storage storage) {
    Block block = new Block(lane.dtype, storage.elements(batch));
    owned.add(block);
    Area area = new Area();
    area.move(lane.dtype, buffer(block), 0);
    if (storage.constant != null) {
      for (int i = 0; i < storage.constant.length; i++) {
        put(area, i, storage.constant[i]);
      }
    }
    return area;
  }

  private void put(Area area, int index, double value) {
    lane.put(area, index, value);
  }

  private Buffer buffer(Block block) {
    return lane.dtype == DType.FLOAT32 ? block.floats() : block.doubles();
  }

  private Array array(Storage storage, Tensor t) {
    return owned.get(storage.index).array(t.shape().withBatch(batch));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("engine nd4j: the plan is closed");
    }
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public DType dtype() {
    return lane.dtype;
  }

  @Override
  public Array input(int input) {
    requireOpen();
    return inputs.get(input);
  }

  @Override
  public void bind(int input, Array array) {
    requireOpen();
    Shape expected = program.inputs().get(input).shape().withBatch(batch);
    if (array.dtype() != lane.dtype || !array.shape().equals(expected)) {
      throw new IllegalArgumentException(
          "engine nd4j: bind of input %s: found %s, expected %s %s"
              .formatted(program.inputName(input), array, lane.dtype, expected));
    }
    if (!engine.owns(array)) {
      throw new IllegalArgumentException(
          "engine nd4j: bind of input %s: found an array that Engine.allocate did not make; write its"
                  .formatted(program.inputName(input))
              + " numbers into Plan.input instead");
    }
    inputs.set(input, array);
    worker.areas[code.input(input).index].move(lane.dtype, array.buffer(), 0);
    for (Step step : steps) {
      step.prepare();
    }
  }

  @Override
  public void run() {
    enter();
    try {
      requireOpen();
      for (Step step : steps) {
        step.run();
      }
    } finally {
      running.set(false);
    }
  }

  private void enter() {
    if (!running.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "engine nd4j: the plan is running in another thread; compile one plan per thread");
    }
  }

  @Override
  public Array output(int output) {
    requireOpen();
    return outputs.get(output);
  }

  @Override
  public long memoryBytes() {
    return owned.stream().mapToLong(Block::sizeInBytes).sum();
  }

  @Override
  public String dump() {
    StringBuilder text = new StringBuilder();
    code.steps().forEach(s -> text.append(s.describe()).append('\n'));
    return text.toString();
  }

  /** Frees what lies between steps; inputs and outputs live on while someone holds their arrays. */
  @Override
  public void close() {
    enter();
    try {
      if (!closed) {
        closed = true;
        code.storages().stream()
            .filter(s -> s.kind == Storage.Kind.TEMPORARY)
            .forEach(s -> owned.get(s.index).free());
      }
    } finally {
      running.set(false);
    }
  }
}
