package dev.difftop.app.cli.dataset;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.api.dataset.DatasetWarnings;
import dev.difftop.app.cli.console.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Copies datasets of any plugin into the layout of another one, episode by episode. */
final class DatasetCopy {
  private static final String ACTIONS = "actions";

  private final Function<String, DatasetProvider<?>> providers;

  /**
   * To the layouts of those plugins.
   *
   * @param providers finds one by its name
   */
  DatasetCopy(Function<String, DatasetProvider<?>> providers) {
    this.providers = providers;
  }

  /**
   * Writes the episodes of several files.
   *
   * @param layout the plugin that writes
   * @param first the first of the files, open
   * @param document takes what came of it
   */
  void write(
      String layout,
      Dataset first,
      List<Path> files,
      Function<Path, Dataset> opener,
      Path out,
      boolean overwrite,
      Map<String, Object> document) {
    if (first.episodes().isEmpty() || !first.fields().containsKey(ACTIONS)) {
      throw new DataException(
          "MISSING_KEY",
          first.location(),
          "expected episodes with actions; found %d with %s"
              .formatted(first.episodes().size(), first.fields().keySet()),
          null);
    }
    Map<String, Object> renamed = new LinkedHashMap<>();
    int episodes = 0;
    long samples = 0;
    try (Dataset.Writer writer = writer(layout, out, attributes(first), overwrite)) {
      try {
        for (Path file : files) {
          try (Dataset dataset = opener.apply(file)) {
            Map<String, Object> names = new LinkedHashMap<>();
            for (int e = 0; e < dataset.episodes().size(); e++) {
              Dataset.Episode episode = dataset.episodes().get(e);
              writer.append(arrays(dataset, e, episode.length()));
              names.put(episode.name(), episodes++);
              samples += episode.length();
            }
            renamed.put(file.toString(), names);
          }
        }
      } catch (RuntimeException | Error e) {
        writer.abandon();
        throw e;
      }
    }
    document.put("out", out.toString());
    document.put("num_demos", episodes);
    document.put("total_samples", samples);
    document.put("demos", renamed);
    document.put("warnings", DatasetWarnings.of(first));
  }

  private Dataset.Writer writer(
      String layout, Path out, Map<String, String> attributes, boolean overwrite) {
    return providers
        .apply(layout)
        .writer(out, attributes, overwrite)
        .orElseThrow(() -> new IllegalStateException(layout + " cannot be written"));
  }

  /** The environment's description where the dataset has one, else an empty one. */
  private static Map<String, String> attributes(Dataset dataset) {
    Map<String, Object> unknown = new LinkedHashMap<>();
    unknown.put("env_name", "");
    unknown.put("type", 2);
    unknown.put("env_kwargs", Map.of());
    return Map.of("env_args", dataset.attributes().getOrDefault("env_args", Json.write(unknown)));
  }

  /** Actions are (T, A), also those of one number. */
  private static Map<String, Array> arrays(Dataset dataset, int episode, int length) {
    Map<String, Array> arrays = new LinkedHashMap<>();
    for (String name : dataset.fields().keySet()) {
      Array rows = dataset.read(episode, name, 0, length);
      boolean scalar = name.equals(ACTIONS) && rows.shape().rank() == 1;
      arrays.put(name, scalar ? rows.reshape(length, 1) : rows);
    }
    return arrays;
  }
}
