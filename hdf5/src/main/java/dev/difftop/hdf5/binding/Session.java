package dev.difftop.hdf5.binding;

import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_EXCL;
import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_RDONLY;
import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_RDWR;
import static org.bytedeco.hdf5.global.hdf5.H5Fcreate;
import static org.bytedeco.hdf5.global.hdf5.H5Fopen;
import static org.bytedeco.hdf5.global.hdf5.H5Oopen;

import dev.difftop.hdf5.format.RawFile;
import dev.difftop.hdf5.value.H5Access;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongToIntFunction;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;

/**
 * One open file with everything that is open in it, and the files it has led to. Used under the
 * lock.
 */
public final class Session {
  /** How a file is opened. */
  public enum Mode {
    READ,
    CREATE,
    /** As CREATE; groups remember in which order their members were made. */
    CREATE_ORDERED,
    EDIT
  }

  private final Path name;
  private final H5Access access;
  private final Mode mode;
  private final long bytes;
  private final Handle file;
  private final Set<Handle> objects = new HashSet<>();
  private final Map<Path, Session> linked;
  private final Optional<RawFile> raw;
  private final Optional<PaddingBuffer> padding;
  private int virtualDepth;

  /**
   * Opens a file.
   *
   * @param name the file in messages
   * @param actual the file on disk
   */
  public static Session open(Path name, Path actual, H5Access access) {
    return new Session(name, actual, access, Mode.READ, new HashMap<>(), Optional.empty());
  }

  /**
   * Opens a file for writing.
   *
   * @param name the file in messages
   * @param actual the file on disk
   */
  public static Session write(Path name, Path actual, Mode mode, PaddingBuffer padding) {
    return new Session(
        name, actual, H5Access.careful(), mode, new HashMap<>(), Optional.of(padding));
  }

  private Session(
      Path name,
      Path actual,
      H5Access access,
      Mode mode,
      Map<Path, Session> linked,
      Optional<PaddingBuffer> padding) {
    this.name = name;
    this.access = access;
    this.mode = mode;
    this.linked = linked;
    this.padding = padding;
    this.bytes = mode == Mode.READ ? size(actual) : 0;
    this.file = new Handle(openNative(actual), hdf5::H5Fclose);
    this.raw = mode == Mode.READ ? openRaw(actual) : Optional.empty();
  }

  private long size(Path actual) {
    Location location = Location.root(name);
    if (!Files.exists(actual)) {
      throw location.fault(
          Kind.UNREADABLE, "there is no such file; make it first, or check the path");
    } else if (Files.isDirectory(actual)) {
      throw location.fault(Kind.NOT_HDF5, "is a folder; expected an HDF5 file");
    } else if (!Files.isRegularFile(actual)) {
      throw location.fault(Kind.NOT_HDF5, "is no regular file; expected an HDF5 file");
    } else if (!Files.isReadable(actual)) {
      throw location.fault(Kind.UNREADABLE, "may not be read; check its permissions");
    }
    try {
      return Files.size(actual);
    } catch (IOException e) {
      throw new H5Exception(Kind.UNREADABLE, name, "", "its size cannot be read: " + e, e);
    }
  }

  private long openNative(Path actual) {
    Location location = Location.root(name);
    if (mode == Mode.READ) {
      try (BytePointer text = Native.text(actual)) {
        return Native.id(H5Fopen(text, H5F_ACC_RDONLY, 0L), location, "cannot be opened");
      }
    }
    long written = Plists.unbuffered(location);
    try (BytePointer text = Native.text(actual)) {
      return switch (mode) {
        case EDIT -> Native.id(H5Fopen(text, H5F_ACC_RDWR, written), location, "cannot be opened");
        case CREATE_ORDERED -> {
          long list = Plists.ordered(hdf5.H5P_CLS_FILE_CREATE_ID_g(), location);
          try {
            yield created(H5Fcreate(text, H5F_ACC_EXCL, list, written), location);
          } finally {
            hdf5.H5Pclose(list);
          }
        }
        default -> created(H5Fcreate(text, H5F_ACC_EXCL, 0L, written), location);
      };
    } finally {
      hdf5.H5Pclose(written);
    }
  }

  private static long created(long id, Location location) {
    if (id < 0) {
      throw ErrorStack.fault(location, "cannot be created", Kind.WRITE_FAILED);
    }
    return id;
  }

  /** Whether new groups remember the order of their members. */
  public boolean isOrdered() {
    return mode == Mode.CREATE_ORDERED;
  }

  private Optional<RawFile> openRaw(Path actual) {
    try {
      return RawFile.open(actual, Location.root(name), access.maxBytes());
    } catch (H5Exception e) {
      file.close();
      throw e;
    }
  }

  /** The bytes of a file that is only read. */
  public Optional<RawFile> raw() {
    return raw;
  }

  public Path name() {
    return name;
  }

  public H5Access access() {
    return access;
  }

  /** Size of the file when it was opened for reading. */
  public long bytes() {
    return bytes;
  }

  public boolean isWritable() {
    return mode != Mode.READ;
  }

  public long id() {
    return file.id(Location.root(name));
  }

  /**
   * To be called before anything is written.
   *
   * @param location what is about to be written
   * @param more bytes that it adds to the file, apart from headers
   * @throws H5Exception {@code WRITE_FAILED} if the file may not grow so far
   */
  public void prepare(Location location, long more) {
    padding.ifPresent(
        b -> {
          long[] size = new long[1];
          Native.ok(hdf5.H5Fget_eoa(id(), size), location, "the size of the file cannot be read");
          b.prepare(location, size[0] + more);
        });
  }

  /** A new id of the root group. */
  public long openRoot() {
    try (BytePointer slash = Native.text("/")) {
      return Native.id(H5Oopen(id(), slash, 0L), Location.root(name), "cannot open the root group");
    }
  }

  /** Takes an id into ownership. */
  public Handle own(long id, LongToIntFunction closer) {
    Handle handle = new Handle(id, closer);
    objects.add(handle);
    return handle;
  }

  public void release(Handle handle) {
    handle.close();
    objects.remove(handle);
  }

  /** The file an external link leads to: opened once, closed with this one. */
  public Session follow(Path target) {
    Session there = linked.get(target);
    if (there == null) {
      there = new Session(target, target, access, Mode.READ, linked, Optional.empty());
      linked.put(target, there);
    }
    return there;
  }

  /**
   * Notes that a virtual dataset is looked into, on the way to what it is made of.
   *
   * @throws H5Exception {@code LINK_CYCLE} if there are too many, one made of the other
   */
  public void enterVirtual(Location location) {
    if (virtualDepth >= access.maxLinkDepth()) {
      throw location.fault(
          Kind.LINK_CYCLE,
          "more than %d virtual datasets are made of one another".formatted(access.maxLinkDepth()));
    }
    virtualDepth++;
  }

  /** Notes that it has been looked into. */
  public void leaveVirtual() {
    virtualDepth--;
  }

  /** Closes everything; returns the status of closing the file itself. */
  public int close() {
    for (Session other : Set.copyOf(linked.values())) {
      other.closeAlone();
    }
    linked.clear();
    return closeAlone();
  }

  private int closeAlone() {
    objects.forEach(Handle::close);
    objects.clear();
    raw.ifPresent(RawFile::close);
    return file.close();
  }
}
