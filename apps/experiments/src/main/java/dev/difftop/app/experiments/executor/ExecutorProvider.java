package dev.difftop.app.experiments.executor;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Offers an executor by name. Found with {@link ServiceLoader}, in the modules of the application
 * and on the class path, so that one whose dependencies are no modules can join.
 */
public interface ExecutorProvider {
  /** Name in {@code --executor}, kebab-case. */
  String name();

  /** One line for people. */
  String summary();

  /**
   * Opens it.
   *
   * @param request what the sweep asks for
   * @throws IllegalArgumentException on a setting that it does not have, or a bad value
   */
  RunExecutor open(Request request);

  /**
   * What a sweep asks of an executor.
   *
   * @param jobs most runs at once; 0 for as many as there is room for
   * @param threadsPerRun threads of every run
   * @param settings of the executor: {@code --set key=value}
   * @param notes receives lines for the user
   */
  record Request(
      int jobs, int threadsPerRun, Map<String, String> settings, Consumer<String> notes) {
    /** Refuses settings that an executor does not know. */
    public void requireOnly(String executor, List<String> known) {
      settings.keySet().stream()
          .filter(key -> !known.contains(key))
          .findFirst()
          .ifPresent(
              key -> {
                throw new IllegalArgumentException(
                    "--set %s: executor %s has no such setting; it has %s"
                        .formatted(key, executor, known));
              });
    }
  }

  /** All that are there, by name. */
  static Map<String, ExecutorProvider> all() {
    return all(ClassLoader.getSystemClassLoader());
  }

  /**
   * All that are there, by name.
   *
   * @param classPath loader of providers that are in no module
   */
  static Map<String, ExecutorProvider> all(ClassLoader classPath) {
    Map<String, ExecutorProvider> found = new TreeMap<>();
    ModuleLayer layer = ExecutorProvider.class.getModule().getLayer();
    Stream<ExecutorProvider> modules =
        layer == null
            ? Stream.of()
            : ServiceLoader.load(layer, ExecutorProvider.class).stream()
                .map(ServiceLoader.Provider::get);
    Stream<ExecutorProvider> classes =
        ServiceLoader.load(ExecutorProvider.class, classPath).stream()
            .map(ServiceLoader.Provider::get);
    Stream.concat(modules, classes).forEach(p -> found.putIfAbsent(p.name(), p));
    return found;
  }

  /**
   * The one of that name.
   *
   * @throws IllegalArgumentException with the names that there are
   */
  static ExecutorProvider named(String name) {
    Map<String, ExecutorProvider> all = all();
    if (!all.containsKey(name)) {
      throw new IllegalArgumentException(
          "--executor: no executor named \"%s\"; found %s%s"
              .formatted(
                  name,
                  all.keySet(),
                  name.equals("spark")
                      ? "; " + SparkHint.of(System.getProperty("java.class.path"))
                      : ""));
    }
    return all.get(name);
  }
}
