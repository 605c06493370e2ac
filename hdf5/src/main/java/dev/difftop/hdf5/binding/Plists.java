package dev.difftop.hdf5.binding;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Storage.Filter;
import dev.difftop.hdf5.value.H5Storage.Layout;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/** Property lists: how links and datasets are made and how datasets lie. Used under the lock. */
public final class Plists {
  private static final int NAME_BYTES = 128;
  private static final int PARAMETERS = 32;

  private Plists() {}

  /** A new list for links that makes the groups in between, with UTF-8 names. */
  public static long makingGroups(Location location) {
    long list =
        Native.id(H5Pcreate(H5P_CLS_LINK_CREATE_ID_g()), location, "cannot make a property list");
    H5Pset_create_intermediate_group(list, 1);
    H5Pset_char_encoding(list, H5T_CSET_UTF8);
    return list;
  }

  /** A new list of that class, for groups that remember the order of their members. */
  public static long ordered(long listClass, Location location) {
    long list = Native.id(H5Pcreate(listClass), location, "cannot make a property list");
    H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    return list;
  }

  /**
   * A new list for a file that is written: its data go to the file at once. What the library kept
   * back would fail when a dataset is closed, on a full disk, and that breaks the library down; a
   * write that fails is only reported.
   */
  static long unbuffered(Location location) {
    long list =
        Native.id(H5Pcreate(H5P_CLS_FILE_ACCESS_ID_g()), location, "cannot make a property list");
    Native.ok(H5Pset_sieve_buf_size(list, 0), location, "cannot leave out the buffer");
    Native.ok(H5Pset_cache(list, 0, 0, 0, 1), location, "cannot leave out the cache of chunks");
    return list;
  }

  /** A new list for a dataset of that storage. */
  public static long storing(H5Storage storage, Location location) {
    long list =
        Native.id(
            H5Pcreate(H5P_CLS_DATASET_CREATE_ID_g()), location, "cannot make a property list");
    // Equal contents make equal bytes: no time of writing in them.
    Native.ok(H5Pset_obj_track_times(list, false), location, "cannot leave out the time");
    if (storage.layout() == Layout.CHUNKED) {
      Native.ok(
          H5Pset_chunk(list, storage.chunk().length, storage.chunk()),
          location,
          "cannot use these chunks");
      for (Filter filter : storage.filters()) {
        Native.ok(H5Pset_deflate(list, filter.parameter()), location, "cannot compress");
      }
    }
    return list;
  }

  /** Describes how a dataset lies. */
  public static H5Storage describe(long list, int rank, boolean growing, Location location) {
    int found = Native.ok(H5Pget_layout(list), location, "cannot read the layout");
    Layout layout = Layout.CONTIGUOUS;
    long[] chunk = new long[0];
    if (found == H5D_CHUNKED) {
      layout = Layout.CHUNKED;
      chunk = new long[rank];
      int axes =
          Native.ok(H5Pget_chunk(list, rank, chunk), location, "cannot read the chunks' shape");
      if (axes != rank || Arrays.stream(chunk).anyMatch(size -> size < 1)) {
        throw location.fault(Kind.CORRUPT, "has chunks of shape " + Arrays.toString(chunk));
      }
    } else if (found == H5D_COMPACT) {
      layout = Layout.COMPACT;
    } else if (found == H5D_VIRTUAL) {
      layout = Layout.VIRTUAL;
    }
    return new H5Storage(layout, chunk, filters(list, location), growing);
  }

  /** What an element that was never written is, as it would be stored. */
  public static byte[] fill(long list, long type, H5Type described, Location location) {
    byte[] fill = new byte[described.bytes()];
    int[] status = new int[1];
    Native.ok(H5Pfill_value_defined(list, status), location, "cannot read the fill value");
    if (status[0] == H5D_FILL_VALUE_USER_DEFINED) {
      try (BytePointer value = new BytePointer(fill.length)) {
        Native.ok(H5Pget_fill_value(list, type, value), location, "cannot read the fill value");
        value.get(fill);
      }
    }
    return fill;
  }

  private static List<Filter> filters(long list, Location location) {
    int n = Native.ok(H5Pget_nfilters(list), location, "cannot read the filters");
    List<Filter> filters = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int[] flags = new int[1];
      int[] parameters = new int[PARAMETERS];
      byte[] name = new byte[NAME_BYTES];
      try (SizeTPointer count = new SizeTPointer(1)) {
        count.put(PARAMETERS);
        int id = H5Pget_filter2(list, i, flags, count, parameters, NAME_BYTES, name, new int[1]);
        Native.ok(id, location, "cannot read a filter");
        int known = (int) Math.min(PARAMETERS, count.get());
        List<Integer> values = Arrays.stream(parameters).limit(known).boxed().toList();
        filters.add(new Filter(id, label(id, name), values, H5Zfilter_avail(id) > 0));
      }
    }
    return List.copyOf(filters);
  }

  private static String label(int id, byte[] name) {
    String text = Elements.text(name);
    return text.isEmpty() ? "filter " + id : text;
  }
}
