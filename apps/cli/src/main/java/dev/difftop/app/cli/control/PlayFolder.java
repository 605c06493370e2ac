package dev.difftop.app.cli.control;

import dev.difftop.app.cli.console.Json;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.env.Video;
import dev.difftop.hdf5.output.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where {@code play} writes its video, report and configuration, if anywhere. */
final class PlayFolder {
  private static final String CONFIG = "config.yaml";
  private static final String REPORT = "report.json";
  private static final String ROLLOUT = "rollout.gif";
  private static final List<String> FILES = List.of(CONFIG, REPORT, ROLLOUT);

  private final Session session;
  private final Optional<Path> folder;
  private final boolean overwrite;

  /**
   * A folder.
   *
   * @param folder empty if nothing is written
   * @throws UsageException if it has files of an earlier run that are not to be replaced
   */
  PlayFolder(Session session, Optional<Path> folder, boolean overwrite) throws IOException {
    this.session = session;
    this.folder = folder;
    this.overwrite = overwrite;
    if (folder.isPresent()) {
      Files.createDirectories(folder.get());
      requireFree(folder.get());
    }
  }

  /** Before anything runs: a run is not to be lost for the sake of an earlier one. */
  private void requireFree(Path there) {
    for (String name : FILES) {
      if (!overwrite && Files.exists(there.resolve(name))) {
        throw new UsageException(
            "--out",
            "--out: %s exists already; choose another folder, or replace it with --overwrite"
                .formatted(there.resolve(name)));
      }
    }
  }

  /** Whether anything is written. */
  boolean isPresent() {
    return folder.isPresent();
  }

  /** Writes everything. */
  void write(Video video, Map<String, Object> report, String yaml) throws IOException {
    if (folder.isEmpty()) {
      return;
    }
    write(CONFIG, file -> Files.writeString(file, yaml));
    write(REPORT, file -> Files.writeString(file, Json.write(report) + "\n"));
    if (video.isPresent()) {
      write(ROLLOUT, video::write);
    }
    video.problem().ifPresent(p -> session.console().note("no video: " + p));
  }

  /** Writes a file of the folder. */
  @FunctionalInterface
  private interface Content {
    void writeTo(Path file) throws IOException;
  }

  private void write(String name, Content content) throws IOException {
    try (OutputFile file = OutputFile.create(folder.orElseThrow().resolve(name), overwrite)) {
      content.writeTo(file.draft());
      file.publish();
    }
  }
}
