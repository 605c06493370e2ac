package dev.difftop.app.reference.problem;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Choice;
import dev.difftop.assembly.Configurations;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Makes the dynamics and costs of problem files from plugins, by name. */
public final class Parts {
  private final Assembly assembly;
  private final Configurations configurations;

  public Parts(Assembly assembly, Configurations configurations) {
    this.assembly = assembly;
    this.configurations = configurations;
  }

  Engine engine() {
    return assembly.engine();
  }

  <T> Choice<T> choose(Class<T> service, String name, List<String> settings) {
    return configurations.choose(service, name, settings);
  }

  <T> T make(Choice<T> choice, Shapes shapes) {
    return assembly.make(choice, shapes, random());
  }

  Encoder encoder(String name, Shapes shapes, String... settings) {
    return make(choose(Encoder.class, name, List.of(settings)), shapes);
  }

  Dynamics dynamics(String name, Shapes shapes, String... settings) {
    return make(choose(Dynamics.class, name, List.of(settings)), shapes);
  }

  Cost cost(String name, Shapes shapes, String... settings) {
    return make(choose(Cost.class, name, List.of(settings)), shapes);
  }

  /** No part of a problem file draws a number: the file has them all. */
  private static RandomStream random() {
    return RandomStream.root(0);
  }

  static Shapes shapes(int nx, int nu) {
    return new Shapes(Map.of(), nu, nx);
  }

  /** Every parameter of the plugins must be among the given names, and the other way round. */
  static void requireParameters(Collection<String> expected, Collection<String> given) {
    if (!new TreeSet<>(expected).equals(new TreeSet<>(given))) {
      throw new IllegalStateException(
          "the plugins have the parameters %s, the file gives %s".formatted(expected, given));
    }
  }
}
