package acme.dataset.csv;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Demonstrations in a file of comma-separated values: the first line names the columns, every other
 * line is one step. Columns {@code obs/state[0]} and {@code obs/state[1]} are the two elements of
 * the field {@code obs/state}; a column without an index is a field of one element. Steps of an
 * episode follow one another. The file is read whole.
 */
final class CsvDataset implements Dataset {
  private final CsvTable table;
  private final Map<String, Field> fields = new LinkedHashMap<>();

  /**
   * Reads the file.
   *
   * @throws dev.difftop.api.DataException if it is missing or not as described; the message names
   *     file and line
   */
  @Inject
  CsvDataset(CsvConfig config) {
    table = CsvTable.read(config.path(), config.episode());
    table
        .columns()
        .forEach(
            (name, columns) ->
                fields.put(name, new Field(Shape.of(columns.length), DType.FLOAT32)));
  }

  @Override
  public List<Episode> episodes() {
    return table.episodes();
  }

  @Override
  public Map<String, Field> fields() {
    return fields;
  }

  @Override
  public Map<String, String> attributes() {
    return Map.of();
  }

  @Override
  public String location() {
    return table.file().toString();
  }

  @Override
  public Array read(int episode, String field, int from, int count) {
    int[] columns = table.columns().get(field);
    if (columns == null) {
      throw new IllegalArgumentException("no array " + field + "; found " + fields.keySet());
    } else if (episode < 0 || episode >= episodes().size()) {
      throw new IllegalArgumentException(
          "no episode %d; there are %d".formatted(episode, episodes().size()));
    }
    Episode read = episodes().get(episode);
    if (from < 0 || count < 0 || from > read.length() - count) {
      throw new IllegalArgumentException(
          "rows %d to %d of %s, which has %d".formatted(from, from + count, read, read.length()));
    }
    float[] rows = new float[count * columns.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = table.value(episode, from + i / columns.length, columns[i % columns.length]);
    }
    return Array.of(rows, count, columns.length);
  }

  @Override
  public void close() {
    // The file was closed when it had been read.
  }
}
