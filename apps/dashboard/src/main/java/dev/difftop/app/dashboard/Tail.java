package dev.difftop.app.dashboard;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The last row of a table that grows, without reading the rest. */
final class Tail {
  private static final int BYTES = 16_000;

  private Tail() {}

  /** Column to cell of the last whole row; empty without a row. */
  static Map<String, String> lastRow(Path csv) {
    if (!Files.exists(csv)) {
      return Map.of();
    }
    try (RandomAccessFile file = new RandomAccessFile(csv.toFile(), "r")) {
      String head = text(file, 0);
      int headEnd = head.indexOf('\n');
      String tail = text(file, Math.max(0, file.length() - BYTES));
      int end = tail.lastIndexOf('\n');
      int start = end <= 0 ? -1 : tail.lastIndexOf('\n', end - 1);
      if (headEnd < 0 || start < 0) {
        return Map.of();
      }
      String[] columns = head.substring(0, headEnd).split(",");
      String[] cells = tail.substring(start + 1, end).split(",", -1);
      Map<String, String> row = new LinkedHashMap<>();
      for (int i = 0; i < Math.min(columns.length, cells.length); i++) {
        row.put(columns[i], cells[i]);
      }
      return row;
    } catch (IOException e) {
      return Map.of(); // Replaced while it was read: the next look sees it.
    }
  }

  private static String text(RandomAccessFile file, long from) throws IOException {
    byte[] bytes = new byte[(int) Math.min(BYTES, file.length() - from)];
    file.seek(from);
    file.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
