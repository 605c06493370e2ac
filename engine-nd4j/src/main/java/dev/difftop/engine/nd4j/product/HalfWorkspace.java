package dev.difftop.engine.nd4j.product;

import dev.difftop.api.array.DType;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Block;
import dev.difftop.engine.nd4j.memory.Tiling;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/**
 * What a worker needs for products in bfloat16: a stream, its primitives, and memory for rounded
 * operands, which holds the operands of one call at a time. Native handles are destroyed by {@link
 * #close}, or once the workspace is unreachable.
 */
final class HalfWorkspace implements Products {
  private static final Cleaner CLEANER = Cleaner.create();

  private final HalfPrecision library;
  private final dnnl_stream stream = new dnnl_stream();
  private final Handles handles = new Handles();
  private final Cleaner.Cleanable cleanable = CLEANER.register(this, handles);
  private final Block[] blocks = new Block[3];
  private final Pointer[] places = new Pointer[3];

  /** Places for operands. */
  static final int FIRST = 0;

  static final int SECOND = 1;
  static final int SCRATCHPAD = 2;

  HalfWorkspace(HalfPrecision library) {
    this.library = library;
    OneDnn.check(
        dnnl.dnnl_stream_create(stream, library.engine(), dnnl.dnnl_stream_in_order), "a stream");
    dnnl_stream own = stream;
    handles.add(() -> dnnl.dnnl_stream_destroy(own));
  }

  /** Native handles, destroyed in reverse order. */
  private static final class Handles implements Runnable {
    private final Deque<Runnable> open = new ArrayDeque<>();

    synchronized void add(Runnable destroy) {
      open.push(destroy);
    }

    @Override
    public synchronized void run() {
      while (!open.isEmpty()) {
        open.pop().run();
      }
    }
  }

  HalfPrecision library() {
    return library;
  }

  dnnl_stream stream() {
    return stream;
  }

  /** Has a handle destroyed in the end. */
  void own(Runnable destroy) {
    handles.add(destroy);
  }

  /** Memory of at least so many bytes; what it held is lost if it has to grow. */
  Pointer place(int which, long bytes) {
    if (blocks[which] == null || blocks[which].sizeInBytes() < bytes) {
      Block old = blocks[which];
      blocks[which] = new Block(DType.FLOAT32, (bytes + Float.BYTES - 1) / Float.BYTES);
      places[which] = new Pointer(blocks[which].bytes);
      if (old != null) {
        old.free();
      }
    }
    return places[which];
  }

  @Override
  public String name() {
    return library.name();
  }

  @Override
  public Gemm gemm(Area a, Area b, Area c) {
    return new HalfGemm(this, a, b, c);
  }

  @Override
  public Tiling cut(
      boolean transposeA, boolean transposeB, int rows, int limit, int columns, int terms) {
    return library.cut(transposeA, transposeB, rows, limit, columns, terms);
  }

  @Override
  public Contraction contraction(int rows, int columns, int terms) {
    return library.contraction(rows, columns, terms);
  }

  @Override
  public boolean hasColumnVectors() {
    return library.hasColumnVectors();
  }

  @Override
  public void enter() {
    library.enter();
  }

  @Override
  public void close() {
    cleanable.clean();
    for (Block block : blocks) {
      if (block != null) {
        block.free();
      }
    }
  }
}
