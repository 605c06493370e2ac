package dev.difftop.hdf5;

import dev.difftop.hdf5.binding.Session;
import dev.difftop.hdf5.binding.Types;
import dev.difftop.hdf5.decode.Element;
import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.decode.Pipeline;
import dev.difftop.hdf5.format.RawFile;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Storage.Layout;
import dev.difftop.hdf5.value.H5Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Reads a part of a dataset from its stored bytes: the library finds them, under its lock; they are
 * decoded and converted here, by as many threads as there are, with every size checked. The library
 * does neither: it works alone, and copies from chunks that came out too short.
 */
final class StoredRead {
  private static final int BLOCK_BYTES = 1 << 20;

  /** From this size on all processors share the chunks of a read. */
  private static final int SHARED_BYTES = 1 << 16;

  private final H5Dataset dataset;
  private final Element element;
  private final long[] shape;
  private final long[] start;
  private final long[] count;

  /** A part of a dataset, already checked against the limits. */
  StoredRead(H5Dataset dataset, H5Slab slab, Element element) {
    this.dataset = dataset;
    this.element = element;
    this.shape = dataset.shape();
    this.start = slab.starts(shape);
    this.count = slab.counts(shape);
  }

  /**
   * Whether a dataset can be read so: in a file that is only read, of usual numbers, in one piece
   * or in chunks with usual filters. Under the lock.
   */
  static boolean suits(Session session, H5Type type, long id, H5Storage storage, boolean external) {
    boolean layout =
        storage.layout() == Layout.CONTIGUOUS
            || (storage.layout() == Layout.CHUNKED && Pipeline.knows(storage.filters()));
    return session.raw().isPresent() && layout && !external && Types.isPlain(id, type);
  }

  /** Reads into an array, row-major from {@code offset} on. */
  void into(Object into, int offset) {
    if (LongStream.of(count).anyMatch(n -> n == 0)) {
      return;
    } else if (dataset.storage().layout() == Layout.CONTIGUOUS) {
      contiguous(into, offset);
    } else {
      chunked(into, offset);
    }
  }

  private ByteOrder order() {
    return dataset.type().order();
  }

  // In one piece: runs along the last axes that are read whole.

  private void contiguous(Object into, int offset) {
    long position = dataset.position();
    if (position < 0) {
      neverWritten(into, offset, Math.toIntExact(size(0, count)));
      return;
    }
    if (dataset.storedBytes() / dataset.type().bytes() < dataset.elements()) {
      throw dataset.fault(
          Kind.CORRUPT,
          "takes %d bytes in the file; its shape needs more".formatted(dataset.storedBytes()));
    }
    int run = innermostCut(count);
    runs(new Run(into, position, run, size(run, count)), 0, 0, new int[] {offset});
  }

  /** Where a part lies: {@code length} elements at a time, from this axis on. */
  private record Run(Object into, long position, int axis, long length) {}

  private void runs(Run run, int axis, long index, int[] offset) {
    if (axis >= run.axis()) {
      long first = axis < shape.length ? index * shape[axis] + start[axis] : index;
      long inner = axis < shape.length ? size(axis + 1, shape) : 1;
      copy(run, first * inner, offset[0]);
      offset[0] += (int) run.length();
      return;
    }
    for (long i = 0; i < count[axis]; i++) {
      runs(run, axis + 1, index * shape[axis] + start[axis] + i, offset);
    }
  }

  private void copy(Run run, long index, int offset) {
    int width = dataset.type().bytes();
    RawFile raw = dataset.session().raw().orElseThrow().at(dataset.location());
    int block = BLOCK_BYTES / width;
    for (long done = 0; done < run.length(); done += block) {
      int n = (int) Math.min(block, run.length() - done);
      ByteBuffer bytes = raw.readAt(run.position() + (index + done) * width, (long) n * width);
      dataset.bits().spread(bytes.order(order()), dataset.type());
      Elements.convert(dataset.type(), bytes, 0, element, run.into(), (int) (offset + done), n);
    }
  }

  /** The last axis that is not read whole; 0 if all are. Behind it everything is in one run. */
  private int innermostCut(long[] part) {
    int axis = Math.max(0, shape.length - 1);
    while (axis > 0 && part[axis] == shape[axis]) {
      axis--;
    }
    return axis;
  }

  private static long size(int fromAxis, long[] sizes) {
    long n = 1;
    for (int i = fromAxis; i < sizes.length; i++) {
      n *= sizes[i];
    }
    return n;
  }

  private void neverWritten(Object into, int offset, int n) {
    int block = Math.min(n, BLOCK_BYTES / dataset.type().bytes());
    ByteBuffer fill = ByteBuffer.wrap(filled(block * dataset.type().bytes())).order(order());
    for (int done = 0; done < n; done += block) {
      int count = Math.min(block, n - done);
      Elements.convert(dataset.type(), fill, 0, element, into, offset + done, count);
    }
  }

  /** So many bytes of elements that were never written. */
  private byte[] filled(int bytes) {
    byte[] fill = dataset.fill();
    byte[] all = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      all[i] = fill[i % fill.length];
    }
    return all;
  }

  // In chunks.

  private void chunked(Object into, int offset) {
    long[] chunk = dataset.storage().chunk();
    List<long[]> corners = new ArrayList<>();
    corners(chunk, new long[shape.length], 0, corners);
    int size = Math.toIntExact(size(0, chunk) * dataset.type().bytes());
    Pipeline pipeline = new Pipeline(dataset.storage().filters(), size, dataset.location());
    ChunkIndex index = dataset.chunks();
    Stream<long[]> each =
        corners.size() * (long) size < SHARED_BYTES ? corners.stream() : corners.parallelStream();
    each.forEach(c -> chunk(index, c, chunk, pipeline, into, offset));
  }

  /** First elements of the chunks that hold some of the part. */
  private void corners(long[] chunk, long[] corner, int axis, List<long[]> found) {
    if (axis == shape.length) {
      found.add(corner.clone());
      return;
    }
    for (long at = start[axis] / chunk[axis] * chunk[axis];
        at < start[axis] + count[axis];
        at += chunk[axis]) {
      corner[axis] = at;
      corners(chunk, corner, axis + 1, found);
    }
  }

  private void chunk(
      ChunkIndex index, long[] corner, long[] chunk, Pipeline pipeline, Object into, int offset) {
    long number = ChunkIndex.number(corner, shape, chunk);
    Optional<ChunkIndex.Stored> stored = index.get(number);
    if (stored.isPresent()
        && inPlace(stored.get(), corner, chunk, pipeline)
        && !dataset.decoded().has(number)) {
      long target = offset + (corner[0] - start[0]) * size(1, count);
      withBytes(
          stored.get(),
          bytes -> {
            pipeline.inflateInto(bytes, (byte[]) into, (int) target);
            return null;
          });
      return;
    }
    byte[] bytes =
        dataset.decoded().get(number, () -> stored.map(s -> decode(s, pipeline)).orElse(null));
    byte[] elements = bytes == null ? filled(pipeline.size()) : bytes;
    ByteBuffer from = ByteBuffer.wrap(elements).order(order());
    scatter(new Scatter(corner, chunk, from, into, offset, cut(chunk)), 0, 0, 0);
  }

  /** Whether a chunk can be inflated to where it is wanted: whole frames of images. */
  private boolean inPlace(
      ChunkIndex.Stored stored, long[] corner, long[] chunk, Pipeline pipeline) {
    return element == Element.BYTE
        && pipeline.onlyInflates(stored.skipped())
        && dataset.bits().fill(dataset.type().bytes())
        && cut(chunk) == 0
        && corner[0] >= start[0]
        && corner[0] + chunk[0] <= start[0] + count[0];
  }

  private byte[] decode(ChunkIndex.Stored stored, Pipeline pipeline) {
    byte[] elements = withBytes(stored, bytes -> pipeline.decode(bytes, stored.skipped()));
    dataset.bits().spread(ByteBuffer.wrap(elements).order(order()), dataset.type());
    return elements;
  }

  private <T> T withBytes(ChunkIndex.Stored stored, Function<ByteBuffer, T> work) {
    RawFile raw = dataset.session().raw().orElseThrow().at(dataset.location());
    return raw.with(stored.address(), stored.bytes(), work);
  }

  /** The last axis along which the part or the chunk is not the whole of the dataset. */
  private int cut(long[] chunk) {
    int axis = shape.length - 1;
    while (axis > 0 && count[axis] == shape[axis] && chunk[axis] == shape[axis]) {
      axis--;
    }
    return axis;
  }

  private record Scatter(
      long[] corner, long[] chunk, ByteBuffer from, Object into, int offset, int run) {}

  private void scatter(Scatter s, int axis, long source, long target) {
    long low = Math.max(s.corner()[axis], start[axis]);
    long high = Math.min(s.corner()[axis] + s.chunk()[axis], start[axis] + count[axis]);
    long sourceAt = source * s.chunk()[axis] + (low - s.corner()[axis]);
    long targetAt = target * count[axis] + (low - start[axis]);
    if (axis < s.run()) {
      for (long i = 0; i < high - low; i++) {
        scatter(s, axis + 1, sourceAt + i, targetAt + i);
      }
      return;
    }
    long inner = size(axis + 1, count);
    Elements.convert(
        dataset.type(),
        s.from(),
        (int) (sourceAt * inner * dataset.type().bytes()),
        element,
        s.into(),
        (int) (s.offset() + targetAt * inner),
        (int) ((high - low) * inner));
  }
}
