package dev.difftop.testkit;

import static dev.difftop.testkit.Numeric.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every dataset promises, and its writer where the format has one. A format without a writer
 * says where a small file of it lies ({@link #sample}).
 *
 * @param <C> configuration record
 */
public abstract class DatasetContract<C extends Record> extends ProviderContract<C, Dataset> {
  private static final int[] LENGTHS = {5, 1, 8, 3, 2, 4, 6, 2, 3, 7, 2, 4};

  @TempDir Path folder;

  @Override
  protected abstract DatasetProvider<C> provider();

  /** Settings that read all of a file. */
  protected abstract C config(Path file);

  /** A small sound file with at least two episodes, one of them of two rows or more. */
  protected Path sample(Path folder) {
    Path file = folder.resolve("sample.hdf5");
    if (!Files.exists(file)) {
      try (Dataset.Writer writer = writer(file)) {
        for (int episode = 0; episode < LENGTHS.length; episode++) {
          writer.append(episode(episode));
        }
      }
    }
    return file;
  }

  @Override
  protected final C config() {
    return config(sample(folder));
  }

  private boolean canWrite() {
    Path probe = folder.resolve("probe.hdf5");
    var writer = provider().writer(probe, Map.of(), true);
    writer.ifPresent(
        w -> {
          w.append(episode(0));
          w.close();
        });
    return writer.isPresent();
  }

  private Dataset.Writer writer(Path file) {
    return writer(file, false);
  }

  private Dataset.Writer writer(Path file, boolean overwrite) {
    return provider()
        .writer(file, Map.of("env_args", "{\"env_name\": \"contract\"}"), overwrite)
        .orElseThrow(
            () -> new IllegalStateException("a format without a writer overrides sample(...)"));
  }

  /** What the writer's tests write: numbers that tell episode, row and column apart. */
  private static Map<String, Array> episode(int number) {
    int length = LENGTHS[number];
    Map<String, Array> out = new LinkedHashMap<>();
    out.put("actions", numbers(number, 0.25, length, 2));
    out.put("rewards", numbers(number, 0.5, length));
    out.put("obs/state", numbers(number, -1, length, 3));
    Array image = Array.zeros(DType.UINT8, Shape.of(length, 4, 4, 3));
    for (int i = 0; i < image.size(); i++) {
      image.set(i, (i * 7 + number) % 256);
    }
    out.put("obs/image", image);
    return out;
  }

  private static Array numbers(int episode, double scale, int... dims) {
    Array out = Array.zeros(DType.FLOAT32, Shape.of(dims));
    for (int i = 0; i < out.size(); i++) {
      out.set(i, scale * (100 * episode + i));
    }
    return out;
  }

  @Test
  void episodesHaveNamesAndLengths() {
    try (Dataset data = make()) {
      assertTrue(data.episodes().size() >= 2, "episodes " + data.episodes());
      for (Dataset.Episode e : data.episodes()) {
        assertFalse(e.name().isBlank());
        assertTrue(e.length() >= 1, e + " is empty");
      }
      List<String> names = data.episodes().stream().map(Dataset.Episode::name).toList();
      assertEquals(names.size(), new HashSet<>(names).size(), "names repeat in " + names);
    }
  }

  @Test
  void everyFieldCanBeReadAsItSays() {
    try (Dataset data = make()) {
      assertFalse(data.fields().isEmpty());
      assertNotNull(data.attributes());
      for (int e = 0; e < data.episodes().size(); e++) {
        int length = data.episodes().get(e).length();
        for (Map.Entry<String, Dataset.Field> field : data.fields().entrySet()) {
          Array all = data.read(e, field.getKey(), 0, length);
          assertEquals(rows(length, field.getValue().shape()), all.shape(), field.getKey());
          assertEquals(field.getValue().dtype(), all.dtype(), field.getKey());
        }
      }
    }
  }

  private static Shape rows(int count, Shape row) {
    int[] dims = new int[row.rank() + 1];
    dims[0] = count;
    System.arraycopy(row.dims(), 0, dims, 1, row.rank());
    return Shape.of(dims);
  }

  @Test
  void partsAreSlicesOfTheWhole() {
    try (Dataset data = make()) {
      for (int e = 0; e < data.episodes().size(); e++) {
        int length = data.episodes().get(e).length();
        for (String field : data.fields().keySet()) {
          double[] all = data.read(e, field, 0, length).toDoubles();
          int n = all.length / length;
          for (int from = 0; from < length; from++) {
            int count = 1 + (from * 5 + e) % (length - from);
            double[] expected = Arrays.copyOfRange(all, from * n, (from + count) * n);
            double[] found = data.read(e, field, from, count).toDoubles();
            assertSameBits(expected, found, field + " from " + from);
          }
        }
      }
    }
  }

  @Test
  void rowsCanBeReadIntoALargerArray() {
    try (Dataset data = make()) {
      for (Map.Entry<String, Dataset.Field> field : data.fields().entrySet()) {
        Array rows = data.read(0, field.getKey(), 0, 1);
        int n = rows.size();
        Array into = Array.zeros(rows.dtype(), Shape.of(n + 2));
        into.fill(7);
        data.read(0, field.getKey(), 0, 1, into, 1);
        double[] found = into.toDoubles();
        assertSameBits(rows.toDoubles(), Arrays.copyOfRange(found, 1, n + 1), field.getKey());
        assertEquals(7, found[0], field.getKey());
        assertEquals(7, found[n + 1], field.getKey());
        refused(() -> data.read(0, field.getKey(), 0, 1, into, 3));
        refused(() -> data.read(0, field.getKey(), 0, 1, into, -1));
        Array other = Array.zeros(DType.FLOAT64, Shape.of(n));
        refused(() -> data.read(0, field.getKey(), 0, 1, other, 0));
      }
    }
  }

  @Test
  void itsSizeIsKnown() {
    try (Dataset data = make()) {
      long rows = data.episodes().stream().mapToLong(Dataset.Episode::length).sum();
      long bytes = 0;
      for (Dataset.Field field : data.fields().values()) {
        int each = field.dtype() == DType.UINT8 ? 1 : Float.BYTES;
        bytes += rows * field.shape().size() * each;
      }
      Dataset.Size size = data.size();
      assertEquals(bytes, size.numberBytes() + size.pictureBytes());
      assertTrue(size.keptBytes() >= 0 && size.keptBytes() <= size.numberBytes(), size.toString());
    }
  }

  @Test
  void whatIsReadBelongsToTheReader() {
    try (Dataset data = make()) {
      String field = data.fields().keySet().iterator().next();
      Array first = data.read(0, field, 0, 1);
      double[] before = first.toDoubles();
      first.fill(77);
      assertSameBits(before, data.read(0, field, 0, 1).toDoubles(), field);
    }
  }

  private static String refused(Executable wrong) {
    return assertThrows(IllegalArgumentException.class, wrong).getMessage();
  }

  @Test
  void whatIsNotThereIsRefused() {
    try (Dataset data = make()) {
      String field = data.fields().keySet().iterator().next();
      int episodes = data.episodes().size();
      int length = data.episodes().get(0).length();
      String message = refused(() -> data.read(0, "no-such-field", 0, 1));
      assertTrue(message.contains("no-such-field"), message);
      refused(() -> data.read(episodes, field, 0, 1));
      refused(() -> data.read(-1, field, 0, 1));
      refused(() -> data.read(0, field, -1, 1));
      refused(() -> data.read(0, field, 0, length + 1));
      refused(() -> data.read(0, field, length, 1));
    }
  }

  @Test
  void severalThreadsReadAtOnce() throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (Dataset data = make()) {
      List<Future<Boolean>> running = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int e = i % data.episodes().size();
        int length = data.episodes().get(e).length();
        List<String> fields = List.copyOf(data.fields().keySet());
        String field = fields.get(i % fields.size());
        double[] expected = data.read(e, field, 0, length).toDoubles();
        running.add(
            pool.submit(() -> Arrays.equals(expected, data.read(e, field, 0, length).toDoubles())));
      }
      for (Future<Boolean> r : running) {
        assertTrue(r.get(), "another thread read other numbers");
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void closingTwiceIsAllowed() {
    Dataset data = make();
    data.close();
    data.close();
  }

  @Test
  void aMissingFileIsAFaultThatNamesIt() {
    C missing = config(folder.resolve("not-there.hdf5"));
    DataException e = assertThrows(DataException.class, () -> readFirst(missing));
    assertTrue(e.getMessage().contains("not-there.hdf5"), e.getMessage());
    assertTrue(e.kind().matches("[A-Z_]+"), "kind " + e.kind());
  }

  @Test
  void aFileOfAnotherKindIsAFaultThatNamesIt() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong.hdf5"), "not a dataset\n".repeat(100));
    DataException e = assertThrows(DataException.class, () -> readFirst(config(wrong)));
    assertTrue(e.getMessage().contains("wrong.hdf5"), e.getMessage());
  }

  private void readFirst(C config) {
    try (Dataset data = make(config)) {
      data.read(0, data.fields().keySet().iterator().next(), 0, 1);
    }
  }

  @Test
  void whatWasWrittenIsRead() {
    assumeTrue(canWrite(), "the format has no writer");
    Path file = folder.resolve("written.hdf5");
    try (Dataset.Writer writer = writer(file)) {
      for (int e = 0; e < LENGTHS.length; e++) {
        writer.append(episode(e));
      }
    }
    try (Dataset data = make(config(file))) {
      assertArrayEquals(
          LENGTHS, data.episodes().stream().mapToInt(Dataset.Episode::length).toArray());
      for (int e = 0; e < LENGTHS.length; e++) {
        for (Map.Entry<String, Array> written : episode(e).entrySet()) {
          Array found = data.read(e, written.getKey(), 0, LENGTHS[e]);
          assertEquals(written.getValue().shape(), found.shape(), written.getKey());
          assertSameBits(
              written.getValue().toDoubles(), found.toDoubles(), written.getKey() + " of " + e);
        }
      }
      assertEquals("{\"env_name\": \"contract\"}", data.attributes().get("env_args"));
    }
  }

  @Test
  void aFileIsReplacedOnlyWhenItsWriterIsClosed() throws IOException {
    assumeTrue(canWrite(), "the format has no writer");
    Path file = folder.resolve("replaced.hdf5");
    Files.writeString(file, "what was there before");
    Dataset.Writer writer = writer(file, true);
    writer.append(episode(0));
    assertEquals("what was there before", Files.readString(file));
    writer.close();
    try (Dataset data = make(config(file))) {
      assertEquals(1, data.episodes().size());
    }
  }

  @Test
  void anExistingFileIsKeptUnlessItIsToBeReplaced() throws IOException {
    assumeTrue(canWrite(), "the format has no writer");
    Path file = folder.resolve("kept.hdf5");
    Files.writeString(file, "what was there before");
    DataException e = assertThrows(DataException.class, () -> writer(file));
    assertEquals("FILE_EXISTS", e.kind());
    assertTrue(e.getMessage().contains("kept.hdf5"), e.getMessage());
    assertEquals("what was there before", Files.readString(file));
  }

  @Test
  void aFileHasOneWriterAtATime() {
    assumeTrue(canWrite(), "the format has no writer");
    Path file = folder.resolve("one-writer.hdf5");
    try (Dataset.Writer writer = writer(file)) {
      DataException e = assertThrows(DataException.class, () -> writer(file, true));
      assertEquals("FILE_BUSY", e.kind());
      writer.append(episode(0));
    }
    try (Dataset data = make(config(file))) {
      assertEquals(1, data.episodes().size());
    }
  }

  @Test
  void anAbandonedWriterLeavesTheOlderFile() throws IOException {
    assumeTrue(canWrite(), "the format has no writer");
    Path file = folder.resolve("abandoned.hdf5");
    Files.writeString(file, "what was there before");
    try (Dataset.Writer writer = writer(file, true)) {
      writer.append(episode(0));
      writer.abandon();
    }
    assertEquals("what was there before", Files.readString(file));
  }

  @Test
  void arraysOfDifferentLengthsAreRefused() {
    assumeTrue(canWrite(), "the format has no writer");
    try (Dataset.Writer writer = writer(folder.resolve("uneven.hdf5"))) {
      writer.append(episode(0));
      Map<String, Array> uneven = new LinkedHashMap<>(episode(0));
      uneven.put("rewards", numbers(0, 1, LENGTHS[0] + 1));
      String message = refused(() -> writer.append(uneven));
      assertTrue(message.contains("rewards"), message);
    }
  }
}
