package dev.difftop.app.reference.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import dev.difftop.assembly.Plugins;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A whole update of the measured size, with few sequences. */
class UpdateCaseTest {
  private final Engine engine =
      new Assembly(new Configurations(Plugins.discover()).choose(Engine.class, "nd4j", List.of()))
          .engine();

  private double[] twoUpdates(int threads) {
    try (BenchCase.Work work = new UpdateCase("update", 128, 512).prepare(engine, threads)) {
      work.run();
      work.run();
      return work.result();
    }
  }

  @Test
  void threadsDoNotChangeABit() {
    double[] one = twoUpdates(1);
    assertArrayEquals(one, twoUpdates(2));
    assertArrayEquals(one, twoUpdates(3));
    assertTrue(one[0] > 0 && one[2] > 0 && one[3] > 0, "losses and norms");
  }

  @Test
  void saysWhereTheTimeGoes() {
    try (BenchCase.Work work = new UpdateCase("update", 32, 512).prepare(engine, 1)) {
      work.run();
      Profile profile = work.profile().orElseThrow();
      assertTrue(profile.toString().contains("optimizer of the model"), profile::toString);
      double sum = profile.steps().stream().mapToDouble(Profile.Step::micros).sum();
      assertEquals(1, sum / profile.micros(), 0.5);
      assertTrue((long) work.more().get("operations") > 1e9, () -> work.more().toString());
    }
  }
}
