package dev.difftop.hdf5;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.Session;
import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.value.H5Access.External;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.bytedeco.hdf5.H5L_info2_t;
import org.bytedeco.hdf5.H5O_info2_t;
import org.bytedeco.javacpp.BytePointer;

/**
 * Opens objects by path, one link at a time: the library follows soft and external links silently,
 * so it is never given more than one component, and that only for hard links. Used under the lock.
 */
final class Links {
  private static final long LONGEST_TARGET = 1L << 20;

  /** An object that has been opened; the receiver owns the id. */
  record Found(Session session, long id, Location location) {}

  private final int most;
  private int followed;

  private Links(int most) {
    this.most = most;
  }

  /** Opens {@code path} below the group {@code from}. */
  static Found open(Session session, long from, Location location, String path) {
    return new Links(session.access().maxLinkDepth()).walk(session, from, location, path);
  }

  private Found walk(Session session, long from, Location location, String path) {
    Found at = new Found(session, again(from, location), location);
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      Found group = at;
      try {
        at = step(group, name);
      } finally {
        H5Oclose(group.id());
      }
    }
    return at;
  }

  /** A second id of an open object. */
  private static long again(long id, Location location) {
    try (BytePointer dot = Native.text(".")) {
      return Native.id(H5Oopen(id, dot, 0L), location, "cannot open");
    }
  }

  private Found step(Found group, String name) {
    Location location = group.location().child(name);
    if (H5Iget_type(group.id()) != H5I_GROUP) {
      throw group.location().fault(Kind.TYPE_MISMATCH, "is no group; expected one with " + name);
    }
    try (BytePointer text = Native.text(name);
        H5L_info2_t info = new H5L_info2_t()) {
      if (Native.ok(H5Lexists(group.id(), text, 0L), location, "cannot look up the name") == 0) {
        throw location.fault(Kind.MISSING_KEY, "is not there");
      }
      Native.ok(H5Lget_info2(group.id(), text, info, 0L), location, "cannot read the link");
      int type = info.type();
      if (type == H5L_TYPE_HARD) {
        return new Found(group.session(), object(group, text, location), location);
      } else if (type == H5L_TYPE_SOFT) {
        return soft(group, location, value(group, text, info, location));
      } else if (type == H5L_TYPE_EXTERNAL) {
        return external(group, location, value(group, text, info, location));
      }
      throw location.fault(Kind.UNSUPPORTED, "is a link of the user-defined type " + type);
    }
  }

  private static long object(Found group, BytePointer name, Location location) {
    if (group.session().access().external() != External.REFUSE
        && isDataset(group, name, location)) {
      return Externals.open(group.session(), group.id(), name, location);
    }
    return Native.id(H5Oopen(group.id(), name, 0L), location, "cannot open");
  }

  /** Found without opening it: opened twice, it must be in the same way. */
  private static boolean isDataset(Found group, BytePointer name, Location location) {
    try (H5O_info2_t info = new H5O_info2_t()) {
      Native.ok(
          H5Oget_info_by_name3(group.id(), name, info, H5O_INFO_BASIC, 0L),
          location,
          "cannot open");
      return info.type() == H5O_TYPE_DATASET;
    }
  }

  private static byte[] value(Found group, BytePointer name, H5L_info2_t info, Location location) {
    long size = info.u_val_size();
    if (size < 1 || size > LONGEST_TARGET) {
      throw location.fault(Kind.CORRUPT, "the link's target has " + size + " bytes");
    }
    try (BytePointer buffer = new BytePointer(size)) {
      Native.ok(
          H5Lget_val(group.id(), name, buffer, size, 0L),
          location,
          "cannot read the link's target");
      byte[] bytes = new byte[(int) size];
      buffer.get(bytes);
      return bytes;
    }
  }

  private void count(Location location) {
    if (++followed > most) {
      throw location.fault(
          Kind.LINK_BROKEN, "more than " + most + " links follow one another; is it a loop?");
    }
  }

  private Found soft(Found group, Location location, byte[] value) {
    count(location);
    String target = Elements.text(value);
    try {
      if (!target.startsWith("/")) {
        return renamed(walk(group.session(), group.id(), group.location(), target), location);
      }
      long root = group.session().openRoot();
      try {
        Location top = Location.root(group.session().name());
        return renamed(walk(group.session(), root, top, target), location);
      } finally {
        H5Oclose(root);
      }
    } catch (H5Exception e) {
      throw e.kind() == Kind.MISSING_KEY ? dangling(location, target, e) : e;
    }
  }

  /** What was found under the name it was asked for, as long as it is in the same file. */
  private static Found renamed(Found found, Location location) {
    return found.location().file().equals(location.file())
        ? new Found(found.session(), found.id(), location)
        : found;
  }

  static H5Exception dangling(Location location, String target, H5Exception cause) {
    return new H5Exception(
        Kind.LINK_BROKEN,
        location.file(),
        location.path(),
        "is a link to " + target + ", which is not there (" + cause.where() + ")",
        cause);
  }

  /** The value of an external link: a byte of version and flags, the file, the path inside it. */
  private Found external(Found group, Location location, byte[] value) {
    int end = 1;
    while (end < value.length && value[end] != 0) {
      end++;
    }
    if (end >= value.length) {
      throw location.fault(Kind.CORRUPT, "the external link's target is not complete");
    }
    String file = new String(value, 1, end - 1, StandardCharsets.UTF_8);
    byte[] rest = java.util.Arrays.copyOfRange(value, end + 1, value.length);
    String inside = Elements.text(rest);
    count(location);
    Path target =
        allowed(group.session(), location, file, "links to " + inside + " in another file");
    try {
      Session there = group.session().follow(target);
      long root = there.openRoot();
      try {
        return walk(there, root, Location.root(there.name()), inside);
      } finally {
        H5Oclose(root);
      }
    } catch (H5Exception e) {
      boolean absent = e.kind() == Kind.MISSING_KEY || e.kind() == Kind.UNREADABLE;
      throw absent ? dangling(location, file + ":" + inside, e) : e;
    }
  }

  /** The other file, if the file's access allows it. */
  static Path allowed(Session session, Location location, String file, String what) {
    if (session.access().external() == External.REFUSE) {
      throw location.fault(
          Kind.EXTERNAL_REFUSED,
          what + " (" + file + "); allow files of the same folder if you trust it");
    }
    try {
      Path folder = session.name().toAbsolutePath().getParent().toRealPath();
      Path target = folder.resolve(file).normalize();
      Path real = target.toFile().exists() ? target.toRealPath() : target;
      if (!real.startsWith(folder)) {
        throw location.fault(
            Kind.EXTERNAL_REFUSED, what + " (" + file + "), which is outside " + folder);
      }
      return real;
    } catch (IOException | InvalidPathException e) {
      throw new H5Exception(
          Kind.LINK_BROKEN, location.file(), location.path(), what + " (" + file + "): " + e, e);
    }
  }
}
