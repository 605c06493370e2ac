package dev.difftop.learning.replay;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Adds episodes, draws, sets priorities and saves after every third round, for ever: {@code
 * LearnsUntilKilled FOLDER STATE}. Goes on with the state if it is there.
 */
public final class LearnsUntilKilled {
  static final int HORIZON = 4;
  private static final int BATCH = 8;
  private static final int STEPS = 10;

  private LearnsUntilKilled() {}

  /** Room for nine episodes, in memory for about three. */
  static ReplaySettings settings(Optional<Path> folder) {
    return new ReplaySettings(9 * STEPS, 0.6, 0.4, folder, 3000, 1);
  }

  /** Rounds that a replay has seen. */
  static int rounds(Replay replay) {
    return (int) (replay.stepsAdded() / STEPS);
  }

  /** Some rounds; all that was drawn in them. */
  static double[] learn(Replay replay, int from, int to) {
    Stream.Builder<double[]> all = Stream.builder();
    for (int round = from; round < to; round++) {
      replay.append(episode(round));
      ReplaySample sample = replay.newSample(BATCH);
      replay.sample(sample, RandomStream.root(3).child("replay").child(round));
      Array priorities = Array.zeros(DType.FLOAT32, Shape.of(BATCH));
      for (int b = 0; b < BATCH; b++) {
        priorities.set(b, sample.steps()[b] % 5);
      }
      replay.prioritise(sample, priorities);
      sample.arrays().values().forEach(array -> all.add(array.toDoubles()));
      all.add(sample.weights().toDoubles());
    }
    return all.build().flatMapToDouble(Arrays::stream).toArray();
  }

  private static ReplayEpisode episode(int number) {
    float[] x = new float[STEPS + 1];
    byte[] pixels = new byte[(STEPS + 1) * 64];
    for (int t = 0; t <= STEPS; t++) {
      x[t] = 100 * number + t;
      Arrays.fill(pixels, 64 * t, 64 * (t + 1), (byte) (number + t));
    }
    return new ReplayEpisode(
        Map.of("x", Array.of(x, STEPS + 1, 1), "pixels", Array.of(pixels, STEPS + 1, 8, 8)),
        Array.of(Arrays.copyOf(x, STEPS), STEPS, 1),
        Array.of(Arrays.copyOf(x, STEPS), STEPS),
        number % 2 == 0);
  }

  /** Runs it in a process of its own and kills that some time after its first save. */
  static void startAndKill(Path folder, Path state, Path printed, long milliseconds)
      throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                LearnsUntilKilled.class.getName(),
                folder.toString(),
                state.toString())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    while (process.isAlive() && !Files.readString(printed).contains("saved")) {
      Thread.sleep(10);
    }
    Thread.sleep(milliseconds);
    assertTrue(process.isAlive(), Files.readString(printed));
    process.destroyForcibly().waitFor();
    assertFalse(Files.readString(printed).contains("Exception"), Files.readString(printed));
  }

  private static String classPath() throws Exception {
    Path tests = Path.of(LearnsUntilKilled.class.getResource("LearnsUntilKilled.class").toURI());
    for (int up = 0; up < 4; up++) {
      tests = tests.getParent();
    }
    return String.join(
        File.pathSeparator,
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path"),
        tests.toString());
  }

  /** Never ends by itself. */
  public static void main(String[] args) {
    List<Path> paths = Stream.of(args).map(Path::of).toList();
    ReplaySettings settings = settings(Optional.of(paths.get(0)));
    Replay replay =
        Files.exists(paths.get(1))
            ? Replay.resume(settings, HORIZON, paths.get(1))
            : Replay.create(settings, HORIZON);
    while (true) {
      learn(replay, rounds(replay), rounds(replay) + 3);
      replay.save(paths.get(1));
      System.out.println("saved");
    }
  }
}
