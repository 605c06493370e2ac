package dev.difftop.hdf5.binding;

import static org.bytedeco.hdf5.global.hdf5.H5Literate2;
import static org.bytedeco.hdf5.global.hdf5.H5O_INFO_BASIC;
import static org.bytedeco.hdf5.global.hdf5.H5Oget_info3;
import static org.bytedeco.hdf5.global.hdf5.H5_INDEX_NAME;
import static org.bytedeco.hdf5.global.hdf5.H5_ITER_NATIVE;

import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.Location;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.hdf5.H5L_info2_t;
import org.bytedeco.hdf5.H5L_iterate2_t;
import org.bytedeco.hdf5.H5O_info2_t;
import org.bytedeco.hdf5.H5O_token_t;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** What a group holds, and which object an open id is. Used under the lock. */
public final class Members {
  private static final int TOKEN_BYTES = 16;
  private static final Collector COLLECTOR = new Collector();

  private Members() {}

  /**
   * The names of a group's members, sorted here: in any order but its own the library makes a table
   * first, and in a damaged file frees entries that it never filled.
   */
  public static List<String> names(long group, Location location, long most) {
    COLLECTOR.names = new ArrayList<>();
    COLLECTOR.most = most;
    try {
      int status =
          H5Literate2(group, H5_INDEX_NAME, H5_ITER_NATIVE, new long[] {0}, COLLECTOR, null);
      Native.ok(status, location, "cannot list the members");
      if (status > 0) {
        throw location.fault(Kind.LIMIT_EXCEEDED, "has more than " + most + " members");
      }
      Collections.sort(COLLECTOR.names);
      return COLLECTOR.names;
    } finally {
      COLLECTOR.names = null;
    }
  }

  /** The address of an object's header in its file. */
  public static long address(long object, Location location) {
    try (H5O_info2_t info = new H5O_info2_t()) {
      Native.ok(H5Oget_info3(object, info, H5O_INFO_BASIC), location, "cannot be located");
      long address = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        address |= (info.token().__data(i) & 0xffL) << (Byte.SIZE * i);
      }
      return address;
    }
  }

  /** Identity of an object: equal for two ids of the same object. */
  public static String identity(long object, Location location) {
    try (H5O_info2_t info = new H5O_info2_t()) {
      Native.ok(H5Oget_info3(object, info, H5O_INFO_BASIC), location, "cannot be identified");
      H5O_token_t token = info.token();
      StringBuilder text = new StringBuilder().append(info.fileno());
      for (int i = 0; i < TOKEN_BYTES; i++) {
        text.append(':').append(token.__data(i));
      }
      return text.toString();
    }
  }

  /** Takes the names that the library calls out. */
  private static final class Collector extends H5L_iterate2_t {
    private List<String> names;
    private long most;

    @Override
    public int call(long group, BytePointer name, H5L_info2_t info, Pointer data) {
      if (names.size() >= most) {
        return 1;
      }
      names.add(new String(name.getStringBytes(), StandardCharsets.UTF_8));
      return 0;
    }
  }
}
