package dev.difftop.app.cli.train;

import dev.difftop.api.DataException;
import dev.difftop.app.cli.console.Documents;
import dev.difftop.app.cli.console.Json;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.imitation.ImitationMetrics;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.storage.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The files of a run. Everything but the metrics is written beside its place and renamed. */
final class RunFolder {
  private static final String COLUMNS =
      "step,loss,consistency,validation,gradient_norm,learning_rate,converged,saturated,masked,"
          + "iterations,audit_cosine,audit_ratio,seconds";

  private static final String AUDIT = "audit.csv";
  private static final String AUDIT_COLUMNS = "step,block,entries,unsolved,left_out,cosine,ratio";

  private final Path folder;

  private RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * A new run.
   *
   * @throws UsageException if something is there already
   */
  static RunFolder create(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (var files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new UsageException(
              "--out",
              "--out: %s is not empty; name another folder, or go on with --resume %s"
                  .formatted(folder, folder));
        }
      }
    }
    Files.createDirectories(folder);
    return new RunFolder(folder);
  }

  /**
   * A run that is there.
   *
   * @throws DataException if it is none
   */
  static RunFolder open(Path folder) {
    for (String name : List.of("config.yaml", "checkpoint.h5")) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new DataException(
            "MISSING_FILE",
            folder.toString(),
            "is no run of difftop: there is no %s in it; name the folder that train made"
                .formatted(name),
            null);
      }
    }
    return new RunFolder(folder);
  }

  Path path() {
    return folder;
  }

  Path config() {
    return folder.resolve("config.yaml");
  }

  Path checkpoint() {
    return folder.resolve("checkpoint.h5");
  }

  /**
   * Loads what was learned into a model.
   *
   * @param averaged whether it is to act with the averaged copy
   * @throws DataException if the checkpoint cannot be read
   * @throws IllegalArgumentException if it is that of another model
   */
  Normalizers load(PlanningModel model, boolean averaged) {
    return Checkpoint.load(
        checkpoint(), model.parameters(), averaged, List.copyOf(model.observations().keySet()));
  }

  private Path metrics() {
    return folder.resolve("metrics.csv");
  }

  /** Writes the resolved configuration. */
  void writeConfig(String yaml) throws IOException {
    write("config.yaml", yaml);
  }

  /** Writes what it takes to know where a result came from. */
  void writeManifest(TrainConfig config, String yaml, List<Path> data) throws IOException {
    Map<String, Object> versions = new LinkedHashMap<>();
    Module own = RunFolder.class.getModule();
    versions.put("difftop", own.getDescriptor() == null ? "unknown" : version(own));
    versions.put("java", Runtime.version().toString());
    Map<String, Object> hashes = new LinkedHashMap<>();
    hashes.put("config", hash(yaml.getBytes(StandardCharsets.UTF_8)));
    for (Path file : data) {
      hashes.put(file.getFileName().toString(), hash(file));
    }
    Map<String, Object> host = new LinkedHashMap<>();
    host.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    host.put("processors", Runtime.getRuntime().availableProcessors());
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("versions", versions);
    manifest.put("sha256", hashes);
    manifest.put("seed", config.seed());
    manifest.put("host", host);
    write("manifest.json", Json.write(manifest) + "\n");
  }

  private static String version(Module module) {
    return module.getDescriptor().rawVersion().orElse("unknown");
  }

  private static String hash(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Starts the metrics, or cuts them and the audits back to where the run goes on. */
  void startMetrics(long upToStep) throws IOException {
    cutAudits(upToStep);
    List<String> kept = new ArrayList<>(List.of(COLUMNS));
    for (double[] row : readMetrics()) {
      if (row[0] <= upToStep) {
        kept.add(line(row));
      }
    }
    write("metrics.csv", String.join("\n", kept) + "\n");
  }

  /** Appends a row. */
  void append(ImitationMetrics m, double validation, double seconds) {
    double[] row = {
      m.step(),
      m.loss(),
      m.consistency(),
      validation,
      m.gradientNorm(),
      m.learningRate(),
      m.converged(),
      m.saturated(),
      m.masked(),
      m.iterations(),
      m.audit().cosine(),
      m.audit().ratio(),
      seconds
    };
    try {
      Files.writeString(metrics(), line(row) + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void cutAudits(long upToStep) throws IOException {
    Path audits = folder.resolve(AUDIT);
    if (Files.exists(audits)) {
      List<String> kept = new ArrayList<>();
      for (String line : Files.readAllLines(audits)) {
        String step = line.replaceAll(",.*", "");
        if (step.equals("step") || Long.parseLong(step) <= upToStep) {
          kept.add(line);
        }
      }
      write(AUDIT, String.join("\n", kept) + "\n");
    }
  }

  /** Appends what an audit found, a row for each block; nothing for a step without one. */
  void appendAudit(ImitationMetrics m) {
    Path audits = folder.resolve(AUDIT);
    StringBuilder text = new StringBuilder();
    for (GradientAudit.Row row : m.audit().rows()) {
      text.append(
          "%d,%s,%d,%d,%d,%s,%s\n"
              .formatted(
                  m.step(),
                  row.block(),
                  row.entries(),
                  row.unsolved(),
                  m.audit().leftOut(),
                  Documents.number(row.cosine()),
                  Documents.number(row.ratio())));
    }
    if (text.isEmpty()) {
      return;
    }
    String header = Files.exists(audits) ? "" : AUDIT_COLUMNS + "\n";
    try {
      Files.writeString(
          audits, header + text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(double[] row) {
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%d", (long) row[0]));
    for (int i = 1; i < row.length; i++) {
      text.append(',').append(Documents.number(row[i]));
    }
    return text.toString();
  }

  /** All rows so far, columns in the order of the header. */
  List<double[]> readMetrics() throws IOException {
    List<double[]> rows = new ArrayList<>();
    if (Files.exists(metrics())) {
      for (String line : Files.readAllLines(metrics())) {
        if (!line.startsWith("step") && !line.isBlank()) {
          String[] cells = line.split(",");
          double[] row = new double[cells.length];
          for (int i = 0; i < cells.length; i++) {
            row[i] = Double.parseDouble(cells[i]);
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  /** Writes a small text file whole. */
  void write(String name, String text) throws IOException {
    Path beside = folder.resolve("." + name + ".part");
    Files.writeString(beside, text);
    Files.move(
        beside,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
