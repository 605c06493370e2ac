package dev.difftop.app.cli.console;

import java.time.Duration;
import java.util.Locale;

/**
 * How far a command is, on standard error: a bar that is drawn anew on a terminal, otherwise a line
 * every now and then.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 24;
  private static final long TERMINAL_PAUSE = Duration.ofMillis(200).toNanos();
  private static final long PLAIN_PAUSE = Duration.ofSeconds(10).toNanos();

  private final Console console;
  private final String what;
  private final boolean terminal = Boolean.getBoolean("difftop.terminal");
  private final long start = System.nanoTime();
  private long said = start - PLAIN_PAUSE;
  private boolean drawn;

  /** Of something that is called {@code what}. */
  public Progress(Console console, String what) {
    this.console = console;
    this.what = what;
  }

  /**
   * Reports that {@code done} of {@code total} steps are done.
   *
   * @param figures further figures, such as a loss
   */
  public void at(long done, long total, String figures) {
    long now = System.nanoTime();
    if (now - said < (terminal ? TERMINAL_PAUSE : PLAIN_PAUSE) && done < total) {
      return;
    }
    said = now;
    String left = done == 0 ? "" : time((now - start) / 1e9 * (total - done) / done) + " left";
    String numbers = "%s %d/%d".formatted(what, done, total);
    if (terminal) {
      drawn = true;
      // Back to the start of the line, and clear what the last one had more.
      console.err().print("\r" + bar(done, total) + " " + join(numbers, figures, left) + "\033[K");
      console.err().flush();
    } else {
      console.say(join(numbers, figures, left));
    }
  }

  private static String join(String... parts) {
    return String.join("  ", java.util.stream.Stream.of(parts).filter(p -> !p.isEmpty()).toList());
  }

  private static String bar(long done, long total) {
    int full = (int) (WIDTH * done / Math.max(1, total));
    return "[" + "#".repeat(full) + " ".repeat(WIDTH - full) + "]";
  }

  /** As {@code 2:05}. */
  static String time(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  /** Leaves the last state of the bar on its line. */
  @Override
  public void close() {
    if (drawn) {
      console.say("");
    }
  }
}
