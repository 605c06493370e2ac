package dev.difftop.hdf5;

import static org.bytedeco.hdf5.global.hdf5.*;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.Plists;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;

/** Makes what our own writer does not offer: datasets that a careful reader refuses. */
final class Craft {
  private Craft() {}

  /** A float32 dataset of 8 elements whose bytes lie in another file. */
  static void rawElsewhere(H5Group group, String name, String file) {
    make(
        group,
        name,
        new long[] {8},
        H5T_IEEE_F32LE_g(),
        list -> {
          try (BytePointer f = Native.text(file)) {
            return H5Pset_external(list, f, 0, 32);
          }
        });
  }

  /** A float32 dataset of 8 elements made of one in another file. */
  static void virtual(H5Group group, String name, String file, String source) {
    make(
        group,
        name,
        new long[] {8},
        H5T_IEEE_F32LE_g(),
        list -> {
          long space = H5Screate_simple(1, new long[] {8}, (long[]) null);
          try (BytePointer f = Native.text(file);
              BytePointer s = Native.text(source)) {
            return H5Pset_virtual(list, space, f, s, space);
          } finally {
            H5Sclose(space);
          }
        });
  }

  /** A growing float32 dataset of rows of 8, one from each of the files that a pattern names. */
  static void virtualPattern(H5Group group, String name, String files, String source) {
    long[] most = {H5S_UNLIMITED};
    make(
        group,
        name,
        H5Screate_simple(1, new long[] {8}, most),
        H5T_IEEE_F32LE_g(),
        list -> {
          long all = H5Screate_simple(1, new long[] {8}, most);
          long one = H5Screate_simple(1, new long[] {8}, (long[]) null);
          try (BytePointer f = Native.text(files);
              BytePointer s = Native.text(source)) {
            long[] eight = {8};
            H5Sselect_hyperslab(all, H5S_SELECT_SET, new long[1], eight, most, eight);
            return H5Pset_virtual(list, all, f, s, one);
          } finally {
            H5Sclose(one);
            H5Sclose(all);
          }
        });
  }

  /** A chunked dataset that names a filter nobody has. */
  static void unknownFilter(H5Group group, String name) {
    make(
        group,
        name,
        new long[] {8},
        H5T_IEEE_F32LE_g(),
        list -> {
          H5Pset_chunk(list, 1, 8);
          try (IntPointer none = new IntPointer(1)) {
            return H5Pset_filter(list, 32000, H5Z_FLAG_OPTIONAL, 0, none);
          }
        });
  }

  /** A dataset with shuffle, deflate and checksums, and 7 where nothing was written. */
  static void filtered(H5Group group, String name, long type, long[] shape, long[] chunk) {
    make(
        group,
        name,
        shape,
        type,
        list -> {
          H5Pset_chunk(list, chunk.length, chunk);
          H5Pset_shuffle(list);
          H5Pset_deflate(list, 4);
          H5Pset_fletcher32(list);
          try (IntPointer seven = new IntPointer(1)) {
            seven.put(7);
            return H5Pset_fill_value(list, H5T_NATIVE_INT_g(), seven);
          }
        });
  }

  /** A dataset of that shape without any bytes. */
  static void empty(H5Group group, String name, long type, long[] shape, long[] chunk) {
    make(
        group,
        name,
        shape,
        type,
        list -> {
          H5Pset_alloc_time(list, H5D_ALLOC_TIME_INCR);
          return H5Pset_chunk(list, chunk.length, chunk);
        });
  }

  /** A dataset in one piece. */
  static void plain(H5Group group, String name, long type, long[] shape) {
    make(group, name, shape, type, list -> 0);
  }

  /** A dataset of one element of any type, never written. */
  static void ofType(H5Group group, String name, long type) {
    make(group, name, new long[] {1}, type, list -> 0);
  }

  private interface Settings {
    int apply(long list);
  }

  private static void make(H5Group group, String name, long[] shape, long type, Settings set) {
    make(group, name, H5Screate_simple(shape.length, shape, (long[]) null), type, set);
  }

  private static void make(H5Group group, String name, long space, long type, Settings set) {
    Native.run(
        () -> {
          long list = H5Pcreate(H5P_CLS_DATASET_CREATE_ID_g());
          done(set.apply(list));
          try (BytePointer n = Native.text(name)) {
            long links = Plists.makingGroups(group.location());
            long id = H5Dcreate2(group.id(), n, type, space, links, list, 0L);
            H5Pclose(links);
            assertTrue(id >= 0, "the crafted dataset cannot be made");
            H5Dclose(id);
          }
          H5Sclose(space);
          H5Pclose(list);
        });
  }

  private static void done(int status) {
    assertTrue(status >= 0, "the crafted object cannot be made");
  }
}
