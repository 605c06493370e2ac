package dev.difftop.data.hdf5.file;

import dev.difftop.api.array.DType;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.util.Arrays;

/**
 * An array of an episode: consecutive rows of a dataset.
 *
 * @param path the dataset in the file
 * @param from its first row that belongs to the episode
 * @param count number of rows
 * @param rowShape shape of one row
 * @param type what an element is in the file
 * @param storage how the dataset lies in the file
 * @param scalar whether the dataset has no axes at all; it then counts as one row
 */
public record Rows(
    String path,
    long from,
    long count,
    long[] rowShape,
    H5Type type,
    H5Storage storage,
    boolean scalar) {

  private static final int IMAGE_RANK = 2;

  /** All of a dataset, which is reached by that path (links may lead elsewhere). */
  public static Rows of(String path, H5Dataset dataset) {
    long[] shape = dataset.shape();
    boolean scalar = shape.length == 0;
    long[] row = scalar ? new long[0] : Arrays.copyOfRange(shape, 1, shape.length);
    return new Rows(path, 0, dataset.rows(), row, dataset.type(), dataset.storage(), scalar);
  }

  /** Some of these rows. */
  public Rows part(long first, long rows) {
    return new Rows(path, from + first, rows, rowShape, type, storage, scalar);
  }

  /** Number of axes, time included. */
  public int rank() {
    return scalar ? 0 : rowShape.length + 1;
  }

  /** Shape, time included. */
  public long[] shape() {
    if (scalar) {
      return new long[0];
    }
    long[] shape = new long[rowShape.length + 1];
    shape[0] = count;
    System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
    return shape;
  }

  /** Elements of a row; may overflow to a negative number, which no limit allows. */
  public long rowElements() {
    long n = 1;
    for (long size : rowShape) {
      n = size != 0 && n > Long.MAX_VALUE / size ? -1 : n * size;
    }
    return n;
  }

  /** Whether a row is an image: uint8 with at least height and width. */
  public boolean isImage() {
    return type.equals(H5Type.UINT8) && rowShape.length >= IMAGE_RANK;
  }

  /** What reading gives. */
  public DType dtype() {
    return isImage() ? DType.UINT8 : DType.FLOAT32;
  }
}
