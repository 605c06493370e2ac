package dev.difftop.app.cli.dataset;

import dev.difftop.api.DataException;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.Windows;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that ask an inspector about one file. */
final class DatasetCommands {
  private DatasetCommands() {}

  /** A question to the inspector of a file. */
  abstract static class Question implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "FILE", description = "The file.")
    Path file;

    @Option(
        names = "--format",
        paramLabel = "F",
        description = "Its format; without, it is recognised.")
    Optional<String> format = Optional.empty();

    @Mixin private TrustOptions trust;

    Question(Session session) {
      this.session = session;
    }

    abstract Map<String, Object> ask(DatasetInspector inspector);

    /**
     * A fault of the file is a document as well: with {@code --json} in place of the general one.
     */
    @Override
    public Integer call() {
      Map<String, Object> document;
      try {
        document = ask(new Inspectors(session).forFile(file, format, trust));
      } catch (DataException e) {
        document = fault(e);
      }
      return answer(session, document);
    }

    private Map<String, Object> fault(DataException e) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("result", "error");
      document.put("format", format.orElse(null));
      document.put("kind", e.kind());
      document.put("message", e.getMessage());
      document.put("where", e.where());
      return document;
    }
  }

  private static int answer(Session session, Map<String, Object> document) {
    if (!"error".equals(document.get("result"))) {
      session.console().answerPlainly(document);
      return 0;
    }
    if (session.console().isJson()) {
      session.console().answerPlainly(document);
    }
    session
        .console()
        .say("difftop: %s (%s)".formatted(document.get("message"), document.get("kind")));
    return Failure.statusOf(String.valueOf(document.get("kind")));
  }

  @Command(name = "info", description = "Show counts and shapes, without reading the arrays.")
  static final class Info extends Question {
    Info(Session session) {
      super(session);
    }

    @Override
    Map<String, Object> ask(DatasetInspector inspector) {
      return inspector.info(file);
    }
  }

  @Command(name = "check", description = "Read everything; show counts, shapes and checksums.")
  static final class Check extends Question {
    Check(Session session) {
      super(session);
    }

    @Override
    Map<String, Object> ask(DatasetInspector inspector) {
      return inspector.check(file);
    }
  }

  @Command(name = "windows", description = "Count the windows and show their index arithmetic.")
  static final class WindowsOf extends Question {
    @Option(
        names = "--length",
        required = true,
        paramLabel = "L",
        description = "Rows from a step on.")
    private int length;

    @Option(
        names = "--frame-stack",
        paramLabel = "K",
        defaultValue = "1",
        description = "Rows up to a step (${DEFAULT-VALUE}).")
    private int frameStack;

    @Option(names = "--pad-start", description = "Repeat the first row before an episode.")
    private boolean padStart;

    @Option(names = "--pad-end", description = "Repeat the last row after an episode.")
    private boolean padEnd;

    @Option(
        names = "--sample",
        paramLabel = "EPISODE:STEP",
        description = "Show this window in full; may be repeated.")
    private List<String> samples = new ArrayList<>();

    WindowsOf(Session session) {
      super(session);
    }

    @Override
    Map<String, Object> ask(DatasetInspector inspector) {
      Windows.Rule rule = new Windows.Rule(length, frameStack, padStart, padEnd);
      return inspector.windows(file, rule, samples.stream().map(WindowsOf::sample).toList());
    }

    private static Map.Entry<String, Integer> sample(String text) {
      int colon = text.lastIndexOf(':');
      try {
        return Map.entry(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        throw new UsageException(
            "--sample",
            "--sample: found %s, expected EPISODE:STEP such as demo_3:7".formatted(text));
      }
    }
  }

  @Command(name = "stats", description = "Show statistics of actions and observations.")
  static final class Stats extends Question {
    Stats(Session session) {
      super(session);
    }

    @Override
    Map<String, Object> ask(DatasetInspector inspector) {
      return inspector.stats(file);
    }
  }

  @Command(name = "head", description = "Show the first rows of an episode.")
  static final class Head extends Question {
    @Option(names = "--episode", paramLabel = "NAME", description = "Without, the first one.")
    private Optional<String> episode = Optional.empty();

    @Option(names = "--rows", defaultValue = "5", description = "How many (${DEFAULT-VALUE}).")
    private int rows;

    Head(Session session) {
      super(session);
    }

    @Override
    Map<String, Object> ask(DatasetInspector inspector) {
      return inspector.head(file, episode, rows);
    }
  }

  @Command(
      name = "split",
      description = "Write filters train and valid into the file, episodes drawn by a seed.")
  static final class Split extends Question {
    @Option(
        names = "--valid",
        defaultValue = "0.1",
        paramLabel = "SHARE",
        description = "Share of the episodes for validation (${DEFAULT-VALUE}).")
    private double valid;

    @Option(names = "--seed", defaultValue = "0", description = "The seed (${DEFAULT-VALUE}).")
    private long seed;

    Split(Session session) {
      super(session);
    }

    @Override
    Map<String, Object> ask(DatasetInspector inspector) {
      return inspector.split(file, valid, seed);
    }
  }

  @Command(name = "merge", description = "Put the episodes of several files into a new one.")
  static final class Merge extends Question {
    @Parameters(index = "1..*", paramLabel = "FILE", description = "Further files.")
    private List<Path> more = new ArrayList<>();

    @Option(
        names = "--out",
        required = true,
        paramLabel = "OUT.hdf5",
        description = "The new file.")
    private Path out;

    @Option(names = "--overwrite", description = "Replace an existing file.")
    private boolean overwrite;

    Merge(Session session) {
      super(session);
    }

    @Override
    Map<String, Object> ask(DatasetInspector inspector) {
      List<Path> files = new ArrayList<>(List.of(file));
      files.addAll(more);
      return inspector.merge(files, out, overwrite);
    }
  }

  @Command(name = "convert", description = "Copy a file of any known format in another layout.")
  static final class Convert implements Callable<Integer> {
    private static final String ROBOMIMIC = "robomimic";

    private final Session session;

    @Parameters(index = "0", paramLabel = "IN", description = "The file.")
    private Path file;

    @Parameters(
        index = "1",
        paramLabel = "OUT.hdf5",
        description = "The new file; of minari also the dataset's folder.")
    private Path out;

    @Option(names = "--overwrite", description = "Replace an existing file.")
    private boolean overwrite;

    @Option(
        names = "--format",
        defaultValue = ROBOMIMIC,
        paramLabel = "F",
        description =
            "The layout of the new file: robomimic, minari, d4rl, maniskill (${DEFAULT-VALUE}).")
    private String format;

    @Mixin private TrustOptions trust;

    Convert(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      DatasetInspector inspector = new Inspectors(session).forFile(file, Optional.empty(), trust);
      if (!inspector.layouts().contains(format)) {
        throw new UsageException(
            "--format",
            "--format: found %s, expected one of %s"
                .formatted(format, String.join(", ", inspector.layouts())));
      }
      return answer(session, inspector.convert(file, out, format, overwrite));
    }
  }
}
