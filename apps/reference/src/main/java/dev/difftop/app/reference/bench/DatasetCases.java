package dev.difftop.app.reference.bench;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Batches;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.Windows;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code bench data} measures: batches of 128 windows of 10 rows, in random order. The files
 * are made once and kept, so that other programs can be measured with the same ones.
 */
final class DatasetCases {
  private static final int BATCH = 128;
  private static final int AHEAD = 2;
  private static final double SECONDS = 4;
  private static final Windows.Rule RULE = new Windows.Rule(10, 1, true, true);

  private DatasetCases() {}

  /** Opens a dataset. */
  @FunctionalInterface
  interface Opening {
    /**
     * Opens it.
     *
     * @param cacheBytes bytes of memory for low-dimensional arrays; 1 keeps nothing
     */
    Dataset open(Path file, long cacheBytes);
  }

  /** All cases over those files. */
  static List<BenchCase> of(DatasetFiles files, Opening opening) {
    return List.of(
        new DatasetCase("low-dim lazy", () -> opening.open(files.lowDim(), 1), 0),
        new DatasetCase("low-dim cached", () -> opening.open(files.lowDim(), 1L << 30), 0),
        new DatasetCase("image", () -> opening.open(files.images(), 1), AHEAD));
  }

  private interface Opened {
    Dataset open();
  }

  private record DatasetCase(String name, Opened opened, int ahead) implements BenchCase {
    @Override
    public double seconds() {
      return SECONDS;
    }

    @Override
    public Work prepare(Engine engine, int threads) {
      Dataset dataset = opened.open();
      Windows windows = Windows.over(dataset.episodes(), RULE);
      Batches.Settings settings =
          Batches.Settings.whole(
              BATCH, List.copyOf(dataset.fields().keySet()), ahead, Math.max(1, threads));
      RandomStream random = RandomStream.root(0).child("bench");
      return new Reading(dataset, new Batches(dataset, windows, settings, random, 0));
    }
  }

  private static final class Reading implements BenchCase.Work {
    private final Dataset dataset;
    private final Batches batches;
    private Map<String, Array> batch;

    Reading(Dataset dataset, Batches batches) {
      this.dataset = dataset;
      this.batches = batches;
    }

    @Override
    public void run() {
      if (batch != null) {
        batches.reuse(batch);
      }
      batch = batches.next();
    }

    @Override
    public double[] result() {
      return batch.values().stream().mapToDouble(array -> array.get(array.size() - 1)).toArray();
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.empty();
    }

    @Override
    public Map<String, Object> more() {
      return Map.of("fields", List.copyOf(batch.keySet()));
    }

    @Override
    public void close() {
      batches.close();
      dataset.close();
    }
  }
}
