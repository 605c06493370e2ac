package dev.difftop.engine.nd4j.plan;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Profile;
import dev.difftop.api.program.Program;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Block;
import dev.difftop.engine.nd4j.memory.Tiling;
import dev.difftop.engine.nd4j.rewrite.JoinedProducts;
import dev.difftop.engine.nd4j.rewrite.Simplifier;
import dev.difftop.engine.nd4j.rewrite.UnrolledLoops;
import dev.difftop.engine.nd4j.step.StepSpec;
import dev.difftop.engine.nd4j.step.Worker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A program as steps over native memory, shared out to workers. */
public final class CompiledPlan implements CompiledProgram {
  private final Program program;
  private final int batch;
  private final Lane<?> lane;
  private final Assembler code;
  private final Layout layout;
  private final Memory memory;
  private final Worker<?>[] workers;
  private final Crew crew;

  /** Null unless asked for. */
  private final FiniteCheck check;

  private final List<Array> inputs;
  private final List<Array> outputs = new ArrayList<>();
  private final AtomicBoolean busy = new AtomicBoolean();
  private boolean closed;

  public CompiledPlan(Program program, int batch, Lane<?> lane, int threads, boolean checkFinite) {
    this.program = program;
    this.batch = batch;
    this.lane = lane;
    this.code = new Assembler(prepare(program, batch, checkFinite), lane, batch, checkFinite);
    int[] firstSamples = Tiling.firstSamples(batch, threads);
    int most = Workers.most(firstSamples, batch);
    this.layout =
        new Layout(code.steps(), code.storages(), batch, most, firstSamples.length, checkFinite);
    this.memory = new Memory(lane, code.storages(), layout, batch, firstSamples);
    this.inputs = new ArrayList<>(Collections.nCopies(program.inputs().size(), null));
    for (int i = 0; i < program.outputs().size(); i++) {
      Shape shape = program.outputs().get(i).shape().withBatch(batch);
      outputs.add(memory.array(code.output(i), shape));
    }
    this.workers = Workers.of(lane, code.steps(), memory, firstSamples, batch);
    this.check = checkFinite ? new FiniteCheck(program, code, workers[0]) : null;
    this.crew =
        new Crew(
            code.steps(),
            layout,
            workers,
            (i, step) -> check == null ? step : check.after(i, step));
  }

  /** What is looked at operation by operation is neither looped nor joined. */
  private static Program prepare(Program program, int batch, boolean checkFinite) {
    if (checkFinite) {
      return Simplifier.simplify(UnrolledLoops.unroll(program), batch);
    }
    Program flat = JoinedProducts.withoutLoops(program, batch);
    return JoinedProducts.join(Simplifier.simplify(flat, batch), batch);
  }

  // ------------------------------------------------------------------ state

  /** One caller at a time, and none after close. */
  private void enter() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "engine nd4j: the compiled program is in use by another thread; compile one per thread");
    }
    if (closed) {
      busy.set(false);
      throw new IllegalStateException("engine nd4j: the compiled program is closed");
    }
  }

  private void leave() {
    busy.set(false);
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

  // ------------------------------------------------------------------ inputs and outputs

  private Shape inputShape(int input) {
    return program.inputs().get(input).shape().withBatch(batch);
  }

  @Override
  public Array input(int input) {
    enter();
    try {
      return place(input);
    } finally {
      leave();
    }
  }

  /** Gives an input memory, if it has none yet; many are bound before they would need it. */
  private Array place(int input) {
    if (inputs.get(input) == null) {
      inputs.set(input, memory.array(code.input(input), inputShape(input)));
      crew.prepare(code.input(input));
    }
    return inputs.get(input);
  }

  @Override
  public void bind(int input, Array array) {
    enter();
    try {
      Shape expected = inputShape(input);
      if (array.dtype() != lane.dtype || !array.shape().equals(expected)) {
        throw new IllegalArgumentException(
            "engine nd4j: bind of input %s: found %s, expected %s %s"
                .formatted(program.inputName(input), array, lane.dtype, expected));
      }
      if (!Block.contains(array.buffer())) {
        throw new IllegalArgumentException(
            "engine nd4j: bind of input %s: found an array that Engine.allocate did not make; write"
                    .formatted(program.inputName(input))
                + " its numbers into CompiledProgram.input instead");
      }
      inputs.set(input, array);
      memory.bind(code.input(input), array);
      crew.prepare(code.input(input));
    } finally {
      leave();
    }
  }

  @Override
  public Array output(int output) {
    enter();
    try {
      return outputs.get(output);
    } finally {
      leave();
    }
  }

  // ------------------------------------------------------------------ runs

  @Override
  public void run() {
    enter();
    try {
      prepareInputs();
      crew.run();
    } finally {
      leave();
    }
  }

  private void prepareInputs() {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i) == null) {
        place(i);
      }
    }
    if (check != null) {
      check.checkInputs();
    }
  }

  @Override
  public Profile profile(int runs) {
    if (runs < 1) {
      throw new IllegalArgumentException(
          "engine nd4j: profile: found %d runs, expected 1 or more".formatted(runs));
    }
    enter();
    try {
      prepareInputs();
      // A crew of its own, so that usual runs pass no clock.
      Clocks clocks = new Clocks();
      Crew timed = new Crew(code.steps(), layout, workers, clocks);
      long begun = System.nanoTime();
      for (int i = 0; i < runs; i++) {
        timed.run();
      }
      double micros = (System.nanoTime() - begun) / 1e3 / runs;
      List<Profile.Step> steps = new ArrayList<>();
      for (int i = 0; i < code.steps().size(); i++) {
        StepSpec step = code.steps().get(i);
        steps.add(new Profile.Step(describe(step), step.operations(batch), clocks.micros(i)));
      }
      return new Profile(runs, micros, steps);
    } finally {
      leave();
    }
  }

  private String describe(StepSpec step) {
    return step.multiplies()
        ? step.describe() + " [" + lane.products.name() + "]"
        : step.describe();
  }

  @Override
  public long operationCount() {
    return code.steps().stream().mapToLong(step -> step.operations(batch)).sum();
  }

  @Override
  public long memoryBytes() {
    return memory.bytes() + code.steps().stream().mapToLong(StepSpec::ownBytes).sum();
  }

  @Override
  public String dump() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < code.steps().size(); i++) {
      StepSpec step = code.steps().get(i);
      text.append(i)
          .append(layout.segments() > 1 ? " [segment " + layout.segmentOf(i) + "] " : " ")
          .append(describe(step))
          .append('\n');
    }
    return "%s, products %s, batch %d, %d workers, %d steps, %d operations, %d bytes: %s%n%s"
        .formatted(
            lane.dtype,
            lane.products.name(),
            batch,
            crew.size(),
            code.steps().size(),
            operationCount(),
            memoryBytes(),
            memory.statement(),
            text);
  }

  /** Frees what lies between steps; inputs and outputs live on while someone holds their arrays. */
  @Override
  public void close() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "engine nd4j: the compiled program is running; it cannot be closed now");
    }
    if (!closed) {
      closed = true;
      memory.free();
      code.steps().forEach(StepSpec::free);
      for (Worker<?> worker : workers) {
        worker.products.close();
      }
    }
    busy.set(false);
  }
}
