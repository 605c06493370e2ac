package dev.difftop.api.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  enum Mode {
    EXACT,
    GAUSS_NEWTON
  }

  record Inner(@Doc("w") int width, @Doc("a") @Default("elu") String after) {}

  record Config(
      @Doc("n") @Default("1e3") int count,
      @Doc("m") @Default("1000") int other,
      @Doc("t") @Default("1e-8") double tolerance,
      @Doc("f") @Default("false") boolean flag,
      @Doc("g") @Default("gauss-newton") Mode mode,
      @Doc("h") @Default("[64, 64]") int[] hidden,
      @Doc("x") @Default("[[1, 0], [0, -.inf]]") double[][] matrix,
      @Doc("l") @Default("[a, \"b, c\"]") List<String> names,
      @Doc("w") @Default("{a: 1.5, b: 2}") Map<String, Double> weights,
      @Doc("i") @Default("{width: 3, after: tanh}") Inner inner,
      @Doc("o") Optional<Double> maybe,
      @Doc("s") @Default("ilqr") Chosen<Solver> solver) {}

  record Required(
      @Doc("n") int size, @Doc("b") boolean flag, @Doc("t") @Default("2") double scale) {
    Required {
      if (scale < 0) {
        throw new IllegalArgumentException("scale: found " + scale);
      }
    }
  }

  @Test
  void readsEveryDefault() {
    Config config = Settings.of(Config.class).get();
    assertEquals(1000, config.count());
    assertEquals(1e-8, config.tolerance());
    assertEquals(Mode.GAUSS_NEWTON, config.mode());
    assertArrayEquals(new int[] {64, 64}, config.hidden());
    assertArrayEquals(new double[] {0, Double.NEGATIVE_INFINITY}, config.matrix()[1]);
    assertEquals(List.of("a", "b, c"), config.names());
    assertEquals(Map.of("a", 1.5, "b", 2.0), config.weights());
    assertEquals(new Inner(3, "tanh"), config.inner());
    assertEquals(Optional.empty(), config.maybe());
    assertEquals("ilqr", config.solver().name());
  }

  @Test
  void changesTheComponentThatTheAccessorReads() {
    Config config =
        Settings.of(Config.class)
            .with(Config::other, 5)
            .with(Config::flag, true)
            .with(Config::hidden, new int[] {8})
            .with(Config::tolerance, 1e-8)
            .with(Config::maybe, Optional.of(2.0))
            .get();
    assertEquals(1000, config.count());
    assertEquals(5, config.other());
    assertTrue(config.flag());
    assertArrayEquals(new int[] {8}, config.hidden());
    assertEquals(Optional.of(2.0), config.maybe());
    Config again = Settings.of(config).with(Config::count, 5).get();
    assertEquals(5, again.count());
    assertEquals(5, again.other());
    assertTrue(again.flag());
  }

  @Test
  void asksForWhatHasNoDefault() {
    IllegalArgumentException missing =
        assertThrows(IllegalArgumentException.class, () -> Settings.of(Required.class).get());
    assertEquals("Required: no value for size, flag, which has no default", missing.getMessage());
    assertEquals(
        new Required(4, false, 2),
        Settings.of(Required.class).with(Required::flag, false).with(Required::size, 4).get());
  }

  @Test
  void refusesWhatIsNoAccessorAndWhatTheRecordRefuses() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Settings.of(Config.class).with(c -> c.count() + 1, 7));
    assertEquals(
        "scale: found -1.0",
        assertThrows(
                IllegalArgumentException.class,
                () -> Settings.of(Required.class).with(Required::scale, -1.0))
            .getMessage());
  }
}
