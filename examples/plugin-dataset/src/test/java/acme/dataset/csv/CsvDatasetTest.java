package acme.dataset.csv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.testkit.DatasetContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every dataset promises, and what this one adds. */
class CsvDatasetTest extends DatasetContract<CsvConfig> {
  private static final String SOUND =
      """
      episode,obs/state[0],obs/state[1],actions,rewards
      first,0.5,1,0.1,1
      first,0.25,2,-0.1,0
      second,0,3,0.2,1
      """;

  @TempDir Path temp;

  @Override
  protected DatasetProvider<CsvConfig> provider() {
    return new CsvProvider();
  }

  @Override
  protected CsvConfig config(Path file) {
    return new CsvConfig(file, "episode");
  }

  @Override
  protected Path sample(Path folder) {
    return write(folder.resolve("sample.csv"), SOUND);
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void columnsWithAnIndexAreOneField() {
    try (Dataset data = make()) {
      assertArrayEquals(
          new double[] {0.5, 1, 0.25, 2}, data.read(0, "obs/state", 0, 2).toDoubles());
      assertEquals(1, data.fields().get("actions").shape().size());
      assertEquals("second", data.episodes().get(1).name());
    }
  }

  private void refused(String text, String... said) {
    Path file = write(temp.resolve("bad.csv"), text);
    DataException e = assertThrows(DataException.class, () -> make(config(file)));
    assertTrue(e.getMessage().startsWith(file + ": "), e::getMessage);
    for (String part : said) {
      assertTrue(e.getMessage().contains(part), e::getMessage);
    }
  }

  @Test
  void whatIsWrongIsSaidWithItsLine() {
    refused("", "line 1", "no column \"episode\"");
    refused("episode,actions\n", "no rows");
    refused(SOUND.replace("-0.1", "minus"), "line 3, column 4", "\"minus\"");
    refused(SOUND.replace(",0.2,1", ",0.2"), "line 4", "4 values, expected 5");
    refused(SOUND + "first,0,0,0,0\n", "line 5", "\"first\"");
    refused(SOUND.replace("state[1]", "state[2]"), "obs/state[2]", "expected obs/state[1]");
  }
}
