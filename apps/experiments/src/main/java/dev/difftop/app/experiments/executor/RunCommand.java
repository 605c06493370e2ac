package dev.difftop.app.experiments.executor;

import java.nio.file.Path;
import java.util.List;

/**
 * The process of a run. Everything that it reads and writes lies in a folder that the machine of
 * the executor sees under the same path.
 *
 * @param name of the run
 * @param begin command line that begins it
 * @param resume command line that resumes it from its checkpoint
 * @param folder of the run; it is resumed if the folder holds {@code config.yaml}
 * @param log receives what the process prints, after what is there
 * @param threads that it uses
 */
public record RunCommand(
    String name, List<String> begin, List<String> resume, Path folder, Path log, int threads) {
  /** Keeps copies of the command lines. */
  public RunCommand {
    begin = List.copyOf(begin);
    resume = List.copyOf(resume);
  }
}
