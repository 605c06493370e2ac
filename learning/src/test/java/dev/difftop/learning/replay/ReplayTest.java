package dev.difftop.learning.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Episodes of numbered steps: what is drawn tells where it comes from. */
class ReplayTest {
  private static final int HORIZON = 3;

  @TempDir Path temp;

  private static ReplaySettings inMemory(int capacity) {
    return new ReplaySettings(capacity, 0.6, 0.4, Optional.empty(), 0, 1);
  }

  private ReplaySettings onDisk(int capacity, long memoryBytes) {
    return new ReplaySettings(
        capacity, 0.6, 0.4, Optional.of(temp.resolve("replay")), memoryBytes, 1);
  }

  /** Rewards 100 e + t, observations likewise, pictures of 4 x 4 of their low bytes. */
  private static ReplayEpisode episode(int number, int length, boolean terminated) {
    float[] x = new float[length + 1];
    byte[] pixels = new byte[(length + 1) * 16];
    for (int t = 0; t <= length; t++) {
      x[t] = 100 * number + t;
      Arrays.fill(pixels, 16 * t, 16 * (t + 1), (byte) (50 * number + t));
    }
    return new ReplayEpisode(
        Map.of(
            "x", Array.of(x, length + 1, 1),
            "pixels", Array.of(pixels, length + 1, 4, 4)),
        Array.of(Arrays.copyOf(x, length), length, 1),
        Array.of(Arrays.copyOf(x, length), length),
        terminated);
  }

  private static void fill(Replay replay, int from, int to) {
    for (int e = from; e < to; e++) {
      replay.append(episode(e, 5 + e % 3, e % 2 == 0));
    }
  }

  private static RandomStream random(long update) {
    return RandomStream.root(4).child("replay").child(update);
  }

  /** All numbers of some updates, priorities set in between. */
  private static double[] learn(Replay replay, long from, long to) {
    ReplaySample sample = replay.newSample(16);
    Stream.Builder<double[]> all = Stream.builder();
    for (long update = from; update < to; update++) {
      replay.sample(sample, random(update));
      List.of(
              sample.observations().get("x"),
              sample.observations().get("pixels"),
              sample.actions(),
              sample.rewards(),
              sample.terminated(),
              sample.weights())
          .forEach(array -> all.add(array.toDoubles()));
      Array priorities = Array.zeros(DType.FLOAT32, Shape.of(16));
      for (int b = 0; b < 16; b++) {
        priorities.set(b, sample.steps()[b] % 7);
      }
      replay.prioritise(sample, priorities);
    }
    return all.build().flatMapToDouble(Arrays::stream).toArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, 1000, 1 << 20})
  void sequencesAreConsecutiveRowsOfOneEpisode(long memoryBytes) {
    ReplaySettings settings = memoryBytes < 0 ? inMemory(40) : onDisk(40, memoryBytes);
    try (Replay replay = Replay.create(settings, HORIZON)) {
      fill(replay, 0, 20);
      assertTrue(memoryBytes < 0 || replay.bytesInMemory() <= memoryBytes);
      ReplaySample sample = replay.newSample(256);
      replay.sample(sample, random(0));
      for (int b = 0; b < 256; b++) {
        double first = sample.rewards().get(b * HORIZON);
        int number = (int) first / 100;
        int step = (int) first % 100;
        for (int t = 0; t < HORIZON; t++) {
          assertEquals(first + t, sample.rewards().get(b * HORIZON + t));
          assertEquals(first + t, sample.actions().get(b * HORIZON + t));
          boolean last = number % 2 == 0 && step + t == 4 + number % 3;
          assertEquals(last ? 1 : 0, sample.terminated().get(b * HORIZON + t));
        }
        for (int t = 0; t <= HORIZON; t++) {
          int row = b * (HORIZON + 1) + t;
          assertEquals(first + t, sample.observations().get("x").get(row));
          assertEquals(
              (50 * number + step + t) & 0xff,
              sample.observations().get("pixels").get(16 * row + 15));
        }
      }
    }
  }

  @Test
  void theOldestEpisodesGoFirst() {
    try (Replay replay = Replay.create(inMemory(18), HORIZON)) {
      fill(replay, 0, 7);
      // 5, 6, 7, 5, 6, 7, 5 steps: the last three have 18 of them.
      assertEquals(3, replay.episodes());
      assertEquals(18, replay.steps());
      assertEquals(41, replay.stepsAdded());
      assertEquals(4 + 5 + 3, replay.sequences());
      ReplaySample sample = replay.newSample(200);
      replay.sample(sample, random(1));
      double[] rewards = sample.rewards().toDoubles();
      assertTrue(Arrays.stream(rewards).allMatch(r -> r >= 400));
      assertEquals(
          12,
          java.util.stream.IntStream.range(0, 200)
              .mapToDouble(b -> rewards[HORIZON * b])
              .distinct()
              .count());
    }
  }

  @Test
  void prioritiesDecideHowOftenASequenceIsDrawn() {
    try (Replay replay = Replay.create(inMemory(100), HORIZON)) {
      replay.append(episode(0, 6, false));
      ReplaySample sample = replay.newSample(4000);
      replay.sample(sample, random(0));
      Array priorities = Array.zeros(DType.FLOAT32, Shape.of(4000));
      for (int b = 0; b < 4000; b++) {
        priorities.set(b, sample.steps()[b] == 2 ? 8 : sample.steps()[b] == 3 ? 0 : 1);
      }
      replay.prioritise(sample, priorities);
      replay.sample(sample, random(1));
      long[] drawn = new long[4];
      Arrays.stream(sample.steps()).forEach(step -> drawn[(int) step]++);
      // 8^0.6 = 3.48 times as often as the others; what has nothing to teach hardly ever.
      double ratio = 2.0 * drawn[2] / (drawn[0] + drawn[1]);
      assertTrue(ratio > 3 && ratio < 4, "drawn " + Arrays.toString(drawn));
      assertTrue(drawn[3] < 10, "drawn " + Arrays.toString(drawn));
      assertThrows(IllegalArgumentException.class, () -> replay.prioritise(sample, nan(4000)));
    }
  }

  private static Array nan(int n) {
    Array array = Array.zeros(DType.FLOAT32, Shape.of(n));
    array.set(n - 1, Double.NaN);
    return array;
  }

  @Test
  void exponentsChangeProbabilitiesAndWeights() {
    double[] weights = weights(1, 1);
    // Probabilities 8 / 10 and 1 / 10: weights 1 / 8 and 1.
    assertEquals(1.0 / 8, weights[0], 1e-5);
    assertEquals(1, weights[1]);
    assertEquals(Math.pow(1.0 / 8, 0.5), weights(1, 0.5)[0], 1e-5);
    assertEquals(1, weights(0, 1)[0]);
    assertEquals(1, weights(1, 0)[0]);
  }

  /** The weights of a sequence of priority 8 and of one of 1. */
  private static double[] weights(double priorityExponent, double weightExponent) {
    ReplaySettings settings =
        new ReplaySettings(50, priorityExponent, weightExponent, Optional.empty(), 0, 1);
    try (Replay replay = Replay.create(settings, HORIZON)) {
      replay.append(episode(0, 5, false));
      ReplaySample sample = replay.newSample(300);
      replay.sample(sample, random(0));
      Array priorities = Array.zeros(DType.FLOAT32, Shape.of(300));
      for (int b = 0; b < 300; b++) {
        priorities.set(b, sample.steps()[b] == 0 ? 8 : 1);
      }
      replay.prioritise(sample, priorities);
      replay.sample(sample, random(1));
      double[] found = new double[3];
      for (int b = 0; b < 300; b++) {
        found[(int) sample.steps()[b]] = sample.weights().get(b);
      }
      return found;
    }
  }

  @Test
  void aSavedOneGoesOnExactly() throws IOException {
    Path state = temp.resolve("replay.h5");
    double[] expected;
    try (Replay replay = Replay.create(onDisk(60, 1 << 20), HORIZON)) {
      fill(replay, 0, 15);
      learn(replay, 0, 5);
      replay.save(state);
      // What comes after is lost by a run that is killed, episodes that push others out too.
      fill(replay, 15, 21);
      expected = learn(replay, 5, 9);
      fill(replay, 21, 40);
      learn(replay, 9, 12);
    }
    for (long memoryBytes : new long[] {1 << 20, 1}) {
      try (Replay replay = Replay.resume(onDisk(60, memoryBytes), HORIZON, state)) {
        // The last nine have 54 steps, ten would have 61.
        assertEquals(9, replay.episodes());
        fill(replay, 15, 21);
        assertArrayEquals(expected, learn(replay, 5, 9));
      }
    }
    try (Replay replay = Replay.resume(onDisk(60, 1), HORIZON, state)) {
      replay.save(state);
      assertEquals(replay.episodes(), files());
    }
  }

  /** In a group of a larger file; files of old episodes stay until that file is in place. */
  @Test
  void isPartOfAnotherFile() throws IOException {
    Path file = temp.resolve("checkpoint.h5");
    double[] expected;
    try (Replay replay = Replay.create(onDisk(60, 1 << 20), HORIZON)) {
      fill(replay, 0, 15);
      try (H5File out = H5File.create(file);
          H5Group group = out.createGroup("extensions/replay")) {
        replay.save(group);
        out.commit();
      }
      assertEquals(15, files());
      replay.saved();
      assertEquals(replay.episodes(), files());
      expected = learn(replay, 5, 9);
      fill(replay, 15, 17);
    }
    try (H5File in = H5File.open(file);
        H5Group group = in.group("extensions/replay");
        Replay replay = Replay.resume(onDisk(60, 1), HORIZON, group)) {
      assertArrayEquals(expected, learn(replay, 5, 9));
    }
    Replay.discard(onDisk(60, 1));
    assertEquals(0, files());
  }

  @Test
  void theLastStepsOfEpisodesCanBeLeftOut() {
    ReplaySettings settings = new ReplaySettings(100, 0.6, 0.4, 2, Optional.empty(), 0, 1);
    try (Replay replay = Replay.create(settings, HORIZON)) {
      replay.append(episode(0, 6, false));
      assertEquals(2, replay.sequences());
      ReplaySample sample = replay.newSample(64);
      replay.sample(sample, random(0));
      for (double reward : sample.rewards().toDoubles()) {
        assertTrue(reward < 4, "the last two steps are 4 and 5; found " + reward);
      }
    }
  }

  private long files() throws IOException {
    return names().size();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("replay"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatAKilledWriterFinishedIsTakenOver() throws IOException {
    try (Replay replay = Replay.create(onDisk(100, 1 << 20), HORIZON)) {
      fill(replay, 0, 4);
    }
    // As a process leaves it that is killed while it writes the next one.
    Path folder = temp.resolve("replay");
    byte[] whole = Files.readAllBytes(folder.resolve("episode_000000003.hdf5"));
    Files.write(
        folder.resolve(".episode_000000004.hdf5.7.part"), Arrays.copyOf(whole, whole.length / 2));
    assertThrows(IllegalArgumentException.class, () -> Replay.create(onDisk(100, 1), HORIZON));
    try (Replay replay = Replay.recover(onDisk(100, 1 << 20), HORIZON)) {
      assertEquals(4, replay.episodes());
      replay.append(episode(4, 6, true));
      ReplaySample sample = replay.newSample(100);
      replay.sample(sample, random(0));
      assertTrue(Arrays.stream(sample.rewards().toDoubles()).anyMatch(r -> r >= 400));
    }
    assertTrue(Files.exists(folder.resolve("episode_000000004.hdf5")));
  }

  @Test
  void picturesAreCompressedAsToldAndFilesAreOfMinarisLayout() throws IOException {
    long[] sizes = new long[2];
    for (int level : new int[] {0, 9}) {
      Path folder = temp.resolve("level" + level);
      ReplaySettings settings = new ReplaySettings(1000, 0.6, 0.4, Optional.of(folder), 0, level);
      try (Replay replay = Replay.create(settings, HORIZON)) {
        replay.append(episode(1, 900, true));
      }
      sizes[level / 9] = Files.size(folder.resolve("episode_000000000.hdf5"));
    }
    assertTrue(sizes[1] < sizes[0], Arrays.toString(sizes));
    try (H5File file = H5File.open(temp.resolve("level9/episode_000000000.hdf5"))) {
      for (String path : List.of("observations/x", "actions", "rewards", "truncations")) {
        assertTrue(file.has("episode_0/" + path), path);
      }
      assertEquals(900, file.group("episode_0").requireAttribute("total_steps").asLong());
    }
  }

  @Test
  void aDamagedEpisodeIsAFaultThatNamesItsFile() throws IOException {
    Path state = temp.resolve("replay.h5");
    try (Replay replay = Replay.create(onDisk(100, 1), HORIZON)) {
      fill(replay, 0, 3);
      replay.save(state);
    }
    Path second = temp.resolve("replay/episode_000000001.hdf5");
    Files.write(second, Arrays.copyOf(Files.readAllBytes(second), 700));
    try (Replay replay = Replay.resume(onDisk(100, 1), HORIZON, state)) {
      ReplaySample sample = replay.newSample(64);
      DataException e = assertThrows(DataException.class, () -> replay.sample(sample, random(0)));
      assertTrue(e.getMessage().contains("episode_000000001"), e.getMessage());
    }
    Files.delete(second);
    DataException gone =
        assertThrows(DataException.class, () -> Replay.resume(onDisk(100, 1), HORIZON, state));
    assertTrue(gone.getMessage().contains("episode_000000001"), gone.getMessage());
    assertThrows(
        DataException.class, () -> Replay.resume(onDisk(100, 1), HORIZON, temp.resolve("none.h5")));
  }

  /** 12 sequences with priorities 0 to 11 to the power of 0.6, drawn 60 000 times. */
  @Test
  void frequenciesFollowPriorities() {
    try (Replay replay = Replay.create(inMemory(100), HORIZON)) {
      replay.append(episode(0, 14, false));
      ReplaySample sample = replay.newSample(2000);
      replay.sample(sample, random(0));
      Array priorities = Array.zeros(DType.FLOAT32, Shape.of(2000));
      for (int b = 0; b < 2000; b++) {
        priorities.set(b, sample.steps()[b]);
      }
      replay.prioritise(sample, priorities);
      double[] drawn = new double[12];
      for (int update = 1; update <= 30; update++) {
        replay.sample(sample, random(update));
        Arrays.stream(sample.steps()).forEach(step -> drawn[(int) step]++);
      }
      double[] likely = new double[12];
      Arrays.setAll(likely, step -> Math.pow(step + 1e-6, 0.6));
      double all = Arrays.stream(likely).sum();
      double chiSquare = 0;
      for (int step = 1; step < 12; step++) {
        double expected = 60_000 * likely[step] / all;
        chiSquare += (drawn[step] - expected) * (drawn[step] - expected) / expected;
      }
      // Ten degrees of freedom: above 29.6 once in a thousand times.
      assertTrue(chiSquare < 29.6, chiSquare + " for " + Arrays.toString(drawn));
    }
  }

  @Test
  void aStateThatContradictsItselfIsSaid() {
    Path state = temp.resolve("replay.h5");
    try (Replay replay = Replay.create(onDisk(100, 1), HORIZON)) {
      fill(replay, 0, 3);
      replay.save(state);
    }
    assertContradiction(state, f -> replace(f, "lengths", 5, 6, 8));
    assertContradiction(state, f -> replace(f, "lengths", 5, 6));
    assertContradiction(state, f -> replace(f, "lengths", 18, 1, -1));
    assertContradiction(state, f -> replace(f, "numbers", 0, 2, 1));
    assertContradiction(state, f -> f.setAttribute("next_episode", 2L));
    assertContradiction(state, f -> f.setAttribute("next_step", 17L));
    assertContradiction(state, f -> f.setAttribute("largest_priority", Double.NaN));
    assertContradiction(state, f -> replace(f, "priorities", -1));
  }

  private static void replace(H5File file, String name, long... values) {
    file.remove(name);
    file.write(name, values, values.length);
  }

  private void assertContradiction(Path state, Consumer<H5File> spoil) {
    Path copy = temp.resolve("spoilt.h5");
    try {
      Files.copy(state, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (H5File file = H5File.edit(copy)) {
      spoil.accept(file);
      file.commit();
    }
    DataException e =
        assertThrows(DataException.class, () -> Replay.resume(onDisk(100, 1), HORIZON, copy));
    assertEquals("BAD_METADATA", e.kind(), e.getMessage());
  }

  @Test
  void anEpisodeThatIsAnotherNowIsSaid() throws IOException {
    Path state = temp.resolve("replay.h5");
    try (Replay replay = Replay.create(onDisk(100, 1), HORIZON)) {
      fill(replay, 0, 3);
      replay.save(state);
    }
    Path folder = temp.resolve("replay");
    // The second has six steps; now it is one of four, in memory or not.
    ReplaySettings settings =
        new ReplaySettings(100, 0.6, 0.4, Optional.of(temp.resolve("other")), 1, 1);
    try (Replay other = Replay.create(settings, HORIZON)) {
      other.append(episode(1, 4, false));
    }
    Files.copy(
        temp.resolve("other/episode_000000000.hdf5"),
        folder.resolve("episode_000000001.hdf5"),
        StandardCopyOption.REPLACE_EXISTING);
    for (long memoryBytes : new long[] {1, 1 << 20}) {
      try (Replay replay = Replay.resume(onDisk(100, memoryBytes), HORIZON, state)) {
        ReplaySample sample = replay.newSample(64);
        DataException e = assertThrows(DataException.class, () -> replay.sample(sample, random(0)));
        assertEquals("SHAPE_MISMATCH", e.kind());
        assertTrue(e.getMessage().contains("episode_000000001"), e.getMessage());
      }
    }
  }

  @Test
  void aRunThatIsKilledGoesOnAsIfNothingHadHappened() throws Exception {
    Path folder = temp.resolve("replay");
    Path state = temp.resolve("replay.h5");
    for (int kill = 0; kill < Integer.getInteger("difftop.kills", 3); kill++) {
      LearnsUntilKilled.startAndKill(
          folder, state, temp.resolve("printed"), 150 + 130 * kill % 1000);
      ReplaySettings disk = LearnsUntilKilled.settings(Optional.of(folder));
      ReplaySettings memory = LearnsUntilKilled.settings(Optional.empty());
      try (Replay replay = Replay.resume(disk, LearnsUntilKilled.HORIZON, state);
          Replay expected = Replay.create(memory, LearnsUntilKilled.HORIZON)) {
        int rounds = LearnsUntilKilled.rounds(replay);
        LearnsUntilKilled.learn(expected, 0, rounds);
        assertArrayEquals(
            LearnsUntilKilled.learn(expected, rounds, rounds + 20),
            LearnsUntilKilled.learn(replay, rounds, rounds + 20));
        replay.save(state);
        assertEquals(replay.episodes(), files(), "episodes, and what lies there: " + names());
      }
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Replay.create(inMemory(2), HORIZON));
    try (Replay replay = Replay.create(inMemory(10), HORIZON)) {
      assertThrows(IllegalStateException.class, () -> replay.newSample(1));
      assertThrows(IllegalArgumentException.class, () -> replay.append(episode(0, 11, false)));
      replay.append(episode(0, 2, false));
      ReplaySample sample = replay.newSample(1);
      assertThrows(IllegalStateException.class, () -> replay.sample(sample, random(0)));
      IllegalArgumentException other =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  replay.append(
                      new ReplayEpisode(
                          Map.of("y", Array.of(new float[3], 3)),
                          Array.of(new float[2], 2, 1),
                          Array.of(new float[2], 2),
                          false)));
      assertTrue(other.getMessage().contains("pixels"), other.getMessage());
      assertThrows(IllegalStateException.class, () -> replay.save(temp.resolve("s.h5")));
      assertThrows(IllegalArgumentException.class, () -> replay.newSample(0));
      replay.append(episode(1, 5, false));
      assertThrows(
          IllegalArgumentException.class,
          () -> replay.prioritise(sample, Array.of(new float[2], 2)));
      try (Replay longer = Replay.create(inMemory(10), HORIZON + 1)) {
        longer.append(episode(0, 8, false));
        ReplaySample long4 = longer.newSample(1);
        assertThrows(IllegalArgumentException.class, () -> replay.sample(long4, random(0)));
      }
    }
    assertThrows(
        IllegalStateException.class,
        () -> Replay.resume(inMemory(10), HORIZON, temp.resolve("s.h5")));
    assertThrows(IllegalStateException.class, () -> Replay.recover(inMemory(10), HORIZON));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ReplayEpisode(
                Map.of("x", Array.of(new float[2], 2)),
                Array.of(new float[2], 2, 1),
                Array.of(new float[2], 2),
                false));
  }

  @Test
  void aSumTreeFindsByHowFarAlong() {
    SumTree tree = new SumTree(5);
    double[] values = {0, 2, 0, 1, 3};
    for (int i = 0; i < 5; i++) {
      tree.set(i, values[i]);
    }
    assertEquals(6, tree.sum());
    double[] along = {0, 1.9, 2, 2.9, 3, 5.9, 6};
    int[] found = {1, 1, 3, 3, 4, 4, 4};
    for (int i = 0; i < along.length; i++) {
      assertEquals(found[i], tree.find(along[i]), "along " + along[i]);
    }
    tree.set(4, 0);
    assertEquals(3, tree.find(100));
    assertNotEquals(tree.find(0), tree.find(2.5));
    assertFalse(tree.sum() > 3);
  }
}
