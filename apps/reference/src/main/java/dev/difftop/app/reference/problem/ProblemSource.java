package dev.difftop.app.reference.problem;

import dev.difftop.api.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** A problem file as it comes in: a regular file, a pipe, or standard input. */
public final class ProblemSource {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** More than any problem that could be solved. */
  private static final int MOST_BYTES = 1 << 30;

  private final String name;
  private final Optional<Path> hdf5;
  private final byte[] bytes;

  private ProblemSource(String name, Optional<Path> hdf5, byte[] bytes) {
    this.name = name;
    this.hdf5 = hdf5;
    this.bytes = bytes;
  }

  /**
   * Reads a file, or standard input for {@code -}. What is no regular file is read once.
   *
   * @param standardInput read to its end if it is asked for
   * @throws DataException if it cannot be read
   */
  public static ProblemSource of(Path path, InputStream standardInput) {
    String name = path.toString();
    try {
      if (name.equals("-")) {
        return of("standard input", standardInput);
      }
      if (Files.isDirectory(path)) {
        throw new DataException("UNREADABLE", name, "is a folder, expected a problem file", null);
      }
      if (Files.isRegularFile(path) && isHdf5(path)) {
        return new ProblemSource(name, Optional.of(path), new byte[0]);
      }
      try (InputStream in = Files.newInputStream(path)) {
        return new ProblemSource(name, Optional.empty(), all(name, in));
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * Reads a stream to its end.
   *
   * @param name what to call it in messages
   */
  public static ProblemSource of(String name, InputStream in) throws IOException {
    return new ProblemSource(name, Optional.empty(), all(name, in));
  }

  private static byte[] all(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES);
    if (bytes.length == MOST_BYTES) {
      throw new DataException(
          "UNREADABLE", name, "holds more than %d bytes".formatted(MOST_BYTES), null);
    }
    return bytes;
  }

  private static boolean isHdf5(Path file) throws IOException {
    String name = file.toString();
    if (name.endsWith(".h5") || name.endsWith(".hdf5")) {
      return true;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return isSigned(in.readNBytes(SIGNATURE.length));
    }
  }

  private static boolean isSigned(byte[] bytes) {
    return bytes.length >= SIGNATURE.length
        && Arrays.equals(SIGNATURE, 0, SIGNATURE.length, bytes, 0, SIGNATURE.length);
  }

  private static DataException unreadable(String name, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new DataException("MISSING_FILE", name, "there is no such file", e);
    }
    if (e instanceof AccessDeniedException) {
      return new DataException("UNREADABLE", name, "permission denied", e);
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return new DataException("UNREADABLE", name, "cannot be read: " + reason, e);
  }

  /** What it is called in messages. */
  String name() {
    return name;
  }

  boolean isHdf5() {
    return hdf5.isPresent() || isSigned(bytes);
  }

  /** The content of what is not HDF5. */
  byte[] bytes() {
    return bytes;
  }

  /** Reads HDF5; the library reads files only, so that a pipe is copied. */
  <T> T hdf5(Function<Hdf5Problem, T> reader) {
    if (hdf5.isPresent()) {
      return Hdf5Problem.read(hdf5.get(), name, reader);
    }
    try {
      Path copy = Files.createTempFile("difftop-problem", ".h5");
      try {
        Files.write(copy, bytes);
        return Hdf5Problem.read(copy, name, reader);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": HDF5 cannot be copied to a temporary file", e);
    }
  }
}
