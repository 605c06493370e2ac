package dev.difftop.data.hdf5;

import static dev.difftop.data.hdf5.Fixtures.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.Windows;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded files are read as their manifest says, to the last bit. */
class FixtureTest {
  private static final String LOW_DIM = "robomimic_low_dim.hdf5";
  private static final String IMAGES = "robomimic_image_gzip.hdf5";

  private final DatasetInspector inspector = new RobomimicProvider().inspector().orElseThrow();

  @ParameterizedTest
  @ValueSource(strings = {LOW_DIM, IMAGES})
  void everyArrayHasItsChecksum(String name) {
    Map<String, Object> expected = Fixtures.manifest(name);
    Map<String, Object> found = inspector.check(Fixtures.file(name));
    assertEquals("ok", found.get("result"));
    assertEquals("robomimic", found.get("format"));
    assertEquals(expected.get("num_demos"), ((Integer) found.get("num_demos")).longValue());
    assertEquals(expected.get("demo_order"), found.get("demo_order"));
    assertEquals(expected.get("total_samples"), found.get("total_samples"));
    assertEquals(expected.getOrDefault("masks_natural_order", Map.of()), found.get("masks"));
    Map<String, Object> demos = map(found.get("demos"));
    assertEquals(map(expected.get("demos")).keySet(), demos.keySet());
    map(expected.get("demos"))
        .forEach((demo, contents) -> assertEpisode(map(contents), map(demos.get(demo))));
    assertEquals(List.of(), found.get("warnings"));
  }

  private static void assertEpisode(Map<String, Object> expected, Map<String, Object> found) {
    assertEquals(expected.get("num_samples"), ((Integer) found.get("num_samples")).longValue());
    assertArrays(map(expected.get("datasets")), map(found.get("datasets")));
    assertEquals(map(expected.get("datasets")).keySet(), map(found.get("datasets")).keySet());
  }

  private static void assertArrays(Map<String, Object> expected, Map<String, Object> found) {
    expected.forEach(
        (path, facts) ->
            map(facts)
                .forEach((key, value) -> assertEquals(value, map(found.get(path)).get(key), path)));
  }

  @ParameterizedTest
  @ValueSource(strings = {LOW_DIM, IMAGES})
  void windowsHaveTheRowsOfTheManifest(String name) {
    for (Object each : (List<?>) Fixtures.manifest(name).get("windows")) {
      Map<String, Object> expected = map(each);
      Windows.Rule rule =
          new Windows.Rule(
              number(expected, "seq_length"), number(expected, "frame_stack"), true, true);
      Map<String, Object> found =
          inspector.windows(
              Fixtures.file(name),
              rule,
              List.of(Map.entry((String) expected.get("demo"), number(expected, "index_in_demo"))));
      Map<String, Object> window = map(((List<?>) found.get("windows")).get(0));
      for (String key : List.of("length", "pad_begin", "pad_end")) {
        assertEquals(number(expected, key), window.get(key), key);
      }
      assertArrays(map(expected.get("datasets")), map(window.get("datasets")));
    }
  }

  private static int number(Map<String, Object> from, String key) {
    return ((Long) from.get(key)).intValue();
  }

  @Test
  void sequencesAreCountedAsInTheManifest() {
    for (Object each : (List<?>) Fixtures.manifest(LOW_DIM).get("sequence_counts")) {
      Map<String, Object> expected = map(each);
      Windows.Rule rule =
          new Windows.Rule(
              number(expected, "seq_length"),
              number(expected, "frame_stack"),
              (Boolean) expected.get("pad_frame_stack"),
              (Boolean) expected.get("pad_seq_length"));
      Map<String, Object> found = inspector.windows(Fixtures.file(LOW_DIM), rule, List.of());
      assertEquals(expected.get("num_sequences"), found.get("num_sequences"));
    }
  }

  @Test
  void statisticsAgree() {
    Map<String, Object> expected = map(Fixtures.manifest(LOW_DIM).get("action_stats"));
    double tolerance = (Double) expected.get("abs_tolerance");
    Map<String, Object> found = map(inspector.stats(Fixtures.file(LOW_DIM)).get("action_stats"));
    for (String key :
        List.of("min", "max", "mean", "std_population", "min_max_scale", "min_max_offset")) {
      List<?> want = (List<?>) expected.get(key);
      List<?> have = (List<?>) found.get(key);
      assertEquals(want.size(), have.size());
      for (int i = 0; i < want.size(); i++) {
        assertEquals(
            ((Number) want.get(i)).doubleValue(),
            ((Number) have.get(i)).doubleValue(),
            tolerance,
            key);
      }
    }
  }

  @Test
  void aTruncatedFileIsAnErrorInTheDocument() {
    Map<String, Object> found = inspector.check(Fixtures.file("bad_truncated.hdf5"));
    assertEquals("error", found.get("result"));
    assertEquals("TRUNCATED", found.get("kind"));
    assertTrue(found.get("message").toString().contains("bad_truncated.hdf5"));
  }
}
