package dev.difftop.engine.nd4j.memory;

/**
 * The last two axes of a view as BLAS wants them: one of the two with stride 1.
 *
 * @param rows length of the first axis of the matrix as it is used
 * @param columns length of the second axis
 * @param rowStride stride of the first axis
 * @param columnStride stride of the second axis
 */
public record Matrix(int rows, int columns, int rowStride, int columnStride) {
  public static Matrix of(View view, boolean transposed) {
    int last = view.dims().length - 1;
    int row = transposed ? last : last - 1;
    int column = transposed ? last - 1 : last;
    return new Matrix(
        view.dims()[row], view.dims()[column], view.strides()[row], view.strides()[column]);
  }

  public Matrix transposed() {
    return new Matrix(columns, rows, columnStride, rowStride);
  }

  /** Whether it lies row by row. */
  public boolean isRowMajor() {
    return (columnStride == 1 || columns == 1) && (rows == 1 || rowStride >= Math.max(1, columns));
  }

  /** Whether BLAS can read it, as it is or as its transpose. */
  public boolean isReadable() {
    return isRowMajor() || transposed().isRowMajor();
  }

  /** Distance of rows, or of columns where it lies column by column. */
  public int leading() {
    if (isRowMajor()) {
      return rows == 1 ? Math.max(1, columns) : rowStride;
    }
    return columns == 1 ? Math.max(1, rows) : columnStride;
  }
}
