package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Convolution;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;

/**
 * An image lowered along its columns, in a worker's scratch memory: element (j, i, q, c) is channel
 * c of image row i at column {@code j stride + q}, zero in the padding. What output row r needs is
 * the matrix with one row per j that starts at {@link #start}.
 *
 * @param <A> kind of tile
 */
public final class Columns<A> {
  private final Convolution sizes;
  private final Lane<A> lane;
  private final Area scratch;
  private final int rows;
  private final int run;
  private final A planes;
  private final A pixels;
  private final A column;

  public Columns(ConvolutionSpec spec, Worker<A> worker) {
    this.sizes = spec.sizes();
    this.lane = worker.lane;
    this.scratch = worker.scratch;
    this.rows = spec.rows();
    this.run = spec.run();
    this.planes = lane.tile(sizes.imageSize());
    this.pixels = lane.tile(sizes.imageSize());
    this.column = lane.tile(rows * run);
  }

  /** Where the matrix of an output row starts in the scratch memory. */
  public int start(int outputRow) {
    return outputRow * sizes.stride() * run;
  }

  /** Distance of the matrix's rows. */
  public int leading() {
    return rows * run;
  }

  /** Columns of the matrix. */
  public int width() {
    return sizes.kernelHeight() * run;
  }

  // ------------------------------------------------------------------ image to columns

  /** Lowers an image. */
  public void read(Area area, int image) {
    lane.get(area, image, planes, 0, sizes.imageSize());
    lane.transpose(planes, pixels, sizes.channels(), sizes.height() * sizes.width());
    for (int j = 0; j < sizes.outputWidth(); j++) {
      for (int i = 0; i < rows; i++) {
        lower(j, i);
      }
      lane.put(scratch, j * leading(), column, 0, leading());
    }
  }

  private void lower(int j, int i) {
    int to = i * run;
    int from = first(j, i);
    int skipped = skipped(j, i);
    int copied = copied(j, i);
    if (skipped > 0) {
      lane.fill(column, to, skipped, 0);
    }
    System.arraycopy(pixels, from + skipped, column, to + skipped, copied);
    if (skipped + copied < run) {
      lane.fill(column, to + skipped + copied, run - skipped - copied, 0);
    }
  }

  /** Where a lowered row would start among the pixels; may lie before the image's row. */
  private int first(int j, int i) {
    int row = i - sizes.padding();
    int left = j * sizes.stride() - sizes.padding();
    return copied(j, i) == 0 ? 0 : (row * sizes.width() + left) * sizes.channels();
  }

  /** Elements of a lowered row before the image begins. */
  private int skipped(int j, int i) {
    int left = j * sizes.stride() - sizes.padding();
    return copied(j, i) == 0 ? 0 : Math.max(0, -left) * sizes.channels();
  }

  /** Elements of a lowered row that lie in the image. */
  private int copied(int j, int i) {
    int row = i - sizes.padding();
    int left = j * sizes.stride() - sizes.padding();
    int right = Math.min(sizes.width(), left + sizes.kernelWidth());
    boolean inside = row >= 0 && row < sizes.height();
    return inside ? Math.max(0, right - Math.max(0, left)) * sizes.channels() : 0;
  }

  // ------------------------------------------------------------------ columns to image

  /** Makes all columns zero. */
  public void clear() {
    lane.fill(column, 0, leading(), 0);
    for (int j = 0; j < sizes.outputWidth(); j++) {
      lane.put(scratch, j * leading(), column, 0, leading());
    }
  }

  /** The transpose of {@link #read}: adds the columns up to an image. */
  public void write(Area area, int image) {
    lane.fill(pixels, 0, sizes.imageSize(), 0);
    for (int j = 0; j < sizes.outputWidth(); j++) {
      lane.get(scratch, j * leading(), column, 0, leading());
      for (int i = 0; i < rows; i++) {
        int skipped = skipped(j, i);
        lane.add(pixels, first(j, i) + skipped, column, i * run + skipped, copied(j, i));
      }
    }
    lane.transpose(pixels, planes, sizes.height() * sizes.width(), sizes.channels());
    lane.put(area, image, planes, 0, sizes.imageSize());
  }
}
