package dev.difftop.data.hdf5.reading;

import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Storage.Layout;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Keeps datasets open between reads, the least recently used ones closed first: opening one by its
 * path takes longer than reading a few rows. A chunked one keeps decoded chunks and so weighs more.
 * Several threads may read at once; what one of them reads is not closed.
 */
public final class OpenDatasets {
  private static final int CAPACITY = 2048;
  private static final int CHUNKED_WEIGHT = 32;

  private final H5File file;
  private final Map<String, Entry> open = new LinkedHashMap<>(16, 0.75f, true);
  private int weight;

  private static final class Entry {
    private final H5Dataset dataset;
    private int readers;

    Entry(H5Dataset dataset) {
      this.dataset = dataset;
    }

    int weight() {
      return dataset.storage().layout() == Layout.CHUNKED ? CHUNKED_WEIGHT : 1;
    }
  }

  public OpenDatasets(H5File file) {
    this.file = file;
  }

  /** Reads from the dataset at a path. */
  public void read(String path, Consumer<H5Dataset> reader) {
    Entry entry = take(path);
    try {
      reader.accept(entry.dataset);
    } finally {
      giveBack(entry);
    }
  }

  private synchronized Entry take(String path) {
    Entry entry = open.get(path);
    if (entry == null) {
      entry = new Entry(file.dataset(path));
      open.put(path, entry);
      weight += entry.weight();
    }
    entry.readers++;
    return entry;
  }

  private synchronized void giveBack(Entry entry) {
    entry.readers--;
    Iterator<Entry> oldest = open.values().iterator();
    while (weight > CAPACITY && oldest.hasNext()) {
      Entry candidate = oldest.next();
      if (candidate.readers == 0) {
        oldest.remove();
        weight -= candidate.weight();
        candidate.dataset.close();
      }
    }
  }
}
