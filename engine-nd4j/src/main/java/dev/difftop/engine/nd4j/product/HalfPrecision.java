package dev.difftop.engine.nd4j.product;

import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Tiling;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Products with operands in bfloat16 and sums in float32, through oneDNN. What multiplies is {@link
 * #forWorker()}: every worker has a stream, primitives and rounded copies of its own.
 */
public final class HalfPrecision implements Products {
  private final OneDnn single;
  private final dnnl_engine engine = new dnnl_engine();

  public HalfPrecision(OneDnn single) {
    this.single = single;
    OneDnn.check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "an engine");
  }

  /** Whether the processor multiplies numbers in bfloat16. */
  public static boolean isSupported() {
    int needed = dnnl.dnnl_cpu_isa_avx512_core_bf16;
    return (dnnl.dnnl_get_effective_cpu_isa() & needed) == needed;
  }

  public OneDnn single() {
    return single;
  }

  public dnnl_engine engine() {
    return engine;
  }

  @Override
  public String name() {
    return "onednn, bfloat16 with float32 sums";
  }

  @Override
  public Products forWorker() {
    return new HalfWorkspace(this);
  }

  @Override
  public Gemm gemm(Area a, Area b, Area c) {
    throw new IllegalStateException("products in bfloat16 belong to a worker");
  }

  @Override
  public Tiling cut(
      boolean transposeA, boolean transposeB, int rows, int limit, int columns, int terms) {
    return single.cut(transposeA, transposeB, rows, limit, columns, terms);
  }

  @Override
  public Contraction contraction(int rows, int columns, int terms) {
    return single.contraction(rows, columns, terms);
  }

  @Override
  public boolean hasColumnVectors() {
    return single.hasColumnVectors();
  }

  @Override
  public void enter() {
    single.enter();
  }
}
