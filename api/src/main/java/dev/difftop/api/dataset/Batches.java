package dev.difftop.api.dataset;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Batches of windows in random order, read ahead by threads of its own. Images stay uint8. Every
 * window comes once in an epoch; a batch may hold the end of one epoch and the start of the next.
 * The batches depend on the stream and the position only, not on how many threads read or how far
 * ahead. Windows are read into the batch at once; nothing else is kept. Numbers that are not finite
 * are refused ({@link CheckedDataset}). To be used by one thread.
 */
public final class Batches implements AutoCloseable {
  /**
   * How batches are made.
   *
   * @param size B, windows of a batch
   * @param fields what a batch has of the dataset
   * @param ahead batches that are read before they are asked for; 0 reads when asked
   * @param threads threads that read ahead
   */
  public record Settings(int size, List<WindowField> fields, int ahead, int threads) {
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

    /** Every row of the windows of those fields. */
    public static Settings whole(int size, List<String> fields, int ahead, int threads) {
      return new Settings(size, fields.stream().map(WindowField::whole).toList(), ahead, threads);
    }
  }

  private static final long SLOWEST_READ_MINUTES = 10;

  /** From this size on all processors share the windows of a batch: images take long. */
  private static final long SHARED_BYTES = 1 << 20;

  private final Dataset dataset;
  private final Windows windows;
  private final Settings settings;
  private final List<WindowField> fields;
  private final RandomStream random;
  private final ExecutorService readers;
  private final Deque<Future<Map<String, Array>>> ready = new ArrayDeque<>();
  private final Queue<Map<String, Array>> spare = new ConcurrentLinkedQueue<>();
  private long taken;
  private long asked;

  /**
   * Batches from a position on.
   *
   * @param random the stream that the order comes from; epochs are children of it
   * @param position what {@link #position()} returned before; 0 for the start
   * @throws IllegalArgumentException if there are no windows, a field is not there or asks for rows
   *     that the windows lack
   */
  public Batches(
      Dataset dataset, Windows windows, Settings settings, RandomStream random, long position) {
    if (windows.count() == 0) {
      throw new IllegalArgumentException("no episode is long enough for a window");
    } else if (position < 0) {
      throw new IllegalArgumentException("position: found " + position + ", expected 0 or more");
    }
    this.dataset = CheckedDataset.of(dataset);
    this.windows = windows;
    this.fields = fields(dataset, windows, settings.fields());
    this.settings = settings;
    this.random = random;
    this.taken = position;
    this.asked = position;
    this.readers = settings.ahead() == 0 ? null : readers(settings.threads());
  }

  private static List<WindowField> fields(
      Dataset dataset, Windows windows, List<WindowField> asked) {
    List<WindowField> fields = asked.stream().map(f -> f.within(windows.rule())).toList();
    for (WindowField field : fields) {
      if (!field.isMask() && !dataset.fields().containsKey(field.field())) {
        throw new IllegalArgumentException(
            "fields: found %s, expected one of %s"
                .formatted(field.field(), dataset.fields().keySet()));
      }
    }
    if (fields.stream().map(WindowField::name).distinct().count() < fields.size()) {
      throw new IllegalArgumentException("fields: found %s, expected each once".formatted(fields));
    }
    return fields;
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

  /**
   * Gives a batch back that is not needed any more: a later one is read into its arrays. That
   * spares the memory and the time to clear it, which counts for images.
   *
   * @param batch that {@link #next()} gave, not to be looked at again
   */
  public void reuse(Map<String, Array> batch) {
    if (spare.size() <= settings.ahead()) {
      spare.add(Map.copyOf(batch));
    }
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
    Shuffle shuffle = null;
    for (int b = 0; b < drawn.length; b++) {
      if ((from + b) / windows.count() != epoch) {
        epoch = (from + b) / windows.count();
        shuffle = new Shuffle(windows.count(), random.child(epoch));
      }
      drawn[b] = windows.get(shuffle.get((from + b) % windows.count()));
    }
    Map<String, Array> batch = new LinkedHashMap<>();
    int[] order = inFileOrder(drawn);
    Map<String, Array> old = Optional.ofNullable(spare.poll()).orElse(Map.of());
    for (WindowField field : fields) {
      Array all = array(field, old.get(field.name()));
      read(drawn, order, field, all);
      batch.put(field.name(), all);
    }
    return batch;
  }

  private Array array(WindowField field, Array old) {
    Shape shape = field.shape(settings.size(), dataset);
    boolean fits = old != null && old.shape().equals(shape) && old.dtype() == field.dtype(dataset);
    return fits ? old : Array.zeros(field.dtype(dataset), shape);
  }

  private void read(Windows.Window[] drawn, int[] order, WindowField field, Array all) {
    int size = all.size() / drawn.length;
    IntStream windows = IntStream.range(0, drawn.length).map(i -> order[i]);
    boolean large = (long) all.size() * all.dtype().bytes() >= SHARED_BYTES;
    (large ? windows.parallel() : windows)
        .forEach(b -> Windows.read(dataset, drawn[b], field, all, b * size));
  }

  /** Windows that lie beside each other are read one after the other: they share chunks. */
  private static int[] inFileOrder(Windows.Window[] drawn) {
    return IntStream.range(0, drawn.length)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(b -> drawn[b].episode())
                .thenComparingInt(b -> drawn[b].from()))
        .mapToInt(Integer::intValue)
        .toArray();
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
      // The dataset may be closed next: no reader may be in it.
      readers.awaitTermination(SLOWEST_READ_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
