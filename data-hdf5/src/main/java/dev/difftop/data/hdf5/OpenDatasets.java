package dev.difftop.data.hdf5;

import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Slab;
import dev.difftop.hdf5.H5Storage.Layout;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps datasets open between reads, the least recently used ones closed first: opening one by its
 * path takes longer than reading a few rows. A chunked one keeps decoded chunks and so weighs more.
 */
final class OpenDatasets {
  private static final int CAPACITY = 2048;
  private static final int CHUNKED_WEIGHT = 32;

  private final H5File file;
  private final Map<String, H5Dataset> open = new LinkedHashMap<>(16, 0.75f, true);
  private int weight;

  OpenDatasets(H5File file) {
    this.file = file;
  }

  /** Reads rows as float32 into an array. */
  synchronized void read(String path, H5Slab slab, float[] into) {
    get(path).read(slab, into, 0);
  }

  /** Reads rows as uint8; compressed ones are inflated outside of any lock. */
  byte[] readBytes(String path, long from, int count, int size) {
    byte[] rows = new byte[size];
    Frames frames;
    synchronized (this) {
      H5Dataset dataset = get(path);
      if (count == 0 || !Frames.suits(dataset)) {
        dataset.read(H5Slab.rows(from, count), rows, 0);
        return rows;
      }
      frames = new Frames(dataset, from, count);
    }
    frames.inflate(file.file(), rows);
    return rows;
  }

  private H5Dataset get(String path) {
    H5Dataset found = open.get(path);
    if (found == null) {
      found = file.dataset(path);
      open.put(path, found);
      weight += weight(found);
      closeOldest();
    }
    return found;
  }

  private static int weight(H5Dataset dataset) {
    return dataset.storage().layout() == Layout.CHUNKED ? CHUNKED_WEIGHT : 1;
  }

  private void closeOldest() {
    Iterator<H5Dataset> oldest = open.values().iterator();
    while (weight > CAPACITY && open.size() > 1) {
      H5Dataset dataset = oldest.next();
      oldest.remove();
      weight -= weight(dataset);
      dataset.close();
    }
  }
}
