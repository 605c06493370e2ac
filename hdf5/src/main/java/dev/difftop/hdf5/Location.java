package dev.difftop.hdf5;

import java.nio.file.Path;

/** A file and a path inside it: where something is, for messages. */
record Location(Path file, String path) {
  static Location root(Path file) {
    return new Location(file, "");
  }

  Location child(String name) {
    return new Location(file, path.isEmpty() ? name : path + "/" + name);
  }

  H5Exception fault(H5Exception.Kind kind, String detail) {
    return new H5Exception(kind, file, path, detail);
  }

  @Override
  public String toString() {
    return path.isEmpty() ? file.toString() : file + ":" + path;
  }
}
