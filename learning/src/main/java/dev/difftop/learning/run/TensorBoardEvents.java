package dev.difftop.learning.run;

import dev.difftop.learning.Metrics;
import dev.difftop.learning.Position;
import dev.difftop.learning.rollout.Evaluation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Writes metrics and evaluations as events of TensorBoard, {@code events.out.tfevents.*} in the run
 * folder. A process writes a file of its own; files sort in the order of the processes.
 */
final class TensorBoardEvents implements TrainingListener {
  private static final String PREFIX = "events.out.tfevents.";

  private final EventFile events;

  /**
   * Begins a file.
   *
   * @param position at which the run begins or resumes
   */
  TensorBoardEvents(RunFolder folder, long position) {
    Path file = folder.file(PREFIX + "%010d.difftop".formatted(count(folder.path()) + 1));
    this.events = EventFile.create(file, now());
    events.start(now(), position);
  }

  private static long count(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().startsWith(PREFIX)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  @Override
  public void logged(Position position, Metrics row) {
    row.values().forEach((name, value) -> write(position, "metrics/" + name, value));
  }

  @Override
  public void evaluated(Position position, Evaluation evaluation) {
    write(position, "evaluation/return", evaluation.mean());
    evaluation.successAny().ifPresent(v -> write(position, "evaluation/success_any", v));
    evaluation.successLast().ifPresent(v -> write(position, "evaluation/success_last", v));
  }

  private void write(Position position, String tag, double value) {
    if (!Double.isNaN(value)) { // Not measured.
      events.scalar(now(), position.done(), tag, value);
    }
  }
}
