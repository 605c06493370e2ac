package dev.difftop.engine.nd4j.product;

import dev.difftop.engine.nd4j.memory.Area;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Products with operands rounded to bfloat16. Where rounding them would take longer than it saves,
 * and for products of one row, float32.
 */
final class HalfGemm implements Gemm {
  /** Least harmonic mean of rows and columns, halved: how often a rounded number is used. */
  private static final int USES = 16;

  private final HalfWorkspace workspace;
  private final Area areaA;
  private final Area areaB;
  private final Area areaC;
  private final OneDnnGemm single;
  private final List<HalfCall> calls = new ArrayList<>();
  private BytePointer pointerA;
  private BytePointer pointerB;
  private BytePointer pointerC;

  /** Whether the second operand stays as it is from call to call. */
  private boolean steady;

  /** Where the second operand started that was rounded last, and by which call; null if unknown. */
  private int rounded;

  private HalfCall roundedBy;

  HalfGemm(HalfWorkspace workspace, Area a, Area b, Area c) {
    this.workspace = workspace;
    areaA = a;
    areaB = b;
    areaC = c;
    single = new OneDnnGemm(a, b, c);
    prepare();
  }

  @Override
  public void prepare() {
    single.prepare();
    pointerA = new BytePointer(areaA.floatPointer());
    pointerB = new BytePointer(areaB.floatPointer());
    pointerC = new BytePointer(areaC.floatPointer());
  }

  @Override
  public void begin() {
    steady = true;
    roundedBy = null;
  }

  @Override
  public void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      int a,
      int lda,
      int b,
      int ldb,
      double beta,
      int c,
      int ldc) {
    if ((long) m * n < (long) USES * (m + n)) {
      single.multiply(transposeA, transposeB, m, n, k, a, lda, b, ldb, beta, c, ldc);
      return;
    }
    HalfCall call = call(transposeA, transposeB, m, n, k, lda, ldb, beta != 0, ldc);
    call.roundFirst(at(pointerA, areaA.base + a));
    boolean known = steady && roundedBy != null && rounded == b && roundedBy.hasSameSecond(call);
    if (!known) {
      call.roundSecond(at(pointerB, areaB.base + b));
      rounded = b;
      roundedBy = call;
    }
    call.multiply(at(pointerC, areaC.base + c));
  }

  /** JavaCPP counts the position of an untyped pointer in bytes. */
  private static Pointer at(BytePointer start, int element) {
    return start.position((long) element * Float.BYTES);
  }

  /** There are as many shapes as tiles of different sizes: a few. */
  private HalfCall call(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      int lda,
      int ldb,
      boolean adds,
      int ldc) {
    for (int i = 0; i < calls.size(); i++) {
      if (calls.get(i).fits(transposeA, transposeB, m, n, k, lda, ldb, adds, ldc)) {
        return calls.get(i);
      }
    }
    HalfCall call = new HalfCall(workspace, transposeA, transposeB, m, n, k, lda, ldb, adds, ldc);
    calls.add(call);
    return call;
  }

  @Override
  public void timesVector(
      boolean transpose,
      int rows,
      int columns,
      int x,
      int stepX,
      int matrix,
      int ld,
      double beta,
      int y,
      int stepY) {
    single.timesVector(transpose, rows, columns, x, stepX, matrix, ld, beta, y, stepY);
  }
}
