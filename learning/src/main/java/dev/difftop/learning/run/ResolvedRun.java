package dev.difftop.learning.run;

import dev.difftop.api.PartFactory;
import dev.difftop.api.PluginInfo;
import dev.difftop.api.config.Configuration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A run as it was resolved: every default filled in.
 *
 * @param spec the configuration
 * @param yaml the same as text, which reads back as an equal configuration
 * @param document the same as plain maps, lists, texts, numbers and booleans
 * @param plugins every plugin that it names, for the manifest
 * @param files of data that it reads
 */
public record ResolvedRun(
    RunSpec spec,
    String yaml,
    Map<String, Object> document,
    List<PluginInfo> plugins,
    List<Path> files) {

  /** A configuration that was read. */
  public static ResolvedRun of(PartFactory factory, Configuration<RunSpec> read) {
    List<Path> files =
        read.value()
            .dataset()
            .map(dataset -> factory.resolve(new DatasetFiles(dataset)).files())
            .orElse(List.of());
    return new ResolvedRun(
        read.value(), read.yaml(), read.document(), factory.plugins(read.value()), files);
  }

  /** A configuration that was made in a program. */
  public static ResolvedRun of(PartFactory factory, RunSpec spec) {
    return of(factory, factory.resolve(spec));
  }
}
