package dev.difftop.solver.lagrangian;

import dev.difftop.api.Chosen;
import dev.difftop.api.Parts;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.testkit.DefaultSettings;
import dev.difftop.testkit.Injection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * A solver chosen by name, with its defaults but for some settings: what an application reads from
 * YAML.
 *
 * @param settings by component of the solver's record: a number, or an inner choice
 */
record Inner(String name, Map<String, Object> settings) implements Chosen<Solver> {
  static {
    // The module that is tested offers a solver and uses none; its tests do.
    Inner.class.getModule().addUses(SolverProvider.class);
  }

  /** With settings as name, value, name, value, ... */
  static Inner of(String name, Object... settings) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      map.put((String) settings[i], settings[i + 1]);
    }
    return new Inner(name, map);
  }

  /** A gradient solver that ends when its steps are rounding. */
  static Inner precise(String name) {
    return switch (name) {
      case "hybrid" -> of(name, "polish", precise("lbfgs"));
      case "lbfgs" -> of(name, "tolerance", 1e-10, "maxIterations", 2000, "memory", 20);
      default -> of(name, "tolerance", 1e-12, "maxIterations", 1000);
    };
  }

  /** Makes what was chosen. */
  static final class Maker implements Parts {
    @Override
    @SuppressWarnings("unchecked")
    public <T> T make(Chosen<T> choice) {
      return (T) ((Inner) choice).solver();
    }
  }

  Solver solver() {
    SolverProvider<?> provider =
        ServiceLoader.load(SolverProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no solver " + name));
    return Injection.make(
        provider.implementation(),
        DefaultSettings.of(provider.configType(), settings, text -> of(text)),
        new Interpreter(),
        RandomStream.root(1),
        new Maker());
  }
}
