package dev.difftop.app.experiments.executor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The cores that this process may use. */
final class Cores {
  private static final String ALLOWED = "Cpus_allowed_list:";

  private Cores() {}

  /** Their numbers; as the kernel lists them, else 0 to n. */
  static List<Integer> allowed() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(ALLOWED)) {
          List<Integer> cores = parse(line.substring(ALLOWED.length()).strip());
          // A container's quota may allow fewer than the mask.
          int usable = Math.min(cores.size(), Runtime.getRuntime().availableProcessors());
          return cores.subList(0, usable);
        }
      }
    } catch (IOException e) {
      // Not Linux: the cores have no numbers that anything here could use.
      return unnumbered();
    }
    return unnumbered();
  }

  private static List<Integer> unnumbered() {
    return IntStream.range(0, Runtime.getRuntime().availableProcessors()).boxed().toList();
  }

  /** As {@code 0-3,8}. */
  static List<Integer> parse(String list) {
    List<Integer> cores = new ArrayList<>();
    for (String part : list.split(",")) {
      int[] ends = Arrays.stream(part.split("-")).mapToInt(Integer::parseInt).toArray();
      IntStream.rangeClosed(ends[0], ends[ends.length - 1]).forEach(cores::add);
    }
    return cores;
  }

  /** Whether there is a program that pins a process to cores. */
  static boolean canPin() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(java.io.File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "taskset")));
  }
}
