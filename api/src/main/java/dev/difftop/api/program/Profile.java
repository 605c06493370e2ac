package dev.difftop.api.program;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Where the time of a plan's runs went.
 *
 * @param runs number of runs that were measured
 * @param micros mean time of a run, in microseconds
 * @param steps what a run does, in order
 */
public record Profile(int runs, double micros, List<Step> steps) {
  /**
   * One step of a run: an operation of the program, or several that were joined.
   *
   * @param what the operation with its sizes, for reading
   * @param operations floating-point operations of a run, see {@link
   *     CompiledProgram#operationCount}
   * @param micros mean time of a run, in microseconds; with several threads that of the slowest
   */
  public record Step(String what, long operations, double micros) {}

  /** With a copy of the steps. */
  public Profile {
    steps = List.copyOf(steps);
  }

  /** A table: the steps that take longest first, with their share of the time and their speed. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%.1f us per run, mean of %d runs%n%9s %6s %8s%n",
                micros,
                runs,
                "us",
                "share",
                "GFLOP/s"));
    steps.stream()
        .sorted(Comparator.comparingDouble(Step::micros).reversed())
        .forEach(step -> text.append(line(step)));
    return text.toString();
  }

  private String line(Step step) {
    return String.format(
        Locale.ROOT,
        "%9.1f %5.1f%% %8.1f  %s%n",
        step.micros(),
        100 * step.micros() / Math.max(micros, 1e-9),
        step.operations() / Math.max(step.micros(), 1e-9) / 1e3,
        step.what());
  }
}
