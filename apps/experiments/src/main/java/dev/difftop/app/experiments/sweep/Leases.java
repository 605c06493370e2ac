package dev.difftop.app.experiments.sweep;

import dev.difftop.api.DataException;
import dev.difftop.app.experiments.executor.Processes;
import dev.difftop.app.experiments.io.Json;
import dev.difftop.learning.storage.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Leases of runs, one file each: which process of a sweep takes care of a run, and until when. A
 * lease ends when it is not renewed in time; on the same machine, as soon as its owner is gone. As
 * long as the process of the run itself is alive, nobody else takes the run.
 */
final class Leases {
  private final SweepFolder sweep;
  private final Duration duration;
  private final Map<String, Object> owner = Processes.identity(ProcessHandle.current());

  Leases(Path sweep, Duration duration) {
    this.sweep = new SweepFolder(sweep);
    this.duration = duration;
  }

  /** How often to renew. */
  Duration renewal() {
    return duration.dividedBy(3);
  }

  private Path file(String hash) {
    return sweep.lease(hash);
  }

  /** Takes or renews a lease. */
  void hold(String hash, Map<String, Object> process) {
    Map<String, Object> lease = new LinkedHashMap<>();
    lease.put("until", Instant.now().plus(duration).toEpochMilli());
    lease.put("owner", owner);
    lease.put("process", process);
    WholeFile.write(file(hash), Json.line(lease) + "\n");
  }

  /** Gives a lease back. */
  void release(String hash) {
    try {
      Files.deleteIfExists(file(hash));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether some process takes care of a run. */
  boolean isHeld(String hash) {
    Path file = file(hash);
    if (!Files.exists(file)) {
      return false;
    }
    Map<String, Object> lease;
    try {
      lease = Json.read(file);
    } catch (DataException e) {
      return false; // Released since, or damaged: nobody can renew it.
    }
    if (alive(lease.get("process")).orElse(false)) {
      return true;
    }
    boolean inTime =
        lease.get("until") instanceof Number until
            && Instant.now().toEpochMilli() < until.longValue();
    return inTime && alive(lease.get("owner")).orElse(true);
  }

  private static Optional<Boolean> alive(Object identity) {
    return identity instanceof Map<?, ?> map ? Processes.isAlive(map) : Optional.empty();
  }
}
