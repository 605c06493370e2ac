package dev.difftop.app.cli;

import dev.difftop.api.Dataset;
import dev.difftop.api.DatasetInspector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

  DatasetPictureCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    String ending = out.toString().toLowerCase(Locale.ROOT).replaceAll(".*\\.", "");
    if (!ending.equals("png") && !ending.equals("svg")) {
      throw new UsageException("--out", "--out: found %s, expected .png or .svg".formatted(out));
    }
    DatasetInspector inspector = new Inspectors(session).forFile(file, format);
    try (Dataset dataset =
        session.make(
            session
                .configurations()
                .choose(
                    Dataset.class, inspector.format(), List.of("path=" + file.toAbsolutePath())))) {
      DatasetPicture what = new DatasetPicture(dataset, episode, field);
      if (ending.equals("png")) {
        new ContactSheet(what).write(out);
      } else {
        new EpisodeCharts(what).write(out);
      }
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", file.toString());
    document.put("out", out.toString());
    session.console().answerPlainly(document);
    return 0;
  }
}
