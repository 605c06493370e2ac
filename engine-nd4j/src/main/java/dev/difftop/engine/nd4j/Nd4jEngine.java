package dev.difftop.engine.nd4j;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Block;
import dev.difftop.engine.nd4j.plan.CompiledPlan;
import dev.difftop.engine.nd4j.product.OpenBlas;
import dev.difftop.engine.nd4j.product.Precision;
import dev.difftop.engine.nd4j.product.Products;
import jakarta.inject.Inject;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;

/** Compiles programs to steps over ND4J's memory, with products by oneDNN or OpenBLAS. */
final class Nd4jEngine implements Engine {
  private final boolean checkFinite;
  private final Precision precision;
  private final Products single;
  private final Products exact = new OpenBlas(DType.FLOAT64);

  @Inject
  Nd4jEngine(Nd4jEngineConfig config) {
    this.checkFinite = config.checkFinite();
    // ND4J gives BLAS all processors when it loads; so that comes first.
    Nd4j.factory().blas();
    // Products are shared out to threads here; more threads inside BLAS would only get in the way,
    // and make results depend on their number.
    openblas_nolapack.blas_set_num_threads(1);
    this.single = config.products().single(config.precision());
    this.precision = config.precision();
  }

  @Override
  public CompiledProgram compile(Program program, int batch, DType dtype, int threads) {
    if (batch < 1 || threads < 1 || !dtype.isFloating()) {
      throw new IllegalArgumentException(
          "engine nd4j: compile: batch %d and threads %d must be at least 1, dtype %s floating"
              .formatted(batch, threads, dtype));
    }
    if (dtype == DType.FLOAT64 && precision == Precision.MIXED) {
      throw new IllegalArgumentException(
          "engine nd4j: compile: found dtype float64 with precision: mixed, which is for float32; set"
              + " precision to float32");
    }
    Lane<?> lane = Lane.of(dtype, dtype == DType.FLOAT32 ? single : exact);
    return checkFinite
        ? new CompiledPlan(program, batch, lane, 1, true)
        : new CompiledPlan(program, batch, lane, threads, false);
  }

  @Override
  public Array allocate(DType dtype, Shape shape) {
    return new Block(dtype, shape.size()).array(shape);
  }

  @Override
  public boolean owns(Array array) {
    return Block.contains(array.buffer());
  }
}
