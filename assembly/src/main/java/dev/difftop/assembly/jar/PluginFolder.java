package dev.difftop.assembly.jar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder with the jars of one plugin. */
public record PluginFolder(Path folder) {

  /**
   * A layer with its modules below the application's.
   *
   * @throws RefusedException if it holds no jar, or a module that the application has
   */
  public ModuleLayer layer(ModuleLayer application) {
    ModuleFinder finder = ModuleFinder.of(folder);
    Set<String> names =
        finder.findAll().stream()
            .map(ModuleReference::descriptor)
            .map(ModuleDescriptor::name)
            .collect(Collectors.toCollection(TreeSet::new));
    if (names.isEmpty()) {
      throw noJar();
    }
    // A layer's parent wins: a module of the same name would silently be left out.
    names.stream()
        .filter(name -> application.findModule(name).isPresent())
        .findFirst()
        .ifPresent(
            name -> {
              throw new RefusedException(
                  "holds the module %s, which is part of the application already; take its jar out, or rename the module"
                      .formatted(name));
            });
    Configuration resolved =
        application.configuration().resolveAndBind(ModuleFinder.of(), finder, names);
    return application.defineModulesWithOneLoader(resolved, PluginFolder.class.getClassLoader());
  }

  /**
   * A class loader with its jars below the application's; for an application on the class path. It
   * stays open as long as the application runs.
   *
   * @throws RefusedException if it holds no jar
   */
  public ClassLoader loader() {
    List<URL> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        jars.add(jar.toUri().toURL());
      }
    } catch (MalformedURLException e) {
      throw new RefusedException("cannot be read: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (jars.isEmpty()) {
      throw noJar();
    }
    return new URLClassLoader(jars.toArray(URL[]::new), PluginFolder.class.getClassLoader());
  }

  /** What to say of jars without a module descriptor, which provide what their services list. */
  public String withoutDescriptor() {
    List<String> jars =
        ModuleFinder.of(folder).findAll().stream()
            .filter(module -> module.descriptor().isAutomatic())
            .flatMap(module -> module.location().stream())
            .map(location -> Origin.label(Path.of(location)))
            .sorted()
            .toList();
    return jars.isEmpty()
        ? ""
        : "; %s has no module-info.class and lists no provider in META-INF/services; add either"
            .formatted(String.join(", ", jars));
  }

  private static RefusedException noJar() {
    return new RefusedException("holds no jar");
  }
}
