package dev.difftop.data.hdf5.file;

/** A file of some layout that is being written, episode by episode. */
public interface EpisodeOutput extends AutoCloseable {
  /** Number of episodes so far. */
  long episodes();

  /** Sets a fact about the whole file. */
  void attribute(String name, String value);

  /** Finishes the file and gives it its name. */
  void commit();

  /** Without {@link #commit()} nothing is left of it. */
  @Override
  void close();
}
