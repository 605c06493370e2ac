package dev.difftop.data.hdf5.file;

import dev.difftop.api.array.Array;
import dev.difftop.api.dataset.Dataset;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes episodes to a file that takes its name when it is closed, and only if every episode could
 * be written.
 */
public abstract class EpisodeWriter<O extends EpisodeOutput> implements Dataset.Writer {
  private final Path path;
  private final O output;
  private boolean broken;
  private boolean closed;

  public EpisodeWriter(Path path, O output) {
    this.path = path;
    this.output = output;
  }

  /** The file. */
  public final Path path() {
    return path;
  }

  /**
   * Compares an episode with what the layout wants.
   *
   * @throws IllegalArgumentException if it lacks something
   */
  public abstract void check(Map<String, Array> arrays);

  /** Writes an episode of so many steps. */
  public abstract void write(O into, Map<String, Array> arrays, int length);

  @Override
  public final void append(Map<String, Array> arrays) {
    int length = EpisodeArrays.length(arrays);
    check(arrays);
    broken = true;
    Problems.run(() -> write(output, arrays, length));
    broken = false;
  }

  @Override
  public final void attribute(String name, String value) {
    Problems.run(() -> output.attribute(name, value));
  }

  @Override
  public final void abandon() {
    if (!closed) {
      closed = true;
      Problems.run(output::close);
    }
  }

  /**
   * Finishes the file. Nothing is left of it if an episode failed.
   *
   * @throws IllegalStateException if there is no episode
   */
  @Override
  public final void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (output) {
      if (!broken && output.episodes() == 0) {
        throw new IllegalStateException("no episode was written to " + path);
      } else if (!broken) {
        Problems.run(output::commit);
      }
    }
  }
}
