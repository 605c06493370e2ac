package dev.difftop.optimization.stagewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Status;
import dev.difftop.optimization.SampleResults;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackingTest {
  private static final int BATCH = 45;

  private static List<Integer> samples(Packing packing) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < packing.blocks().length; i++) {
      StageBlock block = packing.blocks()[i];
      for (int l = 0; l < block.width; l++) {
        if (block.samples[l] >= 0) {
          assertTrue(l < packing.lanes(i), "inside the lanes in use");
          assertEquals(l % packing.group(), block.samples[l] % packing.group(), "its place");
          found.add(block.samples[l]);
        }
      }
    }
    found.sort(null);
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void samplesKeepTheirPlaceAndGapsAreClosed(int threads) {
    Packing packing = new Packing(BATCH, 2, 1, 1, threads);
    packing.unpack(BATCH);
    List<Integer> left = new ArrayList<>();
    for (int s = 0; s < BATCH; s++) {
      packing.blockOf(s).samples[packing.laneOf(s)] = s;
      left.add(s);
    }
    Random random = new Random(3);
    while (!left.isEmpty()) {
      assertEquals(left, samples(packing));
      Integer gone = left.remove(random.nextInt(left.size()));
      for (StageBlock block : packing.blocks()) {
        for (int l = 0; l < block.width; l++) {
          block.samples[l] = block.samples[l] == gone ? -1 : block.samples[l];
        }
      }
      packing.pack();
      int lanes = 0;
      for (int i = 0; i < packing.blocks().length; i++) {
        lanes += packing.lanes(i);
      }
      int most = 0;
      for (int place = 0; place < packing.group(); place++) {
        int at = place;
        most = Math.max(most, (int) left.stream().filter(s -> s % packing.group() == at).count());
      }
      assertEquals(most * packing.group(), lanes, "no group more than needed");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 21})
  void groupsHoldTheSamplesThatGoOn(int batch) {
    ActiveGroups groups = new ActiveGroups(batch);
    SampleResults results = new SampleResults(batch);
    for (int s = 0; s < batch; s += 3) {
      results.finish(s, Status.CONVERGED, 0);
    }
    List<Integer> found = new ArrayList<>();
    int count = groups.form(results);
    for (int g = 0; g < count; g++) {
      for (int lane = 0; lane < groups.lanes(); lane++) {
        int s = groups.group(g)[lane];
        if (s >= 0) {
          assertEquals(lane, s % groups.lanes());
          found.add(s);
        }
      }
    }
    found.sort(null);
    List<Integer> expected = new ArrayList<>();
    for (int s = 0; s < batch; s++) {
      if (s % 3 != 0) {
        expected.add(s);
      }
    }
    assertEquals(expected, found);
  }
}
