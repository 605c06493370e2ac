package dev.difftop.data.hdf5;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes two episodes to a file, then ever more into a new one of the same name until there is no
 * room, and says what happened: {@code FillsTheDisk FILE}.
 */
public final class FillsTheDisk {
  private static final int ROWS = 1000;
  private static final int MOST_EPISODES = 100_000;

  private FillsTheDisk() {}

  /** Ends with 0 if every fault is a typed one. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    try (Dataset.Writer writer = writer(file)) {
      writer.append(episode());
      writer.append(episode());
    }
    try (Dataset.Writer writer = writer(file)) {
      for (int i = 0; i < MOST_EPISODES; i++) {
        writer.append(episode());
      }
      System.out.println("there was room for everything");
    } catch (DataException e) {
      System.out.println(e.kind() + ": " + e.getMessage());
    }
    try (Dataset.Writer writer = new RobomimicProvider().appender(file).orElseThrow()) {
      for (int i = 0; i < MOST_EPISODES; i++) {
        writer.append(episode());
      }
    } catch (DataException e) {
      System.out.println("append " + e.kind());
    }
    try (Dataset data = new RobomimicDataset(DemonstrationConfig.of(file.toString()));
        Stream<Path> left = Files.list(file.getParent())) {
      double last = data.read(data.episodes().size() - 1, "obs/x", ROWS - 1, 1).get(9);
      System.out.println("left " + left.toList() + data.episodes() + last);
    }
  }

  private static Dataset.Writer writer(Path file) {
    return new RobomimicProvider().writer(file, Map.of("env_args", "{}"), true).orElseThrow();
  }

  private static Map<String, Array> episode() {
    Array rows = Array.of(Sample.ramp(10 * ROWS, 0), ROWS, 10);
    return Map.of("actions", rows, "obs/x", rows);
  }
}
