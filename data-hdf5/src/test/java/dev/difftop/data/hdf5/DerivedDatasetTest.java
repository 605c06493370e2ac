package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.data.hdf5.reading.DerivedConfig;
import dev.difftop.data.hdf5.reading.DerivedConfig.Goal;
import dev.difftop.data.hdf5.reading.SplitConfig;
import dev.difftop.data.hdf5.reading.SplitConfig.Part;
import dev.difftop.hdf5.H5File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goals, targets over several steps, and parts drawn by a seed. */
class DerivedDatasetTest {
  @TempDir Path folder;

  /** One episode of 4 steps: observations 10, 11, 12, 13, then 14 if the file knows it. */
  private DemonstrationConfig file(boolean next, double... dones) {
    Path path = folder.resolve("f" + next + dones.length + (dones.length > 0 ? dones[3] : 0));
    Map<String, Array> arrays = new HashMap<>();
    arrays.put("actions", Array.of(new double[4], 4, 1));
    arrays.put("rewards", Array.of(new double[] {1, 2, 4, 8}));
    arrays.put("obs/x", Array.of(Sample.ramp(4, 10), 4, 1));
    if (next) {
      arrays.put("next_obs/x", Array.of(Sample.ramp(4, 11), 4, 1));
    }
    if (dones.length > 0) {
      arrays.put("dones", Array.of(dones));
    }
    try (Dataset.Writer writer =
        new RobomimicProvider().writer(path, Map.of("env_args", "{}"), true).orElseThrow()) {
      writer.append(arrays);
    }
    return DemonstrationConfig.of(path.toString());
  }

  private static double[] read(DemonstrationConfig config, DerivedConfig derived, String field) {
    try (Dataset data = new RobomimicDataset(config.withDerived(derived))) {
      return data.read(0, field, 0, 4).toDoubles();
    }
  }

  private static DerivedConfig steps(int n) {
    return new DerivedConfig(Goal.NONE, 0, n, 0.5);
  }

  @Test
  void stepsAreSummedToTheEndOfTheEpisode() {
    DemonstrationConfig known = file(true);
    assertArrayEquals(new double[] {2, 4, 8, 8}, read(known, steps(2), "n_step/rewards"));
    assertArrayEquals(
        new double[] {0.25, 0.25, 0.25, 0.5}, read(known, steps(2), "n_step/discount"));
    assertArrayEquals(new double[] {12, 13, 14, 14}, read(known, steps(2), "n_step/obs/x"));
    assertArrayEquals(new double[] {1, 2, 4, 8}, read(known, steps(1), "n_step/rewards"));
    DerivedConfig other = new DerivedConfig(Goal.NONE, 0, 2, 1);
    assertArrayEquals(new double[] {3, 6, 12, 8}, read(known, other, "n_step/rewards"));
  }

  @Test
  void theLastStepIsLeftOutIfNobodyKnowsWhatFollowsIt() {
    DemonstrationConfig unknown = file(false);
    assertArrayEquals(new double[] {2, 4, 4, 0}, read(unknown, steps(2), "n_step/rewards"));
    assertArrayEquals(
        new double[] {0.25, 0.25, 0.5, 1}, read(unknown, steps(2), "n_step/discount"));
    assertArrayEquals(new double[] {12, 13, 13, 13}, read(unknown, steps(2), "n_step/obs/x"));
  }

  @Test
  void nothingIsExpectedAfterTheEnd() {
    DemonstrationConfig done = file(false, 0, 0, 0, 1);
    assertArrayEquals(new double[] {2, 4, 8, 8}, read(done, steps(2), "n_step/rewards"));
    assertArrayEquals(new double[] {0.25, 0.25, 0, 0}, read(done, steps(2), "n_step/discount"));
  }

  @Test
  void goalsAreWhatAnEpisodeReaches() {
    DerivedConfig last = new DerivedConfig(Goal.LAST, 0, 0, 1);
    assertArrayEquals(new double[] {14, 14, 14, 14}, read(file(true), last, "goal/x"));
    assertArrayEquals(new double[] {13, 13, 13, 13}, read(file(false), last, "goal/x"));
    double[] one = read(file(true), new DerivedConfig(Goal.FUTURE, 1, 0, 1), "goal/x");
    List<double[]> others = new ArrayList<>();
    for (int seed = 2; seed < 8; seed++) {
      others.add(read(file(true), new DerivedConfig(Goal.FUTURE, seed, 0, 1), "goal/x"));
    }
    for (int t = 0; t < 4; t++) {
      assertTrue(one[t] >= 11 + t && one[t] <= 14, "goal of step " + t + ": " + one[t]);
    }
    assertArrayEquals(one, read(file(true), new DerivedConfig(Goal.FUTURE, 1, 0, 1), "goal/x"));
    assertTrue(others.stream().anyMatch(o -> !java.util.Arrays.equals(o, one)));
  }

  @Test
  void partsOfAnEpisodeAreSlicesOfTheWhole() {
    DerivedConfig both = new DerivedConfig(Goal.FUTURE, 3, 3, 0.9);
    try (Dataset data = new RobomimicDataset(file(true, 0, 0, 0, 0).withDerived(both))) {
      for (String field : List.of("goal/x", "n_step/rewards", "n_step/discount", "n_step/obs/x")) {
        Array all = data.read(0, field, 0, 4);
        for (int t = 0; t < 4; t++) {
          assertEquals(all.get(t), data.read(0, field, t, 1).get(0), field + " at " + t);
        }
        assertThrows(IllegalArgumentException.class, () -> data.read(0, field, 2, 3));
      }
      assertEquals(Shape.of(1), data.fields().get("goal/x").shape());
    }
  }

  @Test
  void withoutRewardsThereAreNoTargets() {
    DemonstrationConfig some = file(true).withFields("actions", "obs/x").withDerived(steps(2));
    long open = H5File.openObjects();
    DataException e = assertThrows(DataException.class, () -> new RobomimicDataset(some));
    assertTrue(e.getMessage().contains("rewards"), e.getMessage());
    assertEquals(open, H5File.openObjects());
  }

  @Test
  void partsAreDrawnByASeedAsTheCommandDrawsThem() {
    Path path = folder.resolve("many.hdf5");
    try (Dataset.Writer writer =
        new RobomimicProvider().writer(path, Map.of("env_args", "{}"), true).orElseThrow()) {
      for (int e = 0; e < 10; e++) {
        writer.append(Map.of("actions", Array.of(new double[2], 2, 1)));
      }
    }
    new RobomimicProvider().inspector().orElseThrow().split(path, 0.3, 5);
    DemonstrationConfig config = DemonstrationConfig.of(path.toString());
    List<String> valid = names(config.withSplit(new SplitConfig(Part.VALID, 0.3, 5)));
    List<String> train = names(config.withSplit(new SplitConfig(Part.TRAIN, 0.3, 5)));
    assertEquals(names(config.withFilter("valid")), valid);
    assertEquals(names(config.withFilter("train")), train);
    assertEquals(3, valid.size());
    assertEquals(7, train.size());
    assertNotEquals(valid, names(config.withSplit(new SplitConfig(Part.VALID, 0.3, 6))));
    assertEquals(5, names(config.withSplit(new SplitConfig(Part.VALID, 0.5, 5))).size());
    DemonstrationConfig one = file(true).withSplit(new SplitConfig(Part.TRAIN, 0.3, 5));
    assertThrows(DataException.class, () -> new RobomimicDataset(one));
    assertEquals(Optional.empty(), one.filter());
  }

  private static List<String> names(DemonstrationConfig config) {
    try (Dataset data = new RobomimicDataset(config)) {
      return data.episodes().stream().map(Dataset.Episode::name).toList();
    }
  }

  @Test
  void itsSizeSaysWhatIsKept() {
    DemonstrationConfig config = file(true);
    try (Dataset all = new RobomimicDataset(config);
        Dataset none = new RobomimicDataset(config.withCacheBytes(1))) {
      assertEquals(4 * 4 * 4, all.size().keptBytes());
      assertEquals(0, none.size().keptBytes());
      assertTrue(all.size().toString().contains("kept in memory"), all.size().toString());
      assertTrue(none.size().toString().contains("read by part"), none.size().toString());
    }
  }
}
