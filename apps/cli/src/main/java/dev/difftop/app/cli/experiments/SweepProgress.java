package dev.difftop.app.cli.experiments;

import dev.difftop.app.cli.console.Console;
import dev.difftop.app.experiments.sweep.Durations;
import dev.difftop.app.experiments.sweep.PlannedRun;
import dev.difftop.app.experiments.sweep.RunStatus;
import dev.difftop.app.experiments.sweep.SweepListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Progress of a sweep on standard error: on a terminal, one line for every running run, drawn anew;
 * otherwise a line when a run starts or ends, and one every minute.
 */
final class SweepProgress implements SweepListener, AutoCloseable {
  private static final long PLAIN_PAUSE = Duration.ofMinutes(1).toNanos();

  private final Console console;
  private final int count;
  private final boolean terminal = Boolean.getBoolean("difftop.terminal");
  private int drawn;
  private long said = System.nanoTime();

  SweepProgress(Console console, int count) {
    this.console = console;
    this.count = count;
  }

  @Override
  public void started(PlannedRun run, boolean resumes) {
    say("%s %s".formatted(resumes ? "resumed" : "started", run.name()));
  }

  @Override
  public void ended(PlannedRun run, RunStatus status, Map<String, Object> values) {
    String what = status == RunStatus.PENDING ? "interrupted" : status.word();
    Object detail =
        values.containsKey("reason")
            ? values.get("reason")
            : values.get("mean") instanceof Number mean
                ? String.format(Locale.ROOT, "return %.4g", mean.doubleValue())
                : "";
    say("%s %s %s".formatted(what, run.name(), detail).stripTrailing());
  }

  @Override
  public void progressed(Progress progress) {
    if (terminal) {
      draw(progress);
    } else if (System.nanoTime() - said > PLAIN_PAUSE) {
      console.say(summary(progress));
      said = System.nanoTime();
    }
  }

  private void draw(Progress progress) {
    erase();
    List<String> lines = new ArrayList<>();
    for (Running run : progress.running()) {
      lines.add(
          "  %-48s %8d / %-8d %s"
              .formatted(run.name(), run.position(), run.budget(), Durations.clock(run.seconds())));
    }
    lines.add(summary(progress));
    lines.forEach(console::say);
    drawn = lines.size();
  }

  private String summary(Progress progress) {
    StringBuilder text = new StringBuilder();
    text.append("%d of %d finished".formatted(progress.finished(), count));
    if (progress.failed() > 0) {
      text.append(", %d failed".formatted(progress.failed()));
    }
    if (progress.elsewhere() > 0) {
      text.append(", %d in other processes".formatted(progress.elsewhere()));
    }
    progress
        .processorSeconds()
        .ifPresent(
            s -> text.append(", about %s of processor time in all".formatted(Durations.clock(s))));
    progress
        .secondsLeft()
        .ifPresent(s -> text.append(", about %s left".formatted(Durations.clock(s))));
    return text.toString();
  }

  private void say(String line) {
    erase();
    console.say(line);
  }

  /** Back over the lines that were drawn, and clear them. */
  private void erase() {
    if (drawn > 0) {
      console.err().print("\033[" + drawn + "A\033[J");
      console.err().flush();
      drawn = 0;
    }
  }

  @Override
  public void close() {
    erase();
  }
}
