package dev.difftop.hdf5;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.binding.ErrorStack;
import dev.difftop.hdf5.binding.Members;
import dev.difftop.hdf5.binding.Memory;
import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.NumbersIn;
import dev.difftop.hdf5.binding.Session;
import dev.difftop.hdf5.binding.Spaces;
import dev.difftop.hdf5.binding.Texts;
import dev.difftop.hdf5.binding.Types;
import dev.difftop.hdf5.decode.Element;
import dev.difftop.hdf5.format.GlobalHeap;
import dev.difftop.hdf5.format.ObjectHeader;
import dev.difftop.hdf5.value.H5Access;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;

/** Reads and writes the attributes of an open object. Used under the lock. */
final class Attributes {
  private static final long LONGEST_NAME = 1L << 16;

  private Attributes() {}

  static List<String> names(long object, Location location, H5Access access) {
    List<String> names = new ArrayList<>();
    try (BytePointer dot = Native.text(".")) {
      for (long i = 0; ; i++) {
        // A null buffer asks for the length; past the last attribute the call fails.
        long length = nameAt(object, dot, i, null, 0);
        if (length < 0) {
          Collections.sort(names);
          return names;
        } else if (length > LONGEST_NAME || i >= access.maxObjects()) {
          throw location.fault(Kind.LIMIT_EXCEEDED, "too many attributes, or names too long");
        }
        try (BytePointer name = new BytePointer(length + 1)) {
          nameAt(object, dot, i, name, length + 1);
          names.add(Native.text(name));
        }
      }
    }
  }

  private static long nameAt(long object, BytePointer dot, long i, BytePointer name, long size) {
    return H5Aget_name_by_idx(object, dot, H5_INDEX_NAME, H5_ITER_NATIVE, i, name, size, 0L);
  }

  static boolean has(long object, String name, Location location) {
    try (BytePointer text = Native.text(name)) {
      return Native.ok(H5Aexists(object, text), location, "cannot look up attribute " + name) > 0;
    }
  }

  static H5Attribute read(Session session, long object, String name, Location location) {
    try (BytePointer text = Native.text(name)) {
      long attribute = Native.id(H5Aopen(object, text, 0L), location, "cannot open the attribute");
      try {
        return new Reader(session, object, attribute, name, location).read();
      } finally {
        H5Aclose(attribute);
      }
    }
  }

  /** Reads one open attribute. */
  private record Reader(
      Session session, long object, long attribute, String name, Location location) {
    H5Attribute read() {
      long type = Native.id(H5Aget_type(attribute), location, "cannot read the datatype");
      try {
        long space = Native.id(H5Aget_space(attribute), location, "cannot read the shape");
        try {
          H5Type described = Types.describe(type, location);
          long[] shape = Spaces.shape(space, location);
          int n = count(shape, described, location, session.access());
          return new H5Attribute(location, described, shape, value(type, described, space, n));
        } finally {
          H5Sclose(space);
        }
      } finally {
        H5Tclose(type);
      }
    }

    private Object value(long type, H5Type described, long space, int n) {
      return switch (described.kind()) {
        case INTEGER, BOOLEAN -> numbers(type, described, Element.LONG, new long[n], n);
        case FLOAT -> numbers(type, described, Element.DOUBLE, new double[n], n);
        case FIXED_TEXT -> texts(type, described, space, n);
        case VARIABLE_TEXT ->
            stored()
                .map(bytes -> GlobalHeap.texts(session.raw().orElseThrow().at(location), bytes, n))
                .orElseGet(() -> texts(type, described, space, n));
        default -> null;
      };
    }

    private Object numbers(long type, H5Type described, Element element, Object into, int n) {
      NumbersIn.read(
          type,
          described,
          (memory, values) -> H5Aread(attribute, memory, values),
          element,
          into,
          0,
          n,
          location);
      return into;
    }

    private Optional<ByteBuffer> stored() {
      return session
          .raw()
          .map(raw -> raw.at(location))
          .flatMap(raw -> ObjectHeader.attribute(raw, Members.address(object, location), name));
    }

    private String[] texts(long type, H5Type described, long space, int n) {
      return Texts.read(
          type,
          described,
          space,
          n,
          (memory, into) -> H5Aread(attribute, memory, into),
          location,
          session.access().maxBytes());
    }
  }

  private static int count(long[] shape, H5Type type, Location location, H5Access access) {
    long n = Spaces.elements(shape, location);
    if (n > access.maxBytes() / Math.max(Long.BYTES, type.bytes()) || n > Integer.MAX_VALUE / 2) {
      throw location.fault(
          Kind.LIMIT_EXCEEDED,
          "has " + n + " values; the limit is " + access.maxBytes() + " bytes");
    }
    return (int) n;
  }

  /** Writes whole numbers or numbers in memory's own type; replaces an older attribute. */
  static void writeNumbers(
      long object,
      String name,
      H5Type type,
      long[] shape,
      Element element,
      Object values,
      int n,
      Location location) {
    write(
        object,
        name,
        type,
        shape,
        location,
        (attribute, stored) -> {
          try (Memory memory = new Memory((long) n * element.bytes())) {
            element.give(values, 0, n, memory.pointer());
            return H5Awrite(attribute, element.type(), memory.pointer());
          }
        });
  }

  /** Writes booleans: the library converts no integers to enumerations, so bytes go as they are. */
  static void writeBoolean(long object, String name, boolean value, Location location) {
    write(
        object,
        name,
        H5Type.BOOLEAN,
        new long[0],
        location,
        (attribute, stored) -> {
          try (BytePointer one = new BytePointer(1)) {
            one.put((byte) (value ? 1 : 0));
            return H5Awrite(attribute, stored, one);
          }
        });
  }

  static void writeTexts(
      long object, String name, long[] shape, String[] texts, Location location) {
    write(
        object,
        name,
        H5Type.TEXT,
        shape,
        location,
        (attribute, stored) ->
            Texts.write(texts, (memory, from) -> H5Awrite(attribute, memory, from), stored));
  }

  private interface Write {
    int to(long attribute, long storedType);
  }

  private static void write(
      long object, String name, H5Type type, long[] shape, Location location, Write write) {
    long stored = Types.create(type, location);
    long space = Spaces.create(shape, false, location);
    try (BytePointer text = Native.text(name)) {
      if (has(object, name, location)) {
        Native.ok(H5Adelete(object, text), location, "cannot replace attribute " + name);
      }
      long attribute = H5Acreate2(object, text, stored, space, 0L, 0L);
      if (attribute < 0) {
        throw ErrorStack.fault(location, "cannot make attribute " + name, Kind.WRITE_FAILED);
      }
      try {
        if (write.to(attribute, stored) < 0) {
          throw ErrorStack.fault(location, "cannot write attribute " + name, Kind.WRITE_FAILED);
        }
      } finally {
        H5Aclose(attribute);
      }
    } finally {
      H5Sclose(space);
      H5Tclose(stored);
    }
  }
}
