package dev.difftop.launcher.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a sweep asks of a task: a file beside the log, in the folder that both see. */
enum Signal {
  /** End at the next safe point. */
  STOP,
  /** End now. */
  KILL;

  private Path file(Path log) {
    return log.resolveSibling(log.getFileName() + "." + name().toLowerCase(Locale.ROOT));
  }

  void send(Path log) {
    try {
      Files.write(file(log), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isSent(Path log) {
    return Files.exists(file(log));
  }

  static void clear(Path log) throws IOException {
    for (Signal signal : values()) {
      Files.deleteIfExists(signal.file(log));
    }
  }
}
