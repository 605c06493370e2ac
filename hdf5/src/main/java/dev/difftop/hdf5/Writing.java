package dev.difftop.hdf5;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.binding.ErrorStack;
import dev.difftop.hdf5.binding.Handle;
import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.Plists;
import dev.difftop.hdf5.binding.Spaces;
import dev.difftop.hdf5.binding.Types;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;

/** Makes datasets. Used under the lock. */
final class Writing {
  private Writing() {}

  static H5Dataset create(
      H5Group group, String path, H5Type type, long[] shape, H5Storage storage) {
    Location location = group.location().child(path);
    group.session().prepare(location, 0);
    long stored = Types.create(type, location);
    long space = Spaces.create(shape, storage.growing(), location);
    long list = Plists.storing(storage, location);
    long links = Plists.makingGroups(location);
    try (BytePointer text = Native.text(path)) {
      long id = H5Dcreate2(group.id(), text, stored, space, links, list, 0L);
      if (id < 0) {
        throw ErrorStack.fault(location, "cannot make the dataset", Kind.WRITE_FAILED);
      }
      Handle handle = group.session().own(id, hdf5::H5Oclose);
      return H5Dataset.describe(group.session(), handle, location);
    } finally {
      H5Pclose(links);
      H5Pclose(list);
      H5Sclose(space);
      H5Tclose(stored);
    }
  }

  /** Most bytes that writing a part adds to a file: whole chunks, or the whole array at once. */
  static long added(H5Dataset dataset, H5Slab slab) {
    long[] shape = dataset.shape();
    long[] chunk = dataset.storage().chunk();
    if (chunk.length == 0) {
      return H5Dget_offset(dataset.id()) >= 0 ? 0 : dataset.elements() * dataset.type().bytes();
    }
    long[] start = slab.starts(shape);
    long[] count = slab.counts(shape);
    long bytes = dataset.type().bytes();
    for (int i = 0; i < chunk.length; i++) {
      bytes *= chunk[i] * ((start[i] + count[i] + chunk[i] - 1) / chunk[i] - start[i] / chunk[i]);
    }
    return bytes;
  }
}
