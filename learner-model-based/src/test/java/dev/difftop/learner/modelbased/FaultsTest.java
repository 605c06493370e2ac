package dev.difftop.learner.modelbased;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.hdf5.H5Group;
import dev.difftop.learner.modelbased.learning.ModelBasedLearner;
import dev.difftop.learning.Policy;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.storage.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that end where they should not, and resume to the byte. */
final class FaultsTest {
  private static final Map<String, Array> OBSERVATION =
      Map.of("o", Array.of(new double[] {0.4, -0.2}, 2));

  @TempDir private Path folder;
  private TinySetup setup;
  private Path checkpoint;

  @BeforeEach
  void newSetup() {
    setup = new TinySetup(folder.resolve("run"));
    checkpoint = folder.resolve("checkpoint.h5");
  }

  private static Map<String, double[]> values(ModelBasedLearner learner) {
    Map<String, double[]> out = new TreeMap<>();
    learner.state().parameters().arrays().forEach((name, a) -> out.put(name, a.toDoubles()));
    return out;
  }

  private Map<String, double[]> uninterrupted() {
    try (ModelBasedLearner learner = new TinySetup(folder.resolve("whole")).learner()) {
      for (int i = 0; i < 4; i++) {
        learner.update();
      }
      return values(learner);
    }
  }

  private void save(ModelBasedLearner learner, TrainingState state) {
    Checkpoint.save(checkpoint, "model-based", learner.position(), state, learner.policy().state());
  }

  private void assertResumes(Map<String, double[]> expected) {
    try (ModelBasedLearner resumed = setup.learner()) {
      Checkpoint.restore(checkpoint, resumed.state());
      resumed.update();
      resumed.update();
      Map<String, double[]> found = values(resumed);
      expected.forEach((name, numbers) -> assertArrayEquals(numbers, found.get(name), 0, name));
    }
  }

  /** An evaluation that does not end leaves nothing behind that training depends on. */
  @Test
  void resumesAfterItEndsWhileEvaluating() {
    Map<String, double[]> expected = uninterrupted();
    try (ModelBasedLearner killed = setup.learner()) {
      killed.update();
      killed.update();
      save(killed, killed.state());
      killed.measure();
      Policy.Actor actor = killed.policy().actor();
      actor.reset(RandomStream.root(5));
      actor.act(OBSERVATION);
      actor.act(OBSERVATION);
    }
    assertResumes(expected);
  }

  /** A checkpoint that cannot be finished leaves the one before it, and its episodes. */
  @Test
  void resumesAfterItEndsWhileCheckpointing() {
    Map<String, double[]> expected = uninterrupted();
    try (ModelBasedLearner killed = setup.learner()) {
      killed.update();
      killed.update();
      save(killed, killed.state());
      killed.update();
      TrainingState state = killed.state().with("zzz", new Broken());
      assertThrows(IllegalStateException.class, () -> save(killed, state));
    }
    assertResumes(expected);
  }

  /** State that cannot be written. */
  private static final class Broken implements TrainingState.Extension {
    @Override
    public void save(H5Group into) {
      throw new IllegalStateException("killed");
    }

    @Override
    public void restore(H5Group from) {}
  }

  /** Experience that cannot be written ends the run with the file's name; nothing is lost. */
  @Test
  void resumesAfterAnEpisodeCouldNotBeWritten() throws IOException {
    Map<String, double[]> expected = uninterrupted();
    Path replay = folder.resolve("run/replay");
    Path inTheWay = replay.resolve("episode_000000002.hdf5");
    List<Path> before;
    try (ModelBasedLearner killed = setup.learner()) {
      killed.update();
      killed.update();
      save(killed, killed.state());
      before = files(replay);
      assertEquals(2, before.size());
      Files.createDirectories(inTheWay.resolve("full"));
      DataException e = assertThrows(DataException.class, killed::update);
      assertTrue(e.getMessage().contains(inTheWay.toString()), e.getMessage());
    }
    Files.delete(inTheWay.resolve("full"));
    Files.delete(inTheWay);
    assertEquals(before, files(replay));
    assertResumes(expected);
  }

  private static List<Path> files(Path replay) throws IOException {
    try (Stream<Path> all = Files.list(replay)) {
      return all.sorted().toList();
    }
  }

  /** Episodes of another run are not learned from by mistake. */
  @Test
  void refusesTheReplayFolderOfAnotherRun() {
    try (ModelBasedLearner other = new TinySetup(folder.resolve("other")).learner()) {
      other.update();
    }
    setup.replayFolder = Optional.of(folder.resolve("other/replay"));
    try (ModelBasedLearner learner = setup.learner()) {
      IllegalArgumentException e = assertThrows(IllegalArgumentException.class, learner::update);
      assertTrue(e.getMessage().contains("holds episodes already"), e.getMessage());
    }
  }

  /** A checkpoint whose episodes have been exchanged for others says which one is not its own. */
  @Test
  void refusesEpisodesThatAreNotThoseOfTheCheckpoint() throws IOException {
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      learner.update();
      save(learner, learner.state());
    }
    TinySetup shorter = new TinySetup(folder.resolve("other"));
    shorter.environment = () -> new TinyEnvironment((e, t) -> 0.0, 4);
    try (ModelBasedLearner other = shorter.learner()) {
      other.update();
      other.update();
    }
    for (Path file : files(folder.resolve("other/replay"))) {
      Path own = folder.resolve("run/replay").resolve(file.getFileName());
      Files.deleteIfExists(own);
      Files.copy(file, own);
    }
    try (ModelBasedLearner resumed = setup.learner()) {
      DataException e =
          assertThrows(
              DataException.class,
              () -> {
                Checkpoint.restore(checkpoint, resumed.state());
                resumed.update();
              });
      assertTrue(e.getMessage().contains("episode_"), e.getMessage());
    }
  }
}
