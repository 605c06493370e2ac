package embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.learning.run.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainAndActTest {
  @TempDir Path temp;

  @Test
  void trainsEvaluatesAndActs() {
    Path run = temp.resolve("run");
    RunResult result = TrainAndEvaluate.train(Path.of("../data/cartpole-swingup.hdf5"), run, 20);
    assertEquals(2, result.evaluation().orElseThrow().returns().length);
    assertTrue(Files.exists(run.resolve("checkpoints/latest.h5")));
    double first = ActWithARun.episode(run, 7);
    assertTrue(Double.isFinite(first));
    assertEquals(first, ActWithARun.episode(run, 7), "the same seed gives the same episode");
  }
}
