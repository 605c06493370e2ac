package dev.difftop.assembly;

import dev.difftop.api.Provider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.Spliterator;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds providers in module layers and accepts or refuses each. */
final class Discovery {
  private final ModuleLayer application;
  private final List<Plugin> found = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private final Set<String> reportedErrors = new HashSet<>();

  private Discovery(ModuleLayer application) {
    this.application = application;
  }

  /** With the plugins of the application's own layer. */
  static Discovery builtIn() {
    ModuleLayer layer = Discovery.class.getModule().getLayer();
    if (layer == null) {
      throw new IllegalStateException(
          "difftop runs on the class path; its plugins are found on the module path only"
              + " (java --module-path lib --module ...)");
    }
    Discovery discovery = new Discovery(layer);
    discovery.addProviders(layer, "application");
    return discovery;
  }

  Plugins plugins() {
    return new Plugins(found, refused);
  }

  /** Adds the plugins of every sub-folder, each in a layer of its own, in order of their names. */
  void addFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      entries.sorted().forEach(this::addEntry);
    } catch (IOException | UncheckedIOException e) {
      refuse(folder.toString(), "cannot be listed: " + e.getMessage());
    }
  }

  private void addEntry(Path entry) {
    String source = entry.getParent().getFileName() + "/" + entry.getFileName();
    if (entry.getFileName().toString().startsWith(".")) {
      return;
    }
    if (Files.isDirectory(entry)) {
      addPlugin(entry, source);
    } else if (entry.getFileName().toString().endsWith(".jar")) {
      refuse(source, "a jar beside the plugins; put it into a folder of its own");
    }
  }

  private void addPlugin(Path folder, String source) {
    int before = found.size() + refused.size();
    try {
      addProviders(layer(folder), source);
    } catch (FindException
        | ResolutionException
        | LayerInstantiationException
        | UncheckedIOException
        | SecurityException e) {
      refuse(source, chain(e));
      return;
    } catch (RefusedException e) {
      refuse(source, e.getMessage());
      return;
    }
    if (found.size() + refused.size() == before) {
      refuse(
          source,
          "offers no plugin: no module in it provides "
              + Stream.of(Service.values())
                  .map(s -> s.providerType().getSimpleName())
                  .collect(Collectors.joining(", ")));
    }
  }

  private ModuleLayer layer(Path folder) {
    ModuleFinder finder = ModuleFinder.of(folder);
    Set<String> names =
        finder.findAll().stream()
            .map(ModuleReference::descriptor)
            .map(java.lang.module.ModuleDescriptor::name)
            .collect(Collectors.toCollection(TreeSet::new));
    if (names.isEmpty()) {
      throw new RefusedException("holds no jar");
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
    return application.defineModulesWithOneLoader(resolved, Discovery.class.getClassLoader());
  }

  private void addProviders(ModuleLayer layer, String source) {
    for (Service service : Service.values()) {
      addProviders(layer, source, service);
    }
  }

  private <P extends Provider<?, ?>> void addProviders(
      ModuleLayer layer, String source, Service service) {
    @SuppressWarnings("unchecked")
    Class<P> type = (Class<P>) service.providerType();
    Spliterator<ServiceLoader.Provider<P>> offers =
        ServiceLoader.load(layer, type).stream().spliterator();
    boolean more = true;
    while (more) {
      try {
        more =
            offers.tryAdvance(
                offer -> {
                  // Loading from a layer also yields the providers of its parents.
                  if (offer.type().getModule().getLayer() == layer) {
                    add(service, offer, source);
                  }
                });
      } catch (ServiceConfigurationError | LinkageError e) {
        // A fault of a parent layer comes again with every child: it is told once.
        if (reportedErrors.add(String.valueOf(e.getMessage()))) {
          refuse(source, chain(e));
        }
      }
    }
  }

  private <P extends Provider<?, ?>> void add(
      Service service, ServiceLoader.Provider<P> offer, String source) {
    Module module = offer.type().getModule();
    String origin = module.getLayer() == application ? location(module) : source;
    ProviderCheck check = new ProviderCheck(service, module, origin);
    try {
      Plugin plugin = check.accept(offer.get());
      Optional<Plugin> rival =
          found.stream()
              .filter(p -> p.service() == service && p.name().equals(plugin.name()))
              .findFirst();
      rival.ifPresentOrElse(r -> refuseDuplicate(plugin, r), () -> found.add(plugin));
    } catch (RefusedException e) {
      refused.add(
          new Refusal(
              origin,
              "%s %s: %s".formatted(service, check.label(offer.type()), e.getMessage()),
              Optional.of(service),
              check.name()));
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      refused.add(
          new Refusal(
              origin,
              "%s %s: %s".formatted(service, check.label(offer.type()), chain(e)),
              Optional.of(service),
              check.name()));
    }
  }

  private void refuseDuplicate(Plugin plugin, Plugin rival) {
    refused.add(
        new Refusal(
            plugin.source(),
            "%s: the name is taken by %s of module %s (%s); found it again as %s of module %s"
                .formatted(
                    plugin,
                    rival.provider().getClass().getName(),
                    rival.module(),
                    rival.source(),
                    plugin.provider().getClass().getName(),
                    plugin.module()),
            Optional.of(plugin.service()),
            Optional.of(plugin.name())));
  }

  private void refuse(String source, String reason) {
    refused.add(new Refusal(source, reason, Optional.empty(), Optional.empty()));
  }

  /** The jar of a module of the application, or its folder when it runs from a build. */
  private static String location(Module module) {
    Path path =
        module
            .getLayer()
            .configuration()
            .findModule(module.getName())
            .flatMap(m -> m.reference().location())
            .map(URI::normalize)
            .map(Path::of)
            .orElse(Path.of("?"));
    return Files.isDirectory(path) ? path.toString() : path.getFileName().toString();
  }

  /** The messages of an error and its causes, each said once. */
  static String chain(Throwable error) {
    StringBuilder text = new StringBuilder();
    for (Throwable t = error; t != null; t = t.getCause()) {
      String message = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
      boolean nameOnly = t instanceof LinkageError && !message.contains(" ");
      String said = nameOnly ? t.getClass().getSimpleName() + " " + message : message;
      if (text.indexOf(said) < 0) {
        text.append(text.isEmpty() ? "" : ": ").append(said);
      }
    }
    return text.toString().replaceAll("\\s+", " ");
  }
}
