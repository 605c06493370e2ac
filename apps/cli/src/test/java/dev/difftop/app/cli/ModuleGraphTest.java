package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which module may know which: the rules of {@code docs/architecture.md}. */
final class ModuleGraphTest {
  private static final Map<String, Set<String>> OURS = requires();

  private static final Set<String> PLUGINS =
      Set.of(
          "dev.difftop.models",
          "dev.difftop.engine.nd4j",
          "dev.difftop.solver.gaussnewton",
          "dev.difftop.solver.ilqr",
          "dev.difftop.solver.sampling",
          "dev.difftop.solver.lagrangian",
          "dev.difftop.env.mujoco",
          "dev.difftop.data.hdf5");

  /** The modules of this project on the test's path, and what each requires of this project. */
  private static Map<String, Set<String>> requires() {
    String paths =
        System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path", "");
    Path[] entries =
        Arrays.stream(paths.split(File.pathSeparator))
            .filter(p -> p.contains("difftop") || p.contains("classes"))
            .map(Path::of)
            .filter(Files::exists)
            .toArray(Path[]::new);
    Map<String, Set<String>> out = new TreeMap<>();
    Stream.of(entries)
        .flatMap(entry -> ModuleFinder.of(entry).findAll().stream())
        .map(ModuleReference::descriptor)
        .filter(d -> d.name().startsWith("dev.difftop"))
        .forEach(d -> out.put(d.name(), names(d)));
    return out;
  }

  private static Set<String> names(ModuleDescriptor descriptor) {
    return descriptor.requires().stream()
        .map(Requires::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void seesTheModules() {
    assertTrue(OURS.keySet().containsAll(PLUGINS), () -> PLUGINS + " are not all in " + OURS);
  }

  @Test
  void theApiNeedsNothingButInjectionAnnotations() {
    assertEquals(Set.of("jakarta.inject", "java.base"), OURS.get("dev.difftop.api"));
  }

  @Test
  void noPluginKnowsAnother() {
    for (String plugin : PLUGINS) {
      for (String other : PLUGINS) {
        assertFalse(OURS.get(plugin).contains(other), plugin + " requires " + other);
      }
    }
  }

  @Test
  void onlyTheEngineKnowsNd4jAndOnlyTheAssemblyKnowsGuice() {
    OURS.forEach(
        (module, required) -> {
          assertEquals(
              module.equals("dev.difftop.engine.nd4j"), required.contains("org.nd4j"), module);
          assertEquals(
              module.equals("dev.difftop.assembly"), required.contains("com.google.guice"), module);
        });
  }

  @Test
  void theApplicationFindsPluginsAtRunTimeOnly() {
    for (String plugin : PLUGINS) {
      assertFalse(OURS.get("dev.difftop.app.cli").contains(plugin), plugin);
      assertFalse(OURS.get("dev.difftop.learning").contains(plugin), plugin);
    }
  }
}
