package dev.difftop.app.cli.dataset;

import dev.difftop.api.array.DType;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.app.cli.console.UsageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What of a dataset is drawn.
 *
 * @param dataset the demonstrations
 * @param episode the only one to draw
 * @param field the only array to draw
 */
record DatasetPicture(Dataset dataset, Optional<String> episode, Optional<String> field) {
  private static final int NAMES_TOLD = 5;

  /** The episode of that name, or else the first ones. */
  List<Integer> episodes(int most) {
    List<String> names = dataset.episodes().stream().map(Dataset.Episode::name).toList();
    if (episode.isEmpty()) {
      return IntStream.range(0, Math.min(most, names.size())).boxed().toList();
    }
    int found = names.indexOf(episode.get());
    if (found < 0) {
      throw new UsageException(
          "--episode",
          "--episode: there is no %s; the first ones are %s"
              .formatted(episode.get(), names.subList(0, Math.min(NAMES_TOLD, names.size()))));
    }
    return List.of(found);
  }

  /** The array of that name, or else the first ones of that kind. */
  List<String> fields(DType dtype, int most) {
    List<String> fields =
        dataset.fields().entrySet().stream()
            .filter(f -> f.getValue().dtype() == dtype)
            .map(Map.Entry::getKey)
            .toList();
    String kind = dtype == DType.UINT8 ? "pictures" : "numbers";
    if (field.isPresent() && !fields.contains(field.get())) {
      throw new UsageException(
          "--field",
          "--field: found %s, expected one of %s with %s".formatted(field.get(), fields, kind));
    } else if (fields.isEmpty()) {
      throw new UsageException(
          "--out",
          "--out: no array has %s; there are %s".formatted(kind, dataset.fields().keySet()));
    }
    // What follows an observation is the next one; it is drawn only if asked for.
    List<String> own = fields.stream().filter(f -> !f.startsWith("next_obs/")).toList();
    return field.map(List::of).orElse(own.subList(0, Math.min(most, own.size())));
  }
}
