package dev.difftop.learning.run;

import dev.difftop.api.DataException;
import dev.difftop.api.PluginInfo;
import dev.difftop.learning.storage.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code manifest.json}: what it takes to know where a result came from, and what it cost. */
final class Manifest {
  static final String NAME = "manifest.json";
  private static final String DATA = "data_sha256";
  private static final String COMPUTE = "compute";

  private final RunFolder folder;
  private final Map<String, Object> document;

  private Manifest(RunFolder folder, Map<String, Object> document) {
    this.folder = folder;
    this.document = document;
  }

  /** Of a new run. */
  static Manifest create(RunFolder folder, ResolvedRun run) {
    Map<String, Object> document = new LinkedHashMap<>();
    Map<String, Object> versions = new LinkedHashMap<>();
    versions.put("difftop", version());
    versions.put("java", Runtime.version().toString());
    document.put("versions", versions);
    document.put("learner", run.spec().learner().name());
    document.put("seed", run.spec().run().seed());
    document.put("config_sha256", Hashes.of(run.yaml()));
    document.put(DATA, hashes(run.files()));
    document.put("plugins", run.plugins().stream().map(Manifest::row).toList());
    Map<String, Object> host = new LinkedHashMap<>();
    host.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    host.put("processors", Runtime.getRuntime().availableProcessors());
    document.put("host", host);
    Manifest manifest = new Manifest(folder, document);
    manifest.write();
    return manifest;
  }

  private static Map<String, Object> row(PluginInfo plugin) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("service", plugin.service());
    row.put("name", plugin.name());
    row.put("module", plugin.module());
    row.put("version", plugin.version());
    row.put("source", plugin.source().getFileName().toString());
    row.put("sha256", plugin.sha256());
    return row;
  }

  /** Of a run that is there. */
  static Manifest open(RunFolder folder) {
    return new Manifest(folder, Json.read(folder.file(NAME)));
  }

  /** The same of the folder after it was moved to its place. */
  Manifest in(RunFolder moved) {
    return new Manifest(moved, document);
  }

  private static String version() {
    Module own = Manifest.class.getModule();
    return own.getDescriptor() == null
        ? "unknown"
        : own.getDescriptor().rawVersion().orElse("unknown");
  }

  /** Files whose data is not that of the start: checksums recorded and found, by name. */
  Map<String, Object> changedData(List<Path> files) {
    Map<?, ?> recorded = (Map<?, ?>) document.getOrDefault(DATA, Map.of());
    Map<String, Object> changed = new LinkedHashMap<>();
    hashes(files)
        .forEach(
            (name, found) -> {
              Object before = recorded.get(name);
              if (!found.equals(before)) {
                Map<String, Object> both = new LinkedHashMap<>();
                both.put("recorded", before);
                both.put("found", found);
                changed.put(name, both);
              }
            });
    return changed;
  }

  /** Refuses changed data, as {@link #changedData} found it. */
  static DataException refusal(Map<String, Object> changed) {
    String name = changed.keySet().iterator().next();
    Map<?, ?> both = (Map<?, ?>) changed.get(name);
    return new DataException(
        "CHANGED",
        name,
        "not the data that this run began with (sha-256 found %s, recorded %s); put the file back, start a new run, or resume with --accept-data"
            .formatted(both.get("found"), both.get("recorded")),
        null);
  }

  /** Records the data of these files as that of the run from now on. */
  void acceptData(List<Path> files) {
    document.put(DATA, hashes(files));
  }

  /** Adds an event, such as a resume. */
  @SuppressWarnings("unchecked")
  void addHistory(Map<String, Object> event) {
    List<Object> history =
        new ArrayList<>((List<Object>) document.getOrDefault("history", List.of()));
    history.add(event);
    document.put("history", history);
    write();
  }

  /** Continues with what the run has used before. */
  void restore(Compute compute) {
    Map<?, ?> recorded = (Map<?, ?>) document.getOrDefault(COMPUTE, Map.of());
    compute.add(seconds(recorded.get("wall_seconds")), seconds(recorded.get("processor_seconds")));
  }

  private static Map<String, Double> seconds(Object recorded) {
    Map<String, Double> out = new LinkedHashMap<>();
    if (recorded instanceof Map<?, ?> map) {
      map.forEach((phase, s) -> out.put((String) phase, ((Number) s).doubleValue()));
    }
    return out;
  }

  /** Records what was used so far. */
  void record(Compute compute) {
    Map<String, Object> used = new LinkedHashMap<>();
    used.put("wall_seconds", compute.wallSeconds());
    used.put("processor_seconds", compute.processorSeconds());
    used.put("peak_memory_mb", peakMemoryMb());
    document.put(COMPUTE, used);
    write();
  }

  /** The largest resident memory of this process; from the kernel, where it says so. */
  private static Object peakMemoryMb() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D+", "")) / 1024;
        }
      }
    } catch (IOException e) {
      return null; // Not Linux: not measured.
    }
    return null;
  }

  private void write() {
    folder.write(NAME, Json.write(document));
  }

  private static Map<String, String> hashes(List<Path> files) {
    Map<String, String> out = new LinkedHashMap<>();
    files.forEach(file -> out.put(file.getFileName().toString(), Hashes.of(file)));
    return out;
  }
}
