package dev.difftop.data.hdf5.file;

import dev.difftop.api.array.Array;
import java.util.Map;

/** What every writer asks of an episode. */
public final class EpisodeArrays {
  private EpisodeArrays() {}

  /**
   * T.
   *
   * @throws IllegalArgumentException without actions of shape (T, A), or if an array has other rows
   */
  public static int length(Map<String, Array> arrays) {
    Array actions = arrays.get("actions");
    if (actions == null || actions.shape().rank() != 2 || actions.shape().dim(0) < 1) {
      throw new IllegalArgumentException(
          "an episode needs actions of shape (T, A); found "
              + (actions == null ? arrays.keySet() : actions));
    }
    int length = actions.shape().dim(0);
    arrays.forEach(
        (name, array) -> {
          if (array.shape().rank() < 1 || array.shape().dim(0) != length) {
            throw new IllegalArgumentException(
                "%s has shape %s; expected %d rows, as actions"
                    .formatted(name, array.shape(), length));
          }
        });
    return length;
  }
}
