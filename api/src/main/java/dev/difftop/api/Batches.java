package dev.difftop.api;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Batches of windows in random order, read ahead by threads of its own. Every window comes once in
 * an epoch; a batch may hold the end of one epoch and the start of the next. The batches depend on
 * the stream and the position only, not on how many threads read or how far ahead. Windows are read
 * into the batch at once; nothing else is kept. To be used by one thread.
 */
public final class Batches implements AutoCloseable {
  /**
   * How batches are made.
   *
   * @param size B, windows of a batch
   * @param fields fields of the dataset that a batch has
   * @param ahead batches that are read before they are asked for; 0 reads when asked
   * @param threads threads that read ahead
   */
  public record Settings(int size, List<String> fields, int ahead, int threads) {
    /** Refuses sizes below 1, fewer than no batches ahead, and no fields. */
    public Settings {
      if (size < 1 || ahead < 0 || threads < 1 || fields.isEmpty()) {
        throw new IllegalArgumentException(
            "a batch needs a size and fields, reading needs a thread; found size %d, fields %s,"
                    .formatted(size, fields)
                + " ahead %d, threads %d".formatted(ahead, threads));
      }
      fields = List.copyOf(fields);
    }
  }

  private static final long SLOWEST_READ_MINUTES = 10;

  private final Dataset dataset;
  private final Windows windows;
  private final Settings settings;
  private final RandomStream random;
  private final ExecutorService readers;
  private final Deque<Future<Map<String, Array>>> ready = new ArrayDeque<>();
  private long taken;
  private long asked;

  /**
   * Batches from a position on.
   *
   * @param random the stream that the order comes from; epochs are children of it
   * @param position what {@link #position()} told before; 0 for the start
   * @throws IllegalArgumentException if there are no windows, or a field is not there
   */
  public Batches(
      Dataset dataset, Windows windows, Settings settings, RandomStream random, long position) {
    if (windows.count() == 0) {
      throw new IllegalArgumentException("no episode is long enough for a window");
    } else if (position < 0) {
      throw new IllegalArgumentException("position: found " + position + ", expected 0 or more");
    } else if (!dataset.fields().keySet().containsAll(settings.fields())) {
      throw new IllegalArgumentException(
          "fields: found %s, expected some of %s"
              .formatted(settings.fields(), dataset.fields().keySet()));
    }
    this.dataset = dataset;
    this.windows = windows;
    this.settings = settings;
    this.random = random;
    this.taken = position;
    this.asked = position;
    this.readers = settings.ahead() == 0 ? null : readers(settings.threads());
  }

  private static ExecutorService readers(int threads) {
    return Executors.newFixedThreadPool(
        threads,
        work -> {
          Thread thread = new Thread(work, "difftop-batches");
          thread.setDaemon(true);
          return thread;
        });
  }

  /** How many windows have been given out: what a resumed run starts from. */
  public long position() {
    return taken;
  }

  /**
   * The next batch: for every field (B, rows, …).
   *
   * @throws DataException on a fault of the file
   */
  public Map<String, Array> next() {
    if (readers == null) {
      Map<String, Array> batch = read(taken);
      taken += settings.size();
      return batch;
    }
    while (ready.size() < settings.ahead() + 1) {
      long from = asked;
      ready.add(readers.submit(() -> read(from)));
      asked += settings.size();
    }
    Map<String, Array> batch = wait(ready.remove());
    taken += settings.size();
    return batch;
  }

  private static Map<String, Array> wait(Future<Map<String, Array>> batch) {
    try {
      return batch.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a batch was read");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private Map<String, Array> read(long from) {
    Windows.Window[] drawn = new Windows.Window[settings.size()];
    long epoch = -1;
    Shuffle order = null;
    for (int b = 0; b < drawn.length; b++) {
      if ((from + b) / windows.count() != epoch) {
        epoch = (from + b) / windows.count();
        order = new Shuffle(windows.count(), random.child(epoch));
      }
      drawn[b] = windows.get(order.get((from + b) % windows.count()));
    }
    Map<String, Array> batch = new LinkedHashMap<>();
    settings.fields().forEach(field -> batch.put(field, read(drawn, field)));
    return batch;
  }

  private Array read(Windows.Window[] drawn, String field) {
    Dataset.Field kind = dataset.fields().get(field);
    int[] row = kind.shape().dims();
    int[] dims = new int[row.length + 2];
    dims[0] = drawn.length;
    dims[1] = drawn[0].rows();
    System.arraycopy(row, 0, dims, 2, row.length);
    Array all = Array.zeros(kind.dtype(), Shape.of(dims));
    for (int b = 0; b < drawn.length; b++) {
      Windows.read(dataset, drawn[b], field, all, b * (all.size() / drawn.length));
    }
    return all;
  }

  /** Ends the threads that read ahead; what they have read is thrown away. */
  @Override
  public void close() {
    if (readers == null) {
      return;
    }
    ready.forEach(batch -> batch.cancel(false));
    ready.clear();
    readers.shutdown();
    try {
      // Whoever closes the dataset next must not find a reader in it.
      readers.awaitTermination(SLOWEST_READ_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
