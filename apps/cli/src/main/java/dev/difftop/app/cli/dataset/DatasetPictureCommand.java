package dev.difftop.app.cli.dataset;

import dev.difftop.api.dataset.CheckedDataset;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.hdf5.output.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws what is in a file. */
@Command(
    name = "picture",
    description =
        "Draw what is in a file: a sheet of frames (PNG), or charts of the arrays of an episode"
            + " over its steps (SVG).")
final class DatasetPictureCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "FILE", description = "The file.")
  private Path file;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "OUT.png|.svg",
      description = "The picture; its ending says which kind.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace an existing picture.")
  private boolean overwrite;

  @Option(
      names = "--episode",
      paramLabel = "NAME",
      description = "Without, the first one; of frames, the first six.")
  private Optional<String> episode = Optional.empty();

  @Option(
      names = "--field",
      paramLabel = "NAME",
      description = "Which array; without, all of them (of frames, the first three cameras).")
  private Optional<String> field = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "Its format; without, it is recognised.")
  private Optional<String> format = Optional.empty();

  @Mixin private TrustOptions trust;

  @Option(
      names = "--cache-bytes",
      paramLabel = "N",
      defaultValue = "0",
      description = "Most bytes of numbers kept in memory; 0 is a quarter of the heap.")
  private long cacheBytes;

  DatasetPictureCommand(Session session) {
    this.session = session;
  }

  /** A picture shows numbers that are not finite rather than refusing them. */
  private Dataset looking(String format, List<String> settings) {
    Dataset dataset =
        session.make(session.configurations().choose(Dataset.class, format, settings));
    return CheckedDataset.of(dataset).allowingAnyNumber();
  }

  @Override
  public Integer call() throws IOException {
    String ending = out.toString().toLowerCase(Locale.ROOT).replaceAll(".*\\.", "");
    if (!ending.equals("png") && !ending.equals("svg")) {
      throw new UsageException("--out", "--out: found %s, expected .png or .svg".formatted(out));
    }
    DatasetInspector inspector = new Inspectors(session).forFile(file, format, trust);
    List<String> settings = new ArrayList<>(trust.settings());
    settings.add("path=" + file.toAbsolutePath());
    settings.add("cache-bytes=" + cacheBytes);
    try (OutputFile output = OutputFile.create(out, overwrite);
        Dataset dataset = looking(inspector.format(), settings)) {
      session.console().note("dataset: " + dataset.size());
      DatasetPicture what = new DatasetPicture(dataset, episode, field);
      if (ending.equals("png")) {
        new ContactSheet(what).write(output.draft());
      } else {
        new EpisodeCharts(what).write(output.draft());
      }
      output.publish();
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", file.toString());
    document.put("out", out.toString());
    session.console().answerPlainly(document);
    return 0;
  }
}
