package dev.difftop.app.experiments.sweep;

import dev.difftop.app.experiments.executor.RunCommand;
import dev.difftop.learning.storage.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a sweep: {@code ledger.jsonl}, {@code configs/NAME.yaml}, {@code logs/NAME.log},
 * {@code runs/NAME/}.
 *
 * @param path where it is
 */
public record SweepFolder(Path path) {
  /** Makes the path absolute: processes of runs may have another working directory. */
  public SweepFolder {
    path = path.toAbsolutePath().normalize();
  }

  /** Its ledger. */
  public Ledger ledger() {
    return new Ledger(path);
  }

  /** Folder of a run. */
  public Path run(String name) {
    return path.resolve("runs").resolve(name);
  }

  /** What the processes of a run printed. */
  public Path log(String name) {
    return path.resolve("logs").resolve(name + ".log");
  }

  /** Resolved configuration of a run, as its process reads it. */
  public Path config(String name) {
    return path.resolve("configs").resolve(name + ".yaml");
  }

  /** Who takes care of a run: a file of {@link Leases}. */
  public Path lease(String hash) {
    return path.resolve("leases").resolve(hash + ".json");
  }

  /** Whether a run has reached its end, recorded in the ledger or not. */
  boolean isComplete(String name) {
    return Files.isRegularFile(run(name).resolve("evaluation.json"));
  }

  /**
   * Writes the configuration of a run and removes what a killed process left half made.
   *
   * @param launcher starts the command line
   */
  RunCommand prepare(PlannedRun run, List<String> launcher, int threads) {
    Path config = config(run.name());
    WholeFile.write(config, run.yaml());
    removeParts(run.name());
    List<String> begin = new ArrayList<>(launcher);
    begin.addAll(List.of("train", config.toString(), "--out", run(run.name()).toString()));
    List<String> resume = new ArrayList<>(launcher);
    resume.addAll(List.of("train", "--resume", run(run.name()).toString()));
    return new RunCommand(run.name(), begin, resume, run(run.name()), log(run.name()), threads);
  }

  private void removeParts(String name) {
    Path runs = run(name).getParent();
    try {
      Files.createDirectories(runs);
      try (Stream<Path> entries = Files.list(runs)) {
        for (Path part :
            entries
                .filter(p -> p.getFileName().toString().startsWith("." + name + ".part"))
                .filter(p -> !isLocked(p))
                .toList()) {
          delete(part);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be written", e);
    }
  }

  /**
   * Whether a process writes to the folder of a run. It may be one that no lease names: of a sweep
   * that was killed as it started it, or of an executor that was lost.
   */
  boolean isBusy(String name) {
    return isLocked(run(name));
  }

  private static boolean isLocked(Path folder) {
    try (FileChannel channel = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      return false; // No lock, or none that could be taken: the run itself will say so.
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
