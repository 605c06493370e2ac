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

  private static List<Integer> samples(SampleBlock block, int group, int groups) {
    List<Integer> found = new ArrayList<>();
    for (int l = 0; l < block.width; l++) {
      int sample = block.progress.samples[l];
      if (sample >= 0) {
        assertTrue(l < groups * group, "inside the lanes in use");
        assertEquals(l % group, sample % group, "its place");
        found.add(sample);
      }
    }
    found.sort(null);
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8})
  void samplesKeepTheirPlaceAndGapsAreClosed(int group) {
    int groups = (BATCH + group - 1) / group;
    SampleBlock block = new SampleBlock(2, 1, 1, groups * group, group);
    List<Integer> left = new ArrayList<>();
    for (int s = 0; s < BATCH; s++) {
      block.progress.samples[s] = s;
      left.add(s);
    }
    Random random = new Random(3);
    while (!left.isEmpty()) {
      assertEquals(left, samples(block, group, groups));
      Integer gone = left.remove(random.nextInt(left.size()));
      for (int l = 0; l < block.width; l++) {
        block.progress.samples[l] =
            block.progress.samples[l] == gone ? -1 : block.progress.samples[l];
      }
      groups = Packing.pack(block, group, groups);
      int most = 0;
      for (int place = 0; place < group; place++) {
        int at = place;
        most = Math.max(most, (int) left.stream().filter(s -> s % group == at).count());
      }
      assertEquals(most, groups, "no group more than needed");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everySampleIsInOneChunk(int threads) {
    for (int batch : new int[] {1, 5, 64, 65, 300}) {
      Packing.Chunks chunks = Packing.chunks(batch, 10, 3, 2, threads, false);
      int next = 0;
      for (int c = 0; c < chunks.count(); c++) {
        assertEquals(next, chunks.first(c));
        assertTrue(chunks.lanes(c) <= chunks.width() && chunks.size(c) <= chunks.lanes(c));
        next += chunks.size(c);
      }
      assertEquals(batch, next);
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
