package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.dataset.Dataset;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example files of every layout hold the same demonstrations. */
class ExampleFilesTest {
  private static final Path EXAMPLES = Path.of("../examples/data");

  private static DemonstrationConfig config(String name) {
    return DemonstrationConfig.of(EXAMPLES.resolve(name).toString());
  }

  private static void assertSame(Dataset expected, Dataset found, String... fields) {
    assertEquals(expected.episodes().size(), found.episodes().size());
    for (int e = 0; e < expected.episodes().size(); e++) {
      int length = expected.episodes().get(e).length();
      assertEquals(length, found.episodes().get(e).length());
      for (String field : fields) {
        assertArrayEquals(
            expected.read(e, field, 0, length).toFloats(),
            found.read(e, field, 0, length).toFloats(),
            field);
      }
    }
  }

  @Test
  void maniskillHasTheSameArrays() {
    try (Dataset expected = new RobomimicDataset(config("cartpole-swingup.hdf5"));
        Dataset found = new ManiskillDataset(config("cartpole-swingup-maniskill.h5"))) {
      assertSame(expected, found, "actions", "rewards", "obs/position", "obs/velocity");
    }
  }

  @Test
  void d4rlHasTheSameEpisodes() {
    D4rlConfig flat =
        new D4rlConfig(
            EXAMPLES.resolve("cartpole-swingup-d4rl.hdf5"), 0, List.of(), 0, 1 << 30, false);
    try (Dataset expected = new RobomimicDataset(config("cartpole-swingup.hdf5"));
        Dataset found = new D4rlDataset(flat)) {
      assertSame(expected, found, "actions", "rewards");
      assertEquals(5, found.fields().get("obs/flat").shape().size());
    }
  }
}
