package dev.difftop.engine.nd4j.memory;

import java.util.Arrays;

/**
 * A tensor as a pattern over a storage: element (i, j, ...) of sample b lies at {@code offset + b
 * batchStride + i strides[0] + j strides[1] + ...}. Reshaping, transposing, slicing and
 * broadcasting move no numbers, they answer with another view.
 */
public record View(Storage storage, int offset, int batchStride, int[] dims, int[] strides) {
  /** All of a storage. */
  public static View of(Storage storage, int[] dims) {
    return new View(storage, 0, storage.batched ? storage.perSample : 0, dims, rowMajor(dims));
  }

  public static int[] rowMajor(int[] dims) {
    int[] strides = new int[dims.length];
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= dims[i];
    }
    return strides;
  }

  public static int product(int[] dims) {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    return n;
  }

  /** Elements of one sample. */
  public int size() {
    return product(dims);
  }

  /** Whether the elements of a sample lie side by side in row-major order. */
  public boolean isContiguous() {
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      if (dims[i] != 1 && strides[i] != step) {
        return false;
      }
      step *= dims[i];
    }
    return true;
  }

  /** Whether samples, too, follow each other without gaps. */
  public boolean isDense(boolean batched) {
    return isContiguous() && batchStride == (batched ? size() : 0);
  }

  /** Whether it sees the same numbers in the same places. */
  public boolean isSameAs(View other) {
    return storage == other.storage
        && offset == other.offset
        && batchStride == other.batchStride
        && Arrays.equals(dims, other.dims)
        && Arrays.equals(strides, other.strides);
  }

  public View transpose(int[] order) {
    int[] d = new int[order.length];
    int[] s = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      d[i] = dims[order[i]];
      s[i] = strides[order[i]];
    }
    return new View(storage, offset, batchStride, d, s);
  }

  public View slice(int axis, int start, int length) {
    int[] d = dims.clone();
    d[axis] = length;
    return new View(storage, offset + start * strides[axis], batchStride, d, strides);
  }

  /** Repeats along axes of size 1, matched from the right; a shared view also along the batch. */
  public View broadcast(int[] to) {
    int[] s = new int[to.length];
    int added = to.length - dims.length;
    for (int i = added; i < to.length; i++) {
      s[i] = dims[i - added] == to[i] ? strides[i - added] : 0;
    }
    return new View(storage, offset, batchStride, to, s);
  }

  /** The same elements in the same order under other axes; null where no strides can say it. */
  public View reshape(int[] to) {
    int n = product(to);
    if (n == 0) {
      return new View(storage, offset, batchStride, to, rowMajor(to));
    }
    int[] s = new int[to.length];
    int[] from = dims;
    int i = 0;
    int j = 0;
    while (i < from.length || j < to.length) {
      // Grow a run of old axes and a run of new axes until they hold equally many elements.
      int i0 = i;
      int j0 = j;
      long a = i < from.length ? from[i++] : 1;
      long b = j < to.length ? to[j++] : 1;
      while (a != b) {
        if (a < b) {
          a *= from[i++];
        } else {
          b *= to[j++];
        }
      }
      int step = stride(i0, i);
      if (step < 0) {
        return null;
      }
      for (int k = j - 1; k >= j0; k--) {
        s[k] = step;
        step *= to[k];
      }
    }
    return new View(storage, offset, batchStride, to, s);
  }

  /** The stride of axes [from, to) taken as one; -1 where they do not make one. */
  private int stride(int from, int to) {
    int inner = 0;
    int expected = -1;
    for (int i = to - 1; i >= from; i--) {
      if (dims[i] == 1) {
        continue;
      }
      if (expected >= 0 && strides[i] != expected) {
        return -1;
      }
      if (expected < 0) {
        inner = strides[i];
      }
      expected = strides[i] * dims[i];
    }
    return inner;
  }

  /** Offset of every element of a sample, in row-major order. */
  public int[] offsets() {
    int n = size();
    int[] out = new int[n];
    int[] index = new int[dims.length];
    int at = offset;
    for (int i = 0; i < n; i++) {
      out[i] = at;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < dims[axis]) {
          break;
        }
        at -= strides[axis] * dims[axis];
        index[axis] = 0;
      }
    }
    return out;
  }

  @Override
  public String toString() {
    return "s%d+%d%s%s"
        .formatted(storage.index, offset, Arrays.toString(dims), isContiguous() ? "" : " strided");
  }
}
