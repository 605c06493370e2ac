package dev.difftop.api.dataset;

import dev.difftop.api.DataException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks into dataset files of one format for people and for scripts: what a file holds, whether it
 * is sound, and copies of it in another arrangement.
 *
 * <p>Documents are plain: {@code Map<String, Object>} of maps, lists, texts, numbers, booleans and
 * nulls, in the order in which they are to be printed, with the keys that the command line
 * promises. Every document has {@code result} ({@code ok} or {@code error}) and {@code format}; one
 * of an error has {@code kind}, {@code message} and {@code where} as well.
 */
public interface DatasetInspector {
  /** The name of the format: that of its provider. */
  String format();

  /**
   * Whether a file looks like this format, sound or not.
   *
   * @throws DataException if it cannot be opened at all
   */
  boolean recognises(Path file);

  /** Counts and shapes, without reading the arrays. A fault of the file is in the document. */
  Map<String, Object> info(Path file);

  /** Reads everything: counts, shapes, sums, checksums. A fault of the file is in the document. */
  Map<String, Object> check(Path file);

  /**
   * The number of windows, in all and per episode, and the index arithmetic of some of them.
   *
   * @param samples which windows to show in full, with checksums: episode name and step
   * @throws DataException on a fault of the file
   */
  Map<String, Object> windows(
      Path file, Windows.Rule rule, List<Map.Entry<String, Integer>> samples);

  /** Statistics and normalisers of actions and observations. */
  Map<String, Object> stats(Path file);

  /** The first rows of an episode (the first one without a name), array by array. */
  Map<String, Object> head(Path file, Optional<String> episode, int rows);

  /** Writes filters {@code train} and {@code valid} into the file, episodes drawn by a seed. */
  Map<String, Object> split(Path file, double validShare, long seed);

  /**
   * Puts the episodes of several files into one new file, renumbered in order.
   *
   * @param overwrite whether an existing file is replaced
   */
  Map<String, Object> merge(List<Path> files, Path out, boolean overwrite);

  /**
   * Writes the episodes in another layout; the document lists what was dropped or changed.
   *
   * @param layout one of {@link #layouts()}
   * @param overwrite whether an existing file is replaced
   * @throws IllegalArgumentException on another layout
   */
  Map<String, Object> convert(Path file, Path out, String layout, boolean overwrite);

  /** The layouts that {@link #convert} writes. */
  List<String> layouts();

  /**
   * How far a file is trusted.
   *
   * @param bytes most decoded bytes of one array, of one chunk and of one attribute
   * @param external whether data in other files is read, in the same folder or below
   */
  record Trust(long bytes, boolean external) {
    /** Refuses limits below one byte. */
    public Trust {
      if (bytes < 1) {
        throw new IllegalArgumentException(
            "limit of bytes: found " + bytes + ", expected 1 or more");
      }
    }
  }

  /** The same with another trust in files; by default the same. */
  default DatasetInspector trusting(Trust trust) {
    return this;
  }

  /**
   * The same, cutting episodes of a flat file without time-outs after so many steps.
   *
   * @throws IllegalArgumentException if episodes of this format are not to be cut
   */
  default DatasetInspector cutting(int maxEpisodeSteps) {
    throw new IllegalArgumentException(
        "max-episode-steps: files of format %s state where episodes end; leave it out"
            .formatted(format()));
  }

  /**
   * The inspector for a file, recognised from the file.
   *
   * @throws DataException if the file cannot be opened, or no format is recognised ({@code
   *     MISSING_KEY})
   */
  static DatasetInspector forFile(Collection<DatasetInspector> inspectors, Path file) {
    DataException fault = null;
    for (DatasetInspector inspector : inspectors) {
      try {
        if (inspector.recognises(file)) {
          return inspector;
        }
      } catch (DataException e) {
        fault = fault == null ? e : fault;
      }
    }
    if (fault != null) {
      throw fault;
    }
    throw new DataException(
        "MISSING_KEY",
        file.toString(),
        "no known format; expected one of "
            + String.join(", ", inspectors.stream().map(DatasetInspector::format).toList())
            + ". Name the format if you know it",
        null);
  }
}
