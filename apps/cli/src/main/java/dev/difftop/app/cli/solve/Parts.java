package dev.difftop.app.cli.solve;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Shapes;
import dev.difftop.app.assembly.Assembly;
import dev.difftop.app.assembly.Configurations;
import java.util.List;
import java.util.Map;

/** Makes the dynamics and costs of problem files from plugins, by name. */
final class Parts {
  private final Assembly assembly;
  private final Configurations configurations;

  Parts(Assembly assembly, Configurations configurations) {
    this.assembly = assembly;
    this.configurations = configurations;
  }

  Dynamics dynamics(String name, Shapes shapes, String... settings) {
    return assembly.make(
        configurations.choose(Dynamics.class, name, List.of(settings)), shapes, random());
  }

  Cost cost(String name, Shapes shapes, String... settings) {
    return assembly.make(
        configurations.choose(Cost.class, name, List.of(settings)), shapes, random());
  }

  /** No part of a problem file draws a number: the file has them all. */
  private static RandomStream random() {
    return RandomStream.root(0);
  }

  static Shapes shapes(int nx, int nu) {
    return new Shapes(Map.of(), nu, nx);
  }

  /** A spec of which every parameter must be among the given names, and the other way round. */
  static ProblemSpec requireParameters(ProblemSpec spec, java.util.Set<String> given) {
    if (!spec.parameters().keySet().equals(given)) {
      throw new IllegalStateException(
          "the plugins have the parameters %s, the file gives %s"
              .formatted(spec.parameters().keySet(), given));
    }
    return spec;
  }
}
