package dev.difftop.app.experiments.executor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Identity of processes: number, start, and the machine (or container) on which they count. */
public final class Processes {
  private Processes() {}

  /** What distinguishes a process from every other, also from a later one of the same number. */
  public static Map<String, Object> identity(ProcessHandle process) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("machine", machine());
    out.put("pid", process.pid());
    process.info().startInstant().ifPresent(start -> out.put("started", start.toEpochMilli()));
    return out;
  }

  /**
   * Whether the process of an identity is alive; empty where this machine cannot know.
   *
   * @param identity from {@link #identity}, read back from JSON
   */
  public static Optional<Boolean> isAlive(Map<?, ?> identity) {
    if (!machine().equals(identity.get("machine"))
        || !(identity.get("pid") instanceof Number pid)) {
      return Optional.empty();
    }
    return Optional.of(
        ProcessHandle.of(pid.longValue())
            .filter(ProcessHandle::isAlive)
            .flatMap(process -> process.info().startInstant())
            .map(start -> start.toEpochMilli() == startOf(identity))
            .orElse(false));
  }

  private static long startOf(Map<?, ?> identity) {
    return identity.get("started") instanceof Number started ? started.longValue() : -1;
  }

  /** Host name and, where the kernel says so, the namespace in which process numbers count. */
  public static String machine() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost";
    }
    try {
      return host
          + " "
          + Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException e) {
      return host; // Not Linux.
    }
  }
}
