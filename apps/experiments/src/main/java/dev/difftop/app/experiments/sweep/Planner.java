package dev.difftop.app.experiments.sweep;

import dev.difftop.api.DataException;
import dev.difftop.api.PartException;
import dev.difftop.api.PartFactory;
import dev.difftop.api.config.Configuration;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.app.experiments.io.Json;
import dev.difftop.learning.run.ResolvedRun;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.learning.run.Training;
import dev.difftop.learning.storage.Hashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Resolves and checks every run of a sweep, before anything starts. */
public final class Planner {
  private static final int HASH_IN_NAME = 8;

  private final PartFactory factory;
  private final int threadsPerRun;
  private final CodeVersion code = new CodeVersion();
  private final Map<Path, String> hashes = new HashMap<>();

  /**
   * A planner.
   *
   * @param factory finds plugins and makes their parts
   * @param threadsPerRun threads of every run; results do not depend on them
   */
  public Planner(PartFactory factory, int threadsPerRun) {
    this.factory = factory;
    this.threadsPerRun = threadsPerRun;
  }

  /**
   * Plans.
   *
   * @param progress receives the label of every variation before it is checked
   * @throws ConfigurationException if the sweep itself makes no sense
   */
  public SweepPlan plan(SweepSpec spec, Consumer<String> progress) {
    if (spec.base().size() == 1 && Files.exists(Path.of(spec.base().get(0)))) {
      return plan(spec, Path.of(spec.base().get(0)), progress);
    }
    // Presets and several files are merged by the reader of configurations.
    try {
      Path merged = Files.createTempFile("sweep-base", ".yaml");
      try {
        Files.writeString(merged, "extends: " + Json.line(spec.base()) + "\n");
        return plan(spec, merged, progress);
      } finally {
        Files.delete(merged);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SweepPlan plan(SweepSpec spec, Path base, Consumer<String> progress) {
    List<PlannedRun> runs = new ArrayList<>();
    List<SweepPlan.Refusal> refused = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    Map<String, String> labels = new HashMap<>();
    for (Variation variation : Expansion.of(spec)) {
      progress.accept(variation.label());
      try {
        List<PlannedRun> planned = runs(spec, base, variation, notes);
        check(spec, base, variation);
        String first = labels.putIfAbsent(planned.get(0).hash(), variation.label());
        if (first != null) {
          throw new IllegalArgumentException("the same configuration as " + first);
        }
        runs.addAll(planned);
      } catch (ConfigurationException
          | PartException
          | DataException
          | IllegalArgumentException e) {
        refused.add(new SweepPlan.Refusal(variation.label(), String.valueOf(e.getMessage())));
      }
    }
    return new SweepPlan(spec, runs, refused, List.copyOf(notes));
  }

  private List<PlannedRun> runs(SweepSpec spec, Path base, Variation variation, Set<String> notes) {
    List<PlannedRun> out = new ArrayList<>();
    for (long seed : spec.seeds()) {
      Configuration<RunSpec> read = read(spec, base, variation, seed);
      notes.addAll(read.notes());
      String content = contentHash(read);
      String hash = Hashes.of(content + code.of(factory.plugins(read.value())));
      String name =
          "%s-seed%d-%s".formatted(variation.slug(), seed, hash.substring(0, HASH_IN_NAME));
      out.add(new PlannedRun(name, hash, content, variation, seed, read.yaml(), read.document()));
    }
    return out;
  }

  private Configuration<RunSpec> read(SweepSpec spec, Path base, Variation variation, long seed) {
    List<String> overrides = new ArrayList<>(spec.overrides());
    overrides.addAll(variation.overrides());
    overrides.add("run.seed=" + seed);
    overrides.add("run.threads=" + threadsPerRun);
    // What a run is compared with is the sweep's business.
    overrides.add("compare-with=[]");
    return factory.configuration(RunSpec.class, base, overrides);
  }

  /** Makes every part once, as the start of a run does; seeds change no shape. */
  private void check(SweepSpec spec, Path base, Variation variation) {
    Configuration<RunSpec> read = read(spec, base, variation, spec.seeds().get(0));
    ResolvedRun run = ResolvedRun.of(factory, read);
    new Training(run, Path.of("unused"), factory, note -> {}).close();
  }

  /** Files count by their content, wherever they lie; threads change no result. */
  private String contentHash(Configuration<RunSpec> read) {
    Map<String, Object> document = new LinkedHashMap<>(read.document());
    if (document.get("run") instanceof Map<?, ?> run) {
      Map<Object, Object> kept = new LinkedHashMap<>(run);
      kept.remove("threads");
      document.put("run", kept);
    }
    String text = Json.canonical(document);
    for (Path file : read.files()) {
      Path absolute = file.toAbsolutePath().normalize();
      if (Files.exists(absolute)) {
        String hash = hashes.computeIfAbsent(absolute, Hashes::of);
        text = text.replace(Json.line(absolute.toString()), Json.line("sha256:" + hash));
      }
    }
    return Hashes.of(text);
  }
}
