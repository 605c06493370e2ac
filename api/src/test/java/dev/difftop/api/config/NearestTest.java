package dev.difftop.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NearestTest {
  private static final List<String> KEYS = List.of("max-iterations", "tolerance", "initial-mu");

  @Test
  void countsEdits() {
    assertEquals(0, Nearest.edits("mu", "mu"));
    assertEquals(1, Nearest.edits("mu", "nu"));
    assertEquals(3, Nearest.edits("kitten", "sitting"));
    assertEquals(4, Nearest.edits("", "four"));
    assertEquals(1, Nearest.edits("gaol", "goal"));
  }

  @Test
  void proposesWhatIsNear() {
    assertEquals(Optional.of("max-iterations"), Nearest.to("max-iteration", KEYS));
    assertEquals(Optional.of("tolerance"), Nearest.to("tolerence", KEYS));
  }

  @Test
  void seesThroughOtherSpellingsOfCompoundWords() {
    assertEquals(Optional.of("max-iterations"), Nearest.to("maxIterations", KEYS));
    assertEquals(Optional.of("initial-mu"), Nearest.to("INITIAL_MU", KEYS));
  }

  @Test
  void staysSilentWhereNothingIsNear() {
    assertEquals(Optional.empty(), Nearest.to("horizon", KEYS));
    assertEquals(Optional.empty(), Nearest.to("horizon", List.of()));
  }
}
