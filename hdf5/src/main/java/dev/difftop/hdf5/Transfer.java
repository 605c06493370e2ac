package dev.difftop.hdf5;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.binding.ErrorStack;
import dev.difftop.hdf5.binding.Memory;
import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.NumbersIn;
import dev.difftop.hdf5.binding.Spaces;
import dev.difftop.hdf5.binding.Texts;
import dev.difftop.hdf5.decode.Element;
import dev.difftop.hdf5.format.GlobalHeap;
import dev.difftop.hdf5.format.RawFile;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Moves elements between datasets and Java arrays. Used under the lock. */
final class Transfer {
  private static final int TEXTS_AT_ONCE = 1024;

  private Transfer() {}

  /** A pair of dataspaces that select the same elements in memory and in the file. */
  private record Selection(long memory, long file) implements AutoCloseable {
    static Selection of(H5Dataset dataset, H5Slab slab) {
      if (slab.isAll()) {
        return new Selection(H5S_ALL, H5S_ALL);
      }
      long[] shape = dataset.shape();
      long[] counts = slab.counts(shape);
      Location location = dataset.location();
      long file = Native.id(H5Dget_space(dataset.id()), location, "cannot read the shape");
      try {
        if (Spaces.elements(counts, location) == 0) {
          H5Sselect_none(file);
        } else {
          Spaces.select(file, slab.starts(shape), counts, location);
        }
        long[] size = {Spaces.elements(counts, location)};
        return new Selection(Spaces.create(size, false, location), file);
      } catch (RuntimeException e) {
        H5Sclose(file);
        throw e;
      }
    }

    @Override
    public void close() {
      if (file != H5S_ALL) {
        H5Sclose(memory);
        H5Sclose(file);
      }
    }
  }

  static void read(
      H5Dataset dataset, H5Slab slab, Element element, Object into, int offset, int n) {
    long id = dataset.id();
    if (n == 0) {
      return;
    }
    long type = Native.id(H5Dget_type(id), dataset.location(), "cannot read the datatype");
    try (Selection selection = Selection.of(dataset, slab)) {
      NumbersIn.read(
          type,
          dataset.type(),
          (memory, values) -> H5Dread(id, memory, selection.memory(), selection.file(), 0L, values),
          element,
          into,
          offset,
          n,
          dataset.location());
    } finally {
      H5Tclose(type);
    }
  }

  static void write(H5Dataset dataset, H5Slab slab, Element element, Object values, int n) {
    if (n == 0) {
      return;
    }
    if (dataset.type().kind() == H5Type.Kind.BOOLEAN && element != Element.BYTE) {
      throw new IllegalArgumentException(
          dataset.location() + " holds booleans; give bytes of 0 and 1");
    }
    try (Memory memory = new Memory((long) n * element.bytes())) {
      element.give(values, 0, n, memory.pointer());
      if (dataset.type().kind() == H5Type.Kind.BOOLEAN) {
        writeStored(dataset, slab, memory.pointer());
      } else {
        write(dataset, slab, element.type(), memory.pointer());
      }
    }
  }

  /** Writes bytes that are in the file's own format already. */
  private static void writeStored(H5Dataset dataset, H5Slab slab, Pointer from) {
    long type = H5Dget_type(dataset.id());
    try {
      write(dataset, slab, type, from);
    } finally {
      H5Tclose(type);
    }
  }

  private static void write(H5Dataset dataset, H5Slab slab, long type, Pointer from) {
    dataset.session().prepare(dataset.location(), Writing.added(dataset, slab));
    try (Selection selection = Selection.of(dataset, slab)) {
      int status = H5Dwrite(dataset.id(), type, selection.memory(), selection.file(), 0L, from);
      if (status < 0) {
        throw ErrorStack.fault(dataset.location(), "cannot be written", Kind.WRITE_FAILED);
      }
    }
  }

  static void write(H5Dataset dataset, String[] texts) {
    if (texts.length == 0) {
      return;
    }
    dataset.session().prepare(dataset.location(), Texts.bytes(texts));
    if (dataset.type().kind() == H5Type.Kind.FIXED_TEXT) {
      byte[] bytes = Texts.padded(texts, dataset.type().bytes());
      try (BytePointer from = new BytePointer(bytes.length)) {
        from.put(bytes, 0, bytes.length);
        writeStored(dataset, H5Slab.all(), from);
      }
      return;
    }
    long type = H5Dget_type(dataset.id());
    try {
      Texts.write(
          texts,
          (memory, from) -> {
            write(dataset, H5Slab.all(), memory, from);
            return 0;
          },
          type);
    } finally {
      H5Tclose(type);
    }
  }

  /** Reads text a block at a time, so that its size can be limited on the way. */
  static String[] texts(H5Dataset dataset, H5Slab slab, int n) {
    String[] all = new String[n];
    if (n == 0) {
      return all;
    }
    long[] shape = dataset.shape();
    long[] counts = slab.counts(shape);
    if (counts.length == 0 || n <= TEXTS_AT_ONCE) {
      return textBlock(dataset, slab, n);
    }
    int width = (int) (n / counts[0]);
    long step = Math.max(1, TEXTS_AT_ONCE / width);
    long first = slab.starts(shape)[0];
    for (long row = 0; row < counts[0]; row += step) {
      long rows = Math.min(step, counts[0] - row);
      long[] start = slab.starts(shape);
      long[] part = Arrays.copyOf(counts, counts.length);
      start[0] = first + row;
      part[0] = rows;
      String[] block = textBlock(dataset, new H5Slab(start, part), (int) (rows * width));
      System.arraycopy(block, 0, all, (int) (row * width), block.length);
    }
    return all;
  }

  /** As {@link GlobalHeap} reads it, where the references lie in one piece. */
  private static Optional<String[]> fromHeap(H5Dataset dataset, H5Slab slab, int n) {
    boolean plain =
        dataset.type().kind() == H5Type.Kind.VARIABLE_TEXT
            && dataset.storage().layout() == H5Storage.Layout.CONTIGUOUS
            && !dataset.isExternal()
            && (slab.isAll() || slab.start().length == 1);
    long offset = plain ? H5Dget_offset(dataset.id()) : -1;
    if (offset < 0 || dataset.session().raw().isEmpty()) {
      return Optional.empty();
    }
    RawFile raw = dataset.session().raw().get().at(dataset.location());
    long[] shape = dataset.shape();
    long row = shape.length == 0 ? 0 : slab.starts(shape)[0];
    long width = shape.length == 0 || shape[0] == 0 ? 1 : dataset.elements() / shape[0];
    long bytes = (long) n * GlobalHeap.REFERENCE_BYTES;
    long position = offset + row * width * GlobalHeap.REFERENCE_BYTES;
    return Optional.of(GlobalHeap.texts(raw, raw.readAt(position, bytes), n));
  }

  private static String[] textBlock(H5Dataset dataset, H5Slab slab, int n) {
    Optional<String[]> read = fromHeap(dataset, slab, n);
    if (read.isPresent()) {
      return read.get();
    }
    long type =
        Native.id(H5Dget_type(dataset.id()), dataset.location(), "cannot read the datatype");
    long[] size = {n};
    long space = Spaces.create(size, false, dataset.location());
    try (Selection selection = Selection.of(dataset, slab)) {
      return Texts.read(
          type,
          dataset.type(),
          space,
          n,
          (memory, into) ->
              H5Dread(dataset.id(), memory, selection.memory(), selection.file(), 0L, into),
          dataset.location(),
          dataset.session().access().maxBytes());
    } finally {
      H5Sclose(space);
      H5Tclose(type);
    }
  }
}
