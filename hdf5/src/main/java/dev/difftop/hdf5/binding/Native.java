package dev.difftop.hdf5.binding;

import static org.bytedeco.hdf5.global.hdf5.H5Eset_auto2;
import static org.bytedeco.hdf5.global.hdf5.H5PLset_loading_state;
import static org.bytedeco.hdf5.global.hdf5.H5open;

import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.value.Location;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;

/**
 * The lock around the native library, which is not thread-safe, and its start. Only the C functions
 * are used, with explicit closes: objects of the C++ wrappers are destroyed by a thread that takes
 * no lock.
 */
public final class Native {
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final String FAILURE = start();

  private Native() {}

  private static String start() {
    try {
      // Loading it starts it already, and leaves a handler for the end of the process: the
      // constants of its C++ wrappers do. Files that cannot be closed would break that down; see
      // PaddingBuffer.
      Loader.load(org.bytedeco.hdf5.global.hdf5.class);
      H5open();
      H5Eset_auto2(0L, null, null);
      H5PLset_loading_state(0);
      return null;
    } catch (LinkageError | RuntimeException e) {
      return e.toString();
    }
  }

  /** Runs native calls alone. */
  public static <T> T call(Supplier<T> work) {
    if (FAILURE != null) {
      throw new IllegalStateException(
          "the native HDF5 library cannot be loaded ("
              + FAILURE
              + "); it needs Linux on x86-64 and the system's libz.so.1");
    }
    LOCK.lock();
    try {
      return work.get();
    } finally {
      LOCK.unlock();
    }
  }

  /** Runs native calls alone. */
  public static void run(Runnable work) {
    call(
        () -> {
          work.run();
          return null;
        });
  }

  /** The id, or the fault that the library reports. */
  public static long id(long id, Location location, String what) {
    if (id < 0) {
      throw ErrorStack.fault(location, what);
    }
    return id;
  }

  /** Throws the fault that the library reports, if the status is one. */
  public static int ok(int status, Location location, String what) {
    if (status < 0) {
      throw ErrorStack.fault(location, what);
    }
    return status;
  }

  /** A name as the library wants it. To be closed. */
  public static BytePointer text(String name) {
    return terminated(name.getBytes(StandardCharsets.UTF_8));
  }

  /** A file's name as the operating system wants it. To be closed. */
  public static BytePointer text(Path file) {
    Charset system =
        Charset.forName(System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name()));
    return terminated(file.toString().getBytes(system));
  }

  private static BytePointer terminated(byte[] bytes) {
    BytePointer pointer = new BytePointer(bytes.length + 1L);
    pointer.put(bytes, 0, bytes.length);
    pointer.put(bytes.length, (byte) 0);
    return pointer;
  }

  /** The text in a buffer of known capacity. */
  public static String text(BytePointer buffer) {
    byte[] bytes = new byte[(int) buffer.capacity()];
    buffer.get(bytes);
    return Elements.text(bytes);
  }
}
