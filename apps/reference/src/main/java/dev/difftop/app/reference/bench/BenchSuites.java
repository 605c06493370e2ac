package dev.difftop.app.reference.bench;

import dev.difftop.api.Dynamics;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import dev.difftop.assembly.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The suites of benchmark cases by name: {@code data}, {@code engine}, {@code env}, {@code
 * solvers}.
 */
public final class BenchSuites {
  private static final String ROBOMIMIC = "robomimic";

  private final Map<String, Supplier<List<BenchCase>>> suites = new TreeMap<>();
  private final Plugins plugins;
  private final Configurations configurations;
  private final Assembly assembly;

  /**
   * Suites over the plugins that were found.
   *
   * @param assembly makes the parts; its engine is the one measured
   */
  public BenchSuites(Plugins plugins, Configurations configurations, Assembly assembly) {
    this.plugins = plugins;
    this.configurations = configurations;
    this.assembly = assembly;
    suites.put("data", this::datasets);
    suites.put("engine", EngineCases::all);
    suites.put("env", this::environments);
    suites.put("solvers", this::solvers);
  }

  /** Names of the suites, sorted. */
  public SortedSet<String> names() {
    return new TreeSet<>(suites.keySet());
  }

  /**
   * The cases of a suite, in order.
   *
   * @param name one of {@link #names()}
   * @throws IllegalArgumentException if there is no such suite, or a plugin it needs is missing
   */
  public List<BenchCase> cases(String name) {
    if (!suites.containsKey(name)) {
      throw new IllegalArgumentException(
          "bench: found %s, expected one of %s".formatted(name, suites.keySet()));
    }
    return suites.get(name).get();
  }

  private List<BenchCase> environments() {
    List<BenchCase> cases =
        new ArrayList<>(
            EnvironmentCases.of(
                plugins.of(Environment.class).stream()
                    .map(plugin -> (EnvironmentProvider<?>) plugin.provider())));
    if (plugins.find(Dynamics.class, PhysicsCase.PLUGIN).isPresent()) {
      cases.add(new PhysicsCase(assembly, configurations));
    }
    return cases;
  }

  private List<BenchCase> solvers() {
    List<BenchCase> cases = new ArrayList<>(PlanningCases.of(assembly, configurations));
    cases.addAll(SolverCases.of(assembly, configurations));
    return cases;
  }

  /** The files are kept, so that another program can be measured with them. */
  private List<BenchCase> datasets() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "difftop-bench-data");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("bench data: the folder cannot be created: " + folder, e);
    }
    DatasetProvider<?> robomimic =
        plugins
            .find(Dataset.class, ROBOMIMIC)
            .map(plugin -> (DatasetProvider<?>) plugin.provider())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(plugins.explainMissing(Dataset.class, ROBOMIMIC)));
    DatasetFiles files =
        new DatasetFiles(
            folder, file -> robomimic.writer(file, Map.of("env_args", "{}"), true).orElseThrow());
    return DatasetCases.of(files, this::open);
  }

  private Dataset open(Path file, long cacheBytes) {
    List<String> settings = List.of("path=" + file, "cache-bytes=" + cacheBytes);
    return assembly.make(
        configurations.choose(Dataset.class, ROBOMIMIC, settings), RandomStream.root(0));
  }
}
