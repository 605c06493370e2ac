package dev.difftop.hdf5.binding;

import static org.bytedeco.hdf5.global.hdf5.H5E_WALK_UPWARD;
import static org.bytedeco.hdf5.global.hdf5.H5Ewalk2;

import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.hdf5.H5E_error2_t;
import org.bytedeco.hdf5.H5E_walk2_t;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Turns the library's error stack into an exception; its innermost entry states the cause. */
public final class ErrorStack {
  private static final Pattern SYSTEM_REASON = Pattern.compile("error message = '([^']*)'");
  private static final Walker WALKER = new Walker();

  private ErrorStack() {}

  /** The fault of the call that has just failed. Under the lock. */
  public static H5Exception fault(Location location, String what) {
    return fault(location, what, H5Exception.Kind.CORRUPT);
  }

  /** The same, with the kind it has when the stack states no other. Under the lock. */
  public static H5Exception fault(Location location, String what, H5Exception.Kind otherwise) {
    WALKER.entries.clear();
    H5Ewalk2(0L, H5E_WALK_UPWARD, WALKER, null);
    String cause = WALKER.entries.isEmpty() ? "no reason given" : brief(WALKER.entries.get(0));
    H5Exception.Kind kind = kind(cause.toLowerCase(Locale.ROOT), otherwise);
    return location.fault(kind, what + ": " + cause + advice(kind));
  }

  /** Of a failed system call the library states time, addresses and, in quotes, the reason. */
  private static String brief(String cause) {
    Matcher reason = SYSTEM_REASON.matcher(cause);
    return reason.find()
        ? cause.lines().findFirst().orElse("").replaceAll(": time = .*", "")
            + ": "
            + reason.group(1)
        : cause.replace('\n', ' ');
  }

  private static H5Exception.Kind kind(String cause, H5Exception.Kind otherwise) {
    if (cause.contains("file signature not found")) {
      return H5Exception.Kind.NOT_HDF5;
    } else if (cause.contains("truncated file")) {
      return H5Exception.Kind.TRUNCATED;
    } else if (cause.contains("consistency flags") || cause.contains("already open for")) {
      return H5Exception.Kind.NOT_CLEANLY_CLOSED;
    } else if (cause.contains("filter") && cause.contains("not registered")) {
      return H5Exception.Kind.UNSUPPORTED_FILTER;
    } else if (cause.contains("no appropriate function for conversion path")) {
      return H5Exception.Kind.TYPE_MISMATCH;
    } else if (cause.contains("unable to lock file")) {
      return H5Exception.Kind.UNREADABLE;
    }
    return otherwise;
  }

  private static String advice(H5Exception.Kind kind) {
    return switch (kind) {
      case NOT_HDF5 -> "; is it an HDF5 file?";
      case TRUNCATED -> "; was it copied or downloaded whole?";
      case NOT_CLEANLY_CLOSED -> "; if no program is writing it, run h5clear -s on a copy";
      case UNREADABLE -> "; another program is writing it";
      default -> "";
    };
  }

  /** Collects the stack, innermost first. */
  private static final class Walker extends H5E_walk2_t {
    private final List<String> entries = new ArrayList<>();

    @Override
    public int call(int n, H5E_error2_t entry, Pointer data) {
      BytePointer text = entry.desc();
      entries.add(text == null || text.isNull() ? "no description" : text.getString());
      return 0;
    }
  }
}
