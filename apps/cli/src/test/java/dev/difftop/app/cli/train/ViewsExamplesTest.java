package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of examples/manipulation that learn by sight: planning, and cloning beside it. */
final class ViewsExamplesTest {
  private static final Path EXAMPLES =
      Path.of("../../examples/manipulation").toAbsolutePath().normalize();

  @TempDir Path temp;

  private Path copied(String file) throws IOException {
    Path to = temp.resolve("examples/manipulation").resolve(file);
    Files.createDirectories(to.getParent());
    Files.copy(EXAMPLES.resolve(file), to);
    return to;
  }

  /** With images, and with point clouds in their place. */
  @ParameterizedTest
  @CsvSource({"reach-around, '[pixels]', '[points]'", "lift, '[hand, pixels]', '[hand, points]'"})
  void planningAndCloningHaveTheSameEncoder(String task, String images, String points)
      throws IOException {
    Path collect = copied(task + "-views-collect.yaml");
    Path demonstrations = temp.resolve("runs/%s-views.hdf5".formatted(task));
    Run.of("collect", collect, "--out", demonstrations, "collection.episodes=2").good();
    if (task.equals("lift")) {
      copied("reach-around-views.yaml");
    }
    Path planning = copied(task + "-views.yaml");
    Path cloning = copied(task + "-views-cloning.yaml");
    assertEquals("vision", trained(planning, "planning", images));
    assertEquals("vision", trained(cloning, "cloning", points));
  }

  /** Trains for two steps; the encoder that the run has. */
  private String trained(Path file, String name, String observed) throws IOException {
    Path run = temp.resolve(name);
    Run.of(
            "train",
            file,
            "--out",
            run,
            "observations=" + observed,
            "run.budget=2",
            "learner.batch=4",
            "learner.validation=0",
            "run.evaluation-episodes=0")
        .good();
    String config = Files.readString(run.resolve("config.yaml"));
    return config.replaceFirst("(?s).*encoder:\\s*\\{?\\s*plugin: (\\w+).*", "$1");
  }
}
