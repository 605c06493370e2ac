package dev.difftop.hdf5.value;

import java.nio.file.Path;

/** A file and a path inside it: where something is, for messages. */
public record Location(Path file, String path) {
  public static Location root(Path file) {
    return new Location(file, "");
  }

  public Location child(String name) {
    return new Location(file, path.isEmpty() ? name : path + "/" + name);
  }

  public H5Exception fault(H5Exception.Kind kind, String detail) {
    return new H5Exception(kind, file, path, detail);
  }

  @Override
  public String toString() {
    return path.isEmpty() ? file.toString() : file + ":" + path;
  }
}
