package dev.difftop.engine.nd4j.product;

import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Tiling;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Products through oneDNN in single precision. Its {@code sgemm} generates its kernels for the
 * processor at hand and packs both operands by itself, so products are not cut but where samples
 * are shared out to threads.
 */
public final class OneDnn implements Products {
  /** Columns of a tile of a contraction, so that there are some for every worker. */
  private static final int CONTRACTION_COLUMNS = 256;

  private final NativeOps omp = NativeOpsHolder.getInstance().getDeviceNativeOps();

  private OneDnn() {}

  /**
   * The library, loaded.
   *
   * @throws LinkageError if there is none for this platform, or if it cannot be loaded
   */
  public static OneDnn load() {
    Loader.load(dnnl.class);
    dnnl.dnnl_set_verbose(0);
    return new OneDnn();
  }

  /** Refuses a status other than success. */
  public static void check(int status, String what) {
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException(
          "engine nd4j: oneDNN refused %s with status %d".formatted(what, status));
    }
  }

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public Gemm gemm(Area a, Area b, Area c) {
    return new OneDnnGemm(a, b, c);
  }

  @Override
  public Tiling cut(
      boolean transposeA, boolean transposeB, int rows, int limit, int columns, int terms) {
    return new Tiling(limit, columns);
  }

  @Override
  public Contraction contraction(int rows, int columns, int terms) {
    Tiling tile =
        new Tiling(Math.min(rows, Products.MOST_ROWS), Math.min(columns, CONTRACTION_COLUMNS));
    return new Contraction(tile, terms, false);
  }

  @Override
  public boolean hasColumnVectors() {
    return false;
  }

  /** OpenMP keeps the number of threads for every thread that calls it. */
  @Override
  public void enter() {
    omp.setOmpNumThreads(1);
  }
}
