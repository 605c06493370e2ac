package dev.difftop.learning.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTableTest {
  @TempDir Path temp;

  /**
   * A run that another version began: its rows keep the columns that both have, in their places.
   */
  @Test
  void rowsOfOtherColumnsAreAligned() throws IOException {
    Path folder = temp.resolve("run");
    try (RunFolder run =
        RunFolder.create(folder, made -> made.write("t.csv", "position,a,b\n1,10,11\n2,20,21\n"))) {
      CsvTable table = new CsvTable(run, "t.csv", List.of("position", "new", "b"));
      table.begin(1);
      table.append(List.of("2", "7", "8"));
    }
    assertEquals(
        List.of("position,new,b", "1,,11", "2,7,8"), Files.readAllLines(folder.resolve("t.csv")));
  }

  /** A row that was being written when the process was killed goes. */
  @Test
  void rowsAfterThePositionGo() throws IOException {
    Path folder = temp.resolve("run");
    try (RunFolder run =
        RunFolder.create(folder, made -> made.write("t.csv", "position,a\n1,10\n2,20\n3"))) {
      new CsvTable(run, "t.csv", List.of("position", "a")).begin(2);
    }
    assertEquals(
        List.of("position,a", "1,10", "2,20"), Files.readAllLines(folder.resolve("t.csv")));
  }
}
