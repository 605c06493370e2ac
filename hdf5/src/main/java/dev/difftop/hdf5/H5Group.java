package dev.difftop.hdf5;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.binding.ErrorStack;
import dev.difftop.hdf5.binding.Handle;
import dev.difftop.hdf5.binding.Members;
import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.Plists;
import dev.difftop.hdf5.binding.Session;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;

/** A group: named members, found by paths such as {@code data/demo_0}. */
public sealed class H5Group extends H5Node permits H5File {
  H5Group(Session session, Handle handle, Location location) {
    super(session, handle, location);
  }

  /** The names of the members, links that lead nowhere included, sorted as text. */
  public final List<String> names() {
    return Native.call(() -> Members.names(id(), location(), session().access().maxObjects()));
  }

  /** Whether a path leads to an object. A link that leads nowhere is not an object. */
  public final boolean has(String path) {
    return Native.call(
        () -> {
          try {
            H5Oclose(Links.open(session(), id(), location(), path).id());
            return true;
          } catch (H5Exception e) {
            if (e.kind() == Kind.MISSING_KEY || e.kind() == Kind.LINK_BROKEN) {
              return false;
            }
            throw e;
          }
        });
  }

  /**
   * The group or dataset at a path.
   *
   * @throws H5Exception {@code MISSING_KEY} and others of a path that cannot be followed; {@code
   *     TYPE_MISMATCH} for a named datatype
   */
  public final H5Node node(String path) {
    H5Node node = nodeOrNull(path);
    if (node == null) {
      throw location()
          .child(path)
          .fault(Kind.TYPE_MISMATCH, "is a named datatype; expected a group or a dataset");
    }
    return node;
  }

  /** The group or dataset at a path, or null for a named datatype. */
  final H5Node nodeOrNull(String path) {
    return Native.call(() -> wrap(Links.open(session(), id(), location(), path)));
  }

  private static H5Node wrap(Links.Found found) {
    Handle handle = found.session().own(found.id(), hdf5::H5Oclose);
    try {
      int type = H5Iget_type(found.id());
      if (type == H5I_GROUP) {
        return new H5Group(found.session(), handle, found.location());
      } else if (type == H5I_DATASET) {
        return H5Dataset.describe(found.session(), handle, found.location());
      }
      found.session().release(handle);
      return null;
    } catch (RuntimeException e) {
      found.session().release(handle);
      throw e;
    }
  }

  /** The group at a path. */
  public final H5Group group(String path) {
    H5Node node = node(path);
    if (node instanceof H5Group group) {
      return group;
    }
    node.close();
    throw node.fault(Kind.TYPE_MISMATCH, "is a dataset; expected a group");
  }

  /** The dataset at a path. */
  public final H5Dataset dataset(String path) {
    H5Node node = node(path);
    if (node instanceof H5Dataset dataset) {
      return dataset;
    }
    node.close();
    throw node.fault(Kind.TYPE_MISMATCH, "is a group; expected a dataset");
  }

  /**
   * Shows every dataset below this group, with its path relative to it; it is closed afterwards.
   * Named datatypes are passed over.
   *
   * @throws H5Exception {@code LINK_CYCLE} if a group contains itself, {@code LIMIT_EXCEEDED} if
   *     there are too many objects or too deep a nesting, and those of a link that cannot be
   *     followed
   */
  public final void walk(BiConsumer<String, H5Dataset> visit) {
    new Walk(session().access(), visit).group(this);
  }

  /** Makes a group and those above it that are not there yet. */
  public final H5Group createGroup(String path) {
    return Native.call(
        () -> {
          Location at = location().child(path);
          session().prepare(at, 0);
          long links = Plists.makingGroups(at);
          long list = session().isOrdered() ? Plists.ordered(H5P_CLS_GROUP_CREATE_ID_g(), at) : 0L;
          try (BytePointer text = Native.text(path)) {
            long group = H5Gcreate2(id(), text, links, list, 0L);
            if (group < 0) {
              throw ErrorStack.fault(at, "cannot make the group", Kind.WRITE_FAILED);
            }
            return new H5Group(session(), session().own(group, hdf5::H5Oclose), at);
          } finally {
            H5Pclose(links);
            if (list > 0) {
              H5Pclose(list);
            }
          }
        });
  }

  /** Makes a dataset, and the groups above it that are not there yet. */
  public final H5Dataset create(String path, H5Type type, long[] shape, H5Storage storage) {
    return Native.call(() -> Writing.create(this, path, type, shape.clone(), storage));
  }

  /** Makes a float32 dataset in one piece. */
  public final void write(String path, float[] values, long... shape) {
    try (H5Dataset dataset = create(path, H5Type.FLOAT32, shape, H5Storage.contiguous())) {
      dataset.write(values, H5Slab.all());
    }
  }

  /** Makes a float64 dataset in one piece. */
  public final void write(String path, double[] values, long... shape) {
    try (H5Dataset dataset = create(path, H5Type.FLOAT64, shape, H5Storage.contiguous())) {
      dataset.write(values, H5Slab.all());
    }
  }

  /** Makes an int64 dataset in one piece. */
  public final void write(String path, long[] values, long... shape) {
    try (H5Dataset dataset = create(path, H5Type.INT64, shape, H5Storage.contiguous())) {
      dataset.write(values, H5Slab.all());
    }
  }

  /** Makes a uint8 dataset in one piece. */
  public final void write(String path, byte[] values, long... shape) {
    try (H5Dataset dataset = create(path, H5Type.UINT8, shape, H5Storage.contiguous())) {
      dataset.write(values, H5Slab.all());
    }
  }

  /** Makes a list of texts of the same fixed size, as numpy's {@code S}. */
  public final void writeFixed(String path, List<String> texts) {
    int size =
        texts.stream().mapToInt(t -> t.getBytes(StandardCharsets.UTF_8).length).max().orElse(1);
    H5Type type = H5Type.fixedText(Math.max(1, size));
    long[] shape = {texts.size()};
    try (H5Dataset dataset = create(path, type, shape, H5Storage.contiguous())) {
      dataset.write(texts.toArray(String[]::new));
    }
  }

  /** Copies this group, all that is in it and its attributes, into a group of any open file. */
  public final void copyTo(H5Group to, String name) {
    Native.run(
        () -> {
          Location at = to.location().child(name);
          to.session().prepare(at, storedBytes());
          try (BytePointer dot = Native.text(".");
              BytePointer text = Native.text(name)) {
            if (H5Ocopy(id(), dot, to.id(), text, 0L, 0L) < 0) {
              throw ErrorStack.fault(at, "cannot copy " + location(), Kind.WRITE_FAILED);
            }
          }
        });
  }

  /** What the arrays of this group take in its file. */
  private long storedBytes() {
    long[] bytes = new long[1];
    walk((path, dataset) -> bytes[0] += dataset.storedBytes());
    return bytes[0];
  }

  /** Removes what is at a path. */
  public final void remove(String path) {
    Native.run(
        () -> {
          try (BytePointer text = Native.text(path)) {
            if (H5Ldelete(id(), text, 0L) < 0) {
              throw ErrorStack.fault(
                  location().child(path), "cannot be removed", Kind.WRITE_FAILED);
            }
          }
        });
  }

  /** Makes a link to a path of this file, there or not. */
  public final void link(String path, String target) {
    makeLink(path, target, (from, to, links) -> H5Lcreate_soft(from, id(), to, links, 0L));
  }

  /** Makes a second name for an object of this group. */
  public final void linkHard(String path, String existing) {
    makeLink(path, existing, (from, to, links) -> H5Lcreate_hard(id(), from, id(), to, links, 0L));
  }

  /** Makes a link to a path of another file, which readers refuse unless they trust it. */
  public final void linkExternal(String path, Path file, String target) {
    makeLink(
        path,
        target,
        (from, to, links) -> {
          try (BytePointer name = Native.text(file)) {
            return H5Lcreate_external(name, from, id(), to, links, 0L);
          }
        });
  }

  private interface MakeLink {
    int make(BytePointer from, BytePointer to, long links);
  }

  private void makeLink(String path, String target, MakeLink make) {
    Native.run(
        () -> {
          Location at = location().child(path);
          session().prepare(at, 0);
          long links = Plists.makingGroups(at);
          try (BytePointer from = Native.text(target);
              BytePointer to = Native.text(path)) {
            if (make.make(from, to, links) < 0) {
              throw ErrorStack.fault(at, "cannot make the link", Kind.WRITE_FAILED);
            }
          } finally {
            H5Pclose(links);
          }
        });
  }
}
