package dev.difftop.hdf5;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.binding.ErrorStack;
import dev.difftop.hdf5.binding.Handle;
import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.Plists;
import dev.difftop.hdf5.binding.Session;
import dev.difftop.hdf5.binding.Spaces;
import dev.difftop.hdf5.binding.Types;
import dev.difftop.hdf5.decode.Bits;
import dev.difftop.hdf5.decode.ChunkCache;
import dev.difftop.hdf5.decode.Element;
import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.decode.Pipeline;
import dev.difftop.hdf5.value.H5Access;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Storage.Filter;
import dev.difftop.hdf5.value.H5Storage.Layout;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A dataset: an array in a file. Its type, shape and storage are read when it is opened; numbers
 * are converted by the library on the way, with IEEE rounding.
 */
public final class H5Dataset extends H5Node {
  private final H5Type type;
  private final H5Storage storage;
  private final long storedBytes;
  private final boolean external;
  private final boolean readHere;
  private final Bits bits;
  private final byte[] fill;
  private final ChunkCache decoded = new ChunkCache();
  private long[] shape;
  private volatile ChunkIndex chunks;
  private volatile Long position;

  private H5Dataset(
      Session session,
      Handle handle,
      Location location,
      H5Type type,
      long[] shape,
      H5Storage storage,
      long storedBytes,
      boolean external,
      boolean readHere,
      Bits bits,
      byte[] fill) {
    super(session, handle, location);
    this.type = type;
    this.shape = shape;
    this.storage = storage;
    this.storedBytes = storedBytes;
    this.external = external;
    this.readHere = readHere;
    this.bits = bits;
    this.fill = fill;
  }

  /** Reads what a dataset is. Under the lock. */
  static H5Dataset describe(Session session, Handle handle, Location location) {
    long id = handle.id(location);
    long type = Native.id(H5Dget_type(id), location, "cannot read the datatype");
    long space = H5Dget_space(id);
    long list = H5Dget_create_plist(id);
    try {
      Native.id(space, location, "cannot read the shape");
      Native.id(list, location, "cannot read the storage");
      long[] shape = Spaces.shape(space, location);
      H5Storage storage =
          Plists.describe(list, H5Sget_simple_extent_ndims(space), grows(space), location);
      boolean external = Externals.check(session, list, storage, location);
      H5Type described = Types.describe(type, location);
      boolean plain = Types.isPlain(type, described);
      long stored = external ? 0 : H5Dget_storage_size(id);
      return new H5Dataset(
          session,
          handle,
          location,
          described,
          shape,
          storage,
          stored,
          external,
          StoredRead.suits(session, described, type, storage, external),
          Types.bits(type, described),
          plain ? Plists.fill(list, type, described, location) : new byte[0]);
    } finally {
      H5Tclose(type);
      if (space >= 0) {
        H5Sclose(space);
      }
      if (list >= 0) {
        H5Pclose(list);
      }
    }
  }

  private static boolean grows(long space) {
    int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 1) {
      return false;
    }
    long[] most = new long[rank];
    H5Sget_simple_extent_dims(space, new long[rank], most);
    return most[0] == H5S_UNLIMITED;
  }

  /** What one element is. */
  public H5Type type() {
    return type;
  }

  /** The sizes of the axes; empty for a scalar, {0} for a dataset without a dataspace. */
  public long[] shape() {
    return shape.clone();
  }

  /** Size of the first axis; 1 for a scalar. */
  public long rows() {
    return shape.length == 0 ? 1 : shape[0];
  }

  /** Number of elements. */
  public long elements() {
    return Spaces.elements(shape, location());
  }

  /** How it lies in the file. */
  public H5Storage storage() {
    return storage;
  }

  /** Bytes it takes in the file; 0 if nothing has been written. */
  public long storedBytes() {
    return storedBytes;
  }

  /** Everything, or a part, as float32. For numbers and booleans. */
  public float[] readFloats(H5Slab slab) {
    float[] values = new float[size(slab, Element.FLOAT)];
    read(slab, values, 0);
    return values;
  }

  /** Reads float32 into {@code into} from {@code offset} on. */
  public void read(H5Slab slab, float[] into, int offset) {
    read(slab, Element.FLOAT, into, offset, into.length);
  }

  /** Everything, or a part, as float64. For numbers and booleans. */
  public double[] readDoubles(H5Slab slab) {
    double[] values = new double[size(slab, Element.DOUBLE)];
    read(slab, Element.DOUBLE, values, 0, values.length);
    return values;
  }

  /** Everything, or a part, as int64. For integers and booleans only, so that nothing is lost. */
  public long[] readLongs(H5Slab slab) {
    if (type.kind() == H5Type.Kind.FLOAT) {
      throw location().fault(Kind.TYPE_MISMATCH, "holds " + type + "; expected integers");
    }
    long[] values = new long[size(slab, Element.LONG)];
    read(slab, Element.LONG, values, 0, values.length);
    return values;
  }

  /** Everything, or a part, as bytes. For uint8 and booleans only, so that nothing is lost. */
  public byte[] readBytes(H5Slab slab) {
    byte[] values = new byte[size(slab, Element.BYTE)];
    read(slab, values, 0);
    return values;
  }

  /** Reads uint8 into {@code into} from {@code offset} on. */
  public void read(H5Slab slab, byte[] into, int offset) {
    if (type.kind() != H5Type.Kind.BOOLEAN && !type.equals(H5Type.UINT8)) {
      throw location().fault(Kind.TYPE_MISMATCH, "holds " + type + "; expected uint8");
    }
    read(slab, Element.BYTE, into, offset, into.length);
  }

  /** Everything, or a part, as text. */
  public String[] readTexts(H5Slab slab) {
    if (!type.isText()) {
      throw location().fault(Kind.TYPE_MISMATCH, "holds " + type + "; expected text");
    }
    int n = checked(slab, Math.max(type.bytes(), Long.BYTES));
    return Native.call(() -> Transfer.texts(this, slab, n));
  }

  /**
   * Whether a part may be read at all: its size in 64-bit arithmetic, the size of a chunk, filters,
   * and whether the bytes can be in the file.
   *
   * @throws H5Exception of the kind {@code LIMIT_EXCEEDED}, {@code UNSUPPORTED_FILTER} or {@code
   *     CORRUPT}
   */
  public void checkReadable(H5Slab slab) {
    checked(slab, type.bytes());
  }

  private int size(H5Slab slab, Element element) {
    if (!type.isNumeric()) {
      throw location().fault(Kind.TYPE_MISMATCH, "holds " + type + "; expected numbers");
    }
    return checked(slab, Math.max(type.bytes(), element.bytes()));
  }

  private int checked(H5Slab slab, int elementBytes) {
    long[] counts = slab.counts(shape);
    long n = Spaces.elements(counts, location());
    H5Access access = session().access();
    long rows = counts.length == 0 ? 1 : counts[0];
    if (rows > access.maxRows() || n > access.maxBytes() / elementBytes || n > Elements.MOST) {
      throw location()
          .fault(
              Kind.LIMIT_EXCEEDED,
              "a read of shape %s is %d elements of %d bytes; the limits are %d bytes and %d rows"
                  .formatted(
                      Arrays.toString(counts),
                      n,
                      elementBytes,
                      access.maxBytes(),
                      access.maxRows()));
    }
    checkStorage(access);
    return (int) n;
  }

  /** A chunk is decoded into an array, which is a little longer than the chunk. */
  private static long mostChunkBytes(H5Access access) {
    return Math.min(access.maxBytes(), Elements.MOST - Pipeline.MOST_ADDED_BYTES);
  }

  private void checkStorage(H5Access access) {
    List<Filter> missing = storage.filters().stream().filter(f -> !f.available()).toList();
    if (!missing.isEmpty()) {
      String names =
          missing.stream()
              .map(f -> f.name() + " (" + f.id() + ")")
              .collect(Collectors.joining(", "));
      throw location()
          .fault(
              Kind.UNSUPPORTED_FILTER,
              "is compressed with " + names + ", which is not available; rewrite it with gzip");
    }
    if (storage.layout() == Layout.CHUNKED
        && Spaces.elements(storage.chunk(), location()) > mostChunkBytes(access) / type.bytes()) {
      throw location()
          .fault(
              Kind.LIMIT_EXCEEDED,
              "has chunks of shape %s; the limit is %d bytes"
                  .formatted(Arrays.toString(storage.chunk()), access.maxBytes()));
    }
    if (!session().isWritable() && storedBytes > session().bytes()) {
      throw location()
          .fault(
              Kind.CORRUPT,
              "claims %d bytes in a file of %d; was it copied whole?"
                  .formatted(storedBytes, session().bytes()));
    }
  }

  private void read(H5Slab slab, Element element, Object into, int offset, int length) {
    int n = size(slab, element);
    java.util.Objects.checkFromIndexSize(offset, n, length);
    if (readHere) {
      new StoredRead(this, slab, element).into(into, offset);
    } else if (!storage.filters().isEmpty() && !session().isWritable()) {
      // The library copies from chunks that come out too short, and would break down.
      throw location().fault(Kind.UNSUPPORTED, "has compressed numbers of an unusual format");
    } else {
      Native.run(() -> Transfer.read(this, slab, element, into, offset, n));
    }
  }

  /** Writes float32, converted to the type of the dataset. */
  public void write(float[] values, H5Slab slab) {
    write(slab, Element.FLOAT, values, values.length);
  }

  /** Writes float64, converted to the type of the dataset. */
  public void write(double[] values, H5Slab slab) {
    write(slab, Element.DOUBLE, values, values.length);
  }

  /** Writes int64, converted to the type of the dataset. */
  public void write(long[] values, H5Slab slab) {
    write(slab, Element.LONG, values, values.length);
  }

  /** Writes uint8, converted to the type of the dataset; booleans as 0 and 1. */
  public void write(byte[] values, H5Slab slab) {
    write(slab, Element.BYTE, values, values.length);
  }

  private void write(H5Slab slab, Element element, Object values, int length) {
    long n = Spaces.elements(slab.counts(shape), location());
    if (n != length) {
      throw new IllegalArgumentException(
          location() + ": " + slab + " has " + n + " elements, found " + length);
    }
    Native.run(() -> Transfer.write(this, slab, element, values, length));
  }

  /** Writes all of a dataset of texts. */
  public void write(String[] texts) {
    if (elements() != texts.length) {
      throw new IllegalArgumentException(
          location() + " has " + elements() + " elements, found " + texts.length);
    }
    Native.run(() -> Transfer.write(this, texts));
  }

  /** Sets the number of rows of a dataset that grows. */
  public void resize(long rows) {
    long[] sizes = shape.clone();
    sizes[0] = rows;
    Native.run(
        () -> {
          session().prepare(location(), 0);
          if (H5Dset_extent(id(), sizes) < 0) {
            throw ErrorStack.fault(location(), "cannot get " + rows + " rows", Kind.WRITE_FAILED);
          }
        });
    shape = sizes;
  }

  /** Which bits of an element count. */
  Bits bits() {
    return bits;
  }

  /** An element that was never written, as it would be stored; empty if it is no plain number. */
  byte[] fill() {
    return fill;
  }

  /** Where its chunks lie, asked of the library once. Only in a file that is read. */
  ChunkIndex chunks() {
    if (chunks == null) {
      chunks = Native.call(() -> chunks == null ? ChunkIndex.of(this) : chunks);
    }
    return chunks;
  }

  /** Where it lies in the file, in one piece; negative if it was never written. As above. */
  long position() {
    if (position == null) {
      position = Native.call(() -> H5Dget_offset(id()));
    }
    return position;
  }

  /** Chunks that were decoded lately. */
  ChunkCache decoded() {
    return decoded;
  }

  boolean isExternal() {
    return external;
  }

  /** Type, shape and location. */
  @Override
  public String toString() {
    return location() + " " + type + " " + Arrays.toString(shape);
  }
}
