package dev.difftop.hdf5;

import static org.bytedeco.hdf5.global.hdf5.H5Dchunk_iter;

import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Storage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.hdf5.H5D_chunk_iter_op_t;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Where the chunks of a dataset lie, asked of the library once: it goes through all of them for
 * every single one, and in a damaged file its own reading of a chunk may find another size than it
 * stated before.
 */
final class ChunkIndex {
  private static final Collector COLLECTOR = new Collector();

  /**
   * A chunk of a dataset as it is stored.
   *
   * @param address in the file, counted from its base address
   * @param bytes how many, after all filters that were applied when it was written
   * @param skipped bit i is set if filter i of {@link H5Storage#filters()} was not applied
   */
  record Stored(long address, long bytes, int skipped) {}

  private final Map<Long, Stored> chunks;

  private ChunkIndex(Map<Long, Stored> chunks) {
    this.chunks = chunks;
  }

  /** The chunk of that number, if it was ever written. */
  Optional<Stored> get(long number) {
    return Optional.ofNullable(chunks.get(number));
  }

  /** The number of the chunk whose first element is that, row-major over all chunks. */
  static long number(long[] corner, long[] shape, long[] chunk) {
    long number = 0;
    for (int i = 0; i < shape.length; i++) {
      number = number * ((shape[i] + chunk[i] - 1) / chunk[i]) + corner[i] / chunk[i];
    }
    return number;
  }

  /** Finds all chunks of a dataset. Under the lock. */
  static ChunkIndex of(H5Dataset dataset) {
    COLLECTOR.start(dataset);
    try {
      int status = H5Dchunk_iter(dataset.id(), 0L, COLLECTOR, null);
      Native.ok(status, dataset.location(), "cannot find the chunks");
      if (status > 0) {
        throw dataset.fault(
            Kind.CORRUPT, "has more chunks than fit into its shape or into the limit");
      }
      return new ChunkIndex(COLLECTOR.chunks);
    } finally {
      COLLECTOR.chunks = null;
    }
  }

  /** Takes what the library calls out. */
  private static final class Collector extends H5D_chunk_iter_op_t {
    private Map<Long, Stored> chunks;
    private long[] shape;
    private long[] chunk;
    private long most;
    private long found;

    void start(H5Dataset dataset) {
      chunks = new HashMap<>();
      shape = dataset.shape();
      chunk = dataset.storage().chunk();
      found = 0;
      double fit = 1;
      for (int i = 0; i < shape.length; i++) {
        fit *= Math.ceil((double) shape[i] / chunk[i]);
      }
      most = (long) Math.min(fit, Math.max(1 << 24, dataset.session().access().maxObjects()));
    }

    @Override
    public int call(LongPointer offset, int skipped, long address, long bytes, Pointer data) {
      long[] corner = new long[shape.length];
      for (int i = 0; i < corner.length; i++) {
        corner[i] = offset.get(i);
        if (corner[i] < 0 || corner[i] >= shape[i] || corner[i] % chunk[i] != 0) {
          // A chunk outside the dataset, which no read can ask for.
          return 0;
        }
      }
      chunks.putIfAbsent(number(corner, shape, chunk), new Stored(address, bytes, skipped));
      return ++found > most ? 1 : 0;
    }
  }
}
