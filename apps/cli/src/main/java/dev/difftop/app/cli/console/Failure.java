package dev.difftop.app.cli.console;

import dev.difftop.api.DataException;
import dev.difftop.api.PartException;
import dev.difftop.api.PartRefusalException;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import dev.difftop.hdf5.value.H5Exception;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import picocli.CommandLine.ParameterException;

/**
 * How an error ends the application.
 *
 * @param status exit status
 * @param kind {@code usage}, {@code configuration}, {@code run}, or the kind of a bad file
 * @param where option, key, file; empty where none is to blame
 * @param message what was found, what was expected, what to do
 * @param faults every fault of a configuration
 */
public record Failure(
    int status, String kind, String where, String message, List<Violation> faults) {
  public static final int CHECK_FAILED = 1;
  public static final int USAGE = 2;
  public static final int BAD_FILE = 3;
  public static final int RUN_FAILED = 4;

  public static Failure of(Throwable error) {
    if (error instanceof ConfigurationException e) {
      String where = e.faults().get(0).where();
      return new Failure(USAGE, "configuration", where, e.getMessage(), e.faults());
    } else if (error instanceof UsageException e) {
      return of(USAGE, "usage", e.where(), e.getMessage());
    } else if (error instanceof ParameterException e) {
      return of(USAGE, "usage", "", e.getMessage());
    } else if (error instanceof DataException e) {
      return of(statusOf(e.kind()), e.kind(), e.where(), e.getMessage());
    } else if (error instanceof H5Exception e) {
      return of(statusOf(e.kind().name()), e.kind().name(), e.where(), e.getMessage());
    } else if (error instanceof PartRefusalException e) {
      return of(USAGE, "configuration", e.part(), e.getMessage());
    } else if (error instanceof PartException e) {
      return of(RUN_FAILED, "run", e.part(), e.getMessage());
    } else if (isInternal(error)) {
      return of(RUN_FAILED, "run", "", internal(error));
    } else if (error instanceof InvalidPathException e) {
      return of(USAGE, "usage", "", "found \"%s\", expected a path".formatted(e.getInput()));
    } else if (error instanceof IllegalArgumentException e) {
      return of(USAGE, "usage", "", message(e));
    } else if (error instanceof UncheckedIOException e) {
      return of(RUN_FAILED, "run", "", ofIo(e));
    } else if (error instanceof IOException e) {
      return of(RUN_FAILED, "run", "", ofIo(e));
    } else if (error instanceof OutOfMemoryError) {
      return of(
          RUN_FAILED,
          "run",
          "",
          "out of memory; give the JVM more: DIFFTOP_OPTS=-Xmx8g difftop ...");
    }
    return of(RUN_FAILED, "run", "", message(error));
  }

  /** The exit status for a problem with a file: of one that is read, unless the kind says else. */
  public static int statusOf(String kind) {
    return switch (kind) {
      case "FILE_EXISTS" -> USAGE;
      case "FILE_BUSY", "FILE_CHANGED", "WRITE_FAILED" -> RUN_FAILED;
      default -> BAD_FILE;
    };
  }

  private static Failure of(int status, String kind, String where, String message) {
    return new Failure(status, kind, where, message, List.of());
  }

  /** Errors of the virtual machine and its library that no user could act on. */
  private static boolean isInternal(Throwable error) {
    return error instanceof NumberFormatException
        || error instanceof IndexOutOfBoundsException
        || error instanceof ArithmeticException
        || error instanceof ClassCastException
        || error instanceof NullPointerException
        || error instanceof NegativeArraySizeException
        || error instanceof ArrayStoreException
        || error instanceof NoSuchElementException
        || error instanceof ConcurrentModificationException
        || error instanceof BufferOverflowException
        || error instanceof BufferUnderflowException
        || error instanceof StackOverflowError;
  }

  private static String internal(Throwable error) {
    String place =
        Arrays.stream(error.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith("dev.difftop."))
            .findFirst()
            .map(frame -> " in " + frame.getClassName() + ", line " + frame.getLineNumber())
            .orElse("");
    return "internal error: %s%s; please report it with the output of --debug"
        .formatted(error.getClass().getSimpleName(), place);
  }

  /** What was tried, if the message says so, and what the file system said. */
  private static String ofIo(UncheckedIOException error) {
    IOException cause = error.getCause();
    boolean saysMore = error.getMessage() != null && !error.getMessage().equals(cause.toString());
    return saysMore ? "%s (%s)".formatted(error.getMessage(), ofIo(cause)) : ofIo(cause);
  }

  /** File system errors often say no more than the file. */
  private static String ofIo(IOException error) {
    String file = error instanceof FileSystemException e ? e.getFile() : "";
    if (error instanceof NoSuchFileException) {
      return "there is no such file or folder: " + file;
    } else if (error instanceof AccessDeniedException) {
      return "permission denied: " + file;
    } else if (error instanceof FileAlreadyExistsException) {
      return "there is a file already: " + file;
    } else if (error instanceof NotDirectoryException) {
      return "is not a folder: " + file;
    } else if (error instanceof DirectoryNotEmptyException) {
      return "the folder is not empty: " + file;
    } else if (error instanceof CharacterCodingException) {
      return "is not text in UTF-8";
    } else if (error instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason() + ": " + file;
    }
    return message(error);
  }

  private static String message(Throwable error) {
    return error.getMessage() == null
        ? error.getClass().getSimpleName()
        : error.getMessage().strip();
  }

  /** The document that {@code --json} promises. */
  public Map<String, Object> document() {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("kind", kind);
    error.put("message", message);
    error.put("where", where);
    if (!faults.isEmpty()) {
      error.put("faults", faults.stream().map(Failure::document).toList());
    }
    return Map.of("error", error);
  }

  private static Map<String, Object> document(Violation fault) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("key", fault.path());
    one.put("where", fault.where());
    one.put("message", fault.message());
    return one;
  }
}
