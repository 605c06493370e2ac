package dev.difftop.hdf5;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.binding.Handle;
import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.Session;
import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Storage.Layout;
import dev.difftop.hdf5.value.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/** Datasets whose elements lie in other files. Used under the lock. */
final class Externals {
  private static final int NAME_BYTES = 4096;

  /** How a virtual dataset names the file it is in. */
  private static final String SAME_FILE = ".";

  private Externals() {}

  /**
   * Opens a dataset once more, so that the library looks for its other files in the folder of this
   * one, where they have been checked, and not in the process's own.
   */
  static long open(Session session, long group, BytePointer name, Location location) {
    long list =
        Native.id(
            H5Pcreate(H5P_CLS_DATASET_ACCESS_ID_g()), location, "cannot make a property list");
    try (BytePointer folder = Native.text(session.name().toAbsolutePath().getParent())) {
      H5Pset_efile_prefix(list, folder);
      H5Pset_virtual_prefix(list, folder);
      return Native.id(H5Dopen2(group, name, list), location, "cannot open");
    } finally {
      H5Pclose(list);
    }
  }

  /**
   * Whether a dataset keeps its elements in other files.
   *
   * @throws H5Exception {@code EXTERNAL_REFUSED} if it does and may not
   */
  static boolean check(Session session, long list, H5Storage storage, Location location) {
    if (storage.layout() == Layout.VIRTUAL) {
      checkVirtual(session, list, location);
      return true;
    }
    int files = H5Pget_external_count(list);
    for (int i = 0; i < files; i++) {
      byte[] name = new byte[NAME_BYTES];
      try (SizeTPointer size = new SizeTPointer(1)) {
        H5Pget_external(list, i, NAME_BYTES, name, size, new long[1]);
      }
      String text = Elements.text(name);
      present(
          Links.allowed(session, location, text, "keeps its data in another file"), text, location);
    }
    return files > 0;
  }

  private static void present(Path file, String target, Location location) {
    if (!Files.isRegularFile(file)) {
      throw location.fault(
          Kind.LINK_BROKEN, "lies in another file (" + target + "), which is not there");
    }
  }

  private static void checkVirtual(Session session, long list, Location location) {
    try (SizeTPointer count = new SizeTPointer(1);
        BytePointer name = new BytePointer(NAME_BYTES)) {
      Native.ok(H5Pget_virtual_count(list, count), location, "cannot read the virtual sources");
      for (long i = 0; i < count.get(); i++) {
        H5Pget_virtual_filename(list, i, name, NAME_BYTES);
        String file = Native.text(name);
        H5Pget_virtual_dsetname(list, i, name, NAME_BYTES);
        checkSource(session, file, Native.text(name), location);
      }
    }
  }

  /**
   * What a virtual dataset is made of is there and may be read, and so on for what that is made of:
   * the library itself follows it anywhere, and takes what is not there for zeros.
   */
  private static void checkSource(Session session, String file, String path, Location location) {
    Path target = Links.allowed(session, location, file, "is a virtual dataset made of others");
    if ((file + path).contains("%b")) {
      throw location.fault(Kind.UNSUPPORTED, "is made of datasets whose names are a pattern");
    }
    if (!file.equals(SAME_FILE)) {
      present(target, file, location);
    }
    Session there = file.equals(SAME_FILE) ? session : session.follow(target);
    there.enterVirtual(location);
    try {
      openSource(there, path).close();
    } catch (H5Exception e) {
      throw e.kind() == Kind.MISSING_KEY ? Links.dangling(location, file + ":" + path, e) : e;
    } finally {
      there.leaveVirtual();
    }
  }

  private static H5Node openSource(Session session, String path) {
    Handle root = session.own(session.openRoot(), hdf5::H5Oclose);
    try (H5Group group = new H5Group(session, root, Location.root(session.name()))) {
      return group.dataset(path);
    }
  }
}
