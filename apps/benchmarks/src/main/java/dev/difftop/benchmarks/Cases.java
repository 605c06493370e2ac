package dev.difftop.benchmarks;

import dev.difftop.api.program.Engine;
import dev.difftop.app.reference.bench.BenchCase;
import dev.difftop.app.reference.bench.BenchSuites;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import dev.difftop.assembly.Plugins;
import java.util.List;

/** The cases of the command {@code bench}, with plugins found on the class path, as JMH needs. */
final class Cases {
  private final Assembly assembly;
  private final List<BenchCase> all;

  private Cases(Assembly assembly, List<BenchCase> all) {
    this.assembly = assembly;
    this.all = all;
  }

  /** Cases of a suite. */
  static Cases of(String suite) {
    Plugins plugins = Plugins.discover();
    Configurations configurations = new Configurations(plugins);
    Assembly assembly = new Assembly(configurations.choose(Engine.class, "nd4j", List.of()));
    return new Cases(assembly, new BenchSuites(plugins, configurations, assembly).cases(suite));
  }

  /** Names in the order of the command. */
  List<String> names() {
    return all.stream().map(BenchCase::name).toList();
  }

  /** Makes a case ready to run. */
  BenchCase.Work prepare(String name, int threads) {
    BenchCase chosen = all.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    return chosen.prepare(assembly.engine(), threads);
  }
}
