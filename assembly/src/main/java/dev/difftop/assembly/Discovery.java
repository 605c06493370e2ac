package dev.difftop.assembly;

import dev.difftop.api.Preset;
import dev.difftop.api.Provider;
import dev.difftop.api.ServiceType;
import dev.difftop.assembly.jar.JavaVersions;
import dev.difftop.assembly.jar.Origin;
import dev.difftop.assembly.jar.PluginFolder;
import dev.difftop.assembly.jar.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.FindException;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds providers in module layers and on the class path, and accepts or refuses each. */
final class Discovery {
  private final Optional<ModuleLayer> application;
  private final List<Plugin> found = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private final Set<String> reportedErrors = new HashSet<>();

  private Discovery(Optional<ModuleLayer> application) {
    this.application = application;
  }

  /** With the plugins of the application's own layer, or of its class path. */
  static Discovery builtIn() {
    Discovery discovery =
        new Discovery(Optional.ofNullable(Discovery.class.getModule().getLayer()));
    discovery.application.ifPresentOrElse(
        layer -> discovery.addLayer(layer, "application"),
        () -> discovery.addLoader(Discovery.class.getClassLoader(), "application"));
    return discovery;
  }

  Plugins plugins() {
    return new Plugins(found, refused);
  }

  /**
   * Adds the plugins of every sub-folder, each isolated from the others, ordered by their names.
   */
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
    // A root, and the folder that a process runs in, have no name of their own.
    Path parent = entry.toAbsolutePath().normalize().getParent();
    String source =
        (parent.getFileName() == null ? "" : parent.getFileName()) + "/" + entry.getFileName();
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
      PluginFolder plugin = new PluginFolder(folder);
      if (application.isPresent()) {
        addLayer(plugin.layer(application.get()), source);
      } else {
        addLoader(plugin.loader(), source);
      }
    } catch (FindException
        | ResolutionException
        | LayerInstantiationException
        | UncheckedIOException
        | SecurityException e) {
      refuse(source, JavaVersions.explain(e).orElseGet(() -> chain(e)));
      return;
    } catch (RefusedException e) {
      refuse(source, e.getMessage());
      return;
    }
    if (found.size() + refused.size() == before) {
      refuse(
          source,
          "offers no plugin: no module in it provides "
              + Services.all().stream()
                  .map(s -> s.providerType().getSimpleName())
                  .collect(Collectors.joining(", "))
              + new PluginFolder(folder).withoutDescriptor());
    }
  }

  private void addLayer(ModuleLayer layer, String source) {
    for (ServiceType<?> service : Services.all()) {
      Offer.inLayer(
          service.providerType(),
          layer,
          service.load(layer),
          offer -> add(service, offer, source),
          e -> refuseBroken(source, e));
    }
  }

  private void addLoader(ClassLoader loader, String source) {
    for (ServiceType<?> service : Services.all()) {
      Offer.inLoader(
          service.providerType(),
          loader,
          service.load(loader),
          offer -> add(service, offer, source),
          e -> refuseBroken(source, e));
    }
  }

  /** An error of a parent layer is repeated by every child: it is reported once. */
  private void refuseBroken(String source, Throwable error) {
    if (reportedErrors.add(String.valueOf(error.getMessage()))) {
      refuse(source, JavaVersions.explain(error).orElseGet(() -> chain(error)));
    }
  }

  private void add(ServiceType<?> service, Offer<?> offer, String source) {
    String origin = source.equals("application") ? Origin.label(Origin.of(offer.type())) : source;
    ProviderCheck check = new ProviderCheck(service, offer, origin);
    try {
      Plugin plugin = check.accept((Provider<?, ?>) offer.get());
      Optional<Plugin> rival =
          found.stream()
              .filter(p -> p.service() == service && p.name().equals(plugin.name()))
              .findFirst();
      rival.ifPresentOrElse(
          r -> refuseDuplicate(plugin, r),
          () -> {
            requireNewPresets(plugin);
            found.add(plugin);
          });
    } catch (RefusedException e) {
      refuse(check, origin, e.getMessage());
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      refuse(check, origin, JavaVersions.explain(e).orElseGet(() -> chain(e)));
    }
  }

  private void requireNewPresets(Plugin plugin) {
    for (Preset preset : plugin.provider().presets()) {
      for (Plugin other : found) {
        if (other.provider().presets().stream().anyMatch(p -> p.name().equals(preset.name()))) {
          throw new RefusedException(
              "the name of its preset %s is taken by one of %s".formatted(preset.name(), other));
        }
      }
    }
  }

  private void refuse(ProviderCheck check, String origin, String reason) {
    refused.add(
        new Refusal(
            origin,
            "%s %s: %s".formatted(check.service().word(), check.label(), reason),
            Optional.of(check.service()),
            check.name()));
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
