package dev.difftop.hdf5;

import dev.difftop.hdf5.binding.Handle;
import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.Session;
import dev.difftop.hdf5.binding.Texts;
import dev.difftop.hdf5.decode.Element;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A group or a dataset that is open. Closing its file closes it too. */
public abstract sealed class H5Node implements AutoCloseable permits H5Group, H5Dataset {
  private final Session session;
  private final Handle handle;
  private final Location location;

  H5Node(Session session, Handle handle, Location location) {
    this.session = session;
    this.handle = handle;
    this.location = location;
  }

  final Session session() {
    return session;
  }

  final Handle handle() {
    return handle;
  }

  final Location location() {
    return location;
  }

  final long id() {
    return handle.id(location);
  }

  /** The path inside the file, without a leading slash; empty for the root. */
  public final String path() {
    return location.path();
  }

  /** A fault of this object, with its file and path. */
  public final H5Exception fault(Kind kind, String detail) {
    return location.fault(kind, detail);
  }

  /** A fault of something below this object. */
  public final H5Exception fault(Kind kind, String below, String detail) {
    return location.child(below).fault(kind, detail);
  }

  /** The names of all attributes. */
  public final List<String> attributeNames() {
    return Native.call(() -> Attributes.names(id(), location, session.access()));
  }

  /** An attribute, if it is there. */
  public final Optional<H5Attribute> attribute(String name) {
    Location at = attributePlace(name);
    return Native.call(
        () ->
            Attributes.has(id(), name, at)
                ? Optional.of(Attributes.read(session, id(), name, at))
                : Optional.empty());
  }

  /**
   * An attribute.
   *
   * @throws H5Exception {@code MISSING_KEY} if it is not there
   */
  public final H5Attribute requireAttribute(String name) {
    return attribute(name)
        .orElseThrow(
            () ->
                attributePlace(name)
                    .fault(
                        Kind.MISSING_KEY, "this attribute is not there; found " + namesToTell()));
  }

  private String namesToTell() {
    List<String> names = new ArrayList<>(attributeNames());
    return names.isEmpty() ? "no attributes" : String.join(", ", names);
  }

  private Location attributePlace(String name) {
    return new Location(location.file(), location.path() + "@" + name);
  }

  /** Sets a text: scalar, of any length, UTF-8. */
  public final void setAttribute(String name, String value) {
    setTexts(name, new long[0], new String[] {value});
  }

  /** Sets a list of texts. */
  public final void setAttribute(String name, String[] values) {
    setTexts(name, new long[] {values.length}, values);
  }

  private void setTexts(String name, long[] shape, String[] values) {
    Location at = attributePlace(name);
    Native.run(
        () -> {
          session.prepare(at, Texts.bytes(values));
          Attributes.writeTexts(id(), name, shape, values, at);
        });
  }

  /** Sets a whole number: scalar int64. */
  public final void setAttribute(String name, long value) {
    setNumbers(name, H5Type.INT64, new long[0], Element.LONG, new long[] {value}, 1);
  }

  /** Sets a number: scalar float64. */
  public final void setAttribute(String name, double value) {
    setNumbers(name, H5Type.FLOAT64, new long[0], Element.DOUBLE, new double[] {value}, 1);
  }

  /** Sets a list of numbers: float64. */
  public final void setAttribute(String name, double[] values) {
    long[] shape = {values.length};
    setNumbers(name, H5Type.FLOAT64, shape, Element.DOUBLE, values, values.length);
  }

  private void setNumbers(
      String name, H5Type type, long[] shape, Element element, Object values, int n) {
    Location at = attributePlace(name);
    Native.run(
        () -> {
          session.prepare(at, (long) n * element.bytes());
          Attributes.writeNumbers(id(), name, type, shape, element, values, n, at);
        });
  }

  /** Sets a boolean, as h5py does. */
  public final void setAttribute(String name, boolean value) {
    Location at = attributePlace(name);
    Native.run(
        () -> {
          session.prepare(at, 1);
          Attributes.writeBoolean(id(), name, value, at);
        });
  }

  /** Gives the handle back. Closing twice does nothing. */
  @Override
  public void close() {
    Native.run(() -> session.release(handle));
  }
}
