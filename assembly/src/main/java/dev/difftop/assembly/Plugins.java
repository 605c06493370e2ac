package dev.difftop.assembly;

import dev.difftop.api.Preset;
import dev.difftop.api.config.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The plugins of an application: those of its own module layer, and those of every folder below a
 * plugin folder, each in a layer of its own. What cannot be accepted is refused with its reason,
 * and never hides the others.
 */
public final class Plugins {
  private final List<Plugin> found;
  private final List<Refusal> refused;

  Plugins(List<Plugin> found, List<Refusal> refused) {
    this.found =
        found.stream()
            .sorted(
                Comparator.comparingInt((Plugin p) -> Services.all().indexOf(p.service()))
                    .thenComparing(Plugin::name))
            .toList();
    this.refused = List.copyOf(refused);
  }

  /** Finds the plugins of the application itself, on its module path or class path. */
  public static Plugins discover() {
    return Discovery.builtIn().plugins();
  }

  /**
   * Finds the plugins of the application itself and those in {@code folder}.
   *
   * @param folder holds one sub-folder per plugin, with its jars; a folder that does not exist
   *     holds none
   */
  public static Plugins discover(Path folder) {
    Discovery discovery = Discovery.builtIn();
    discovery.addFolder(folder);
    return discovery.plugins();
  }

  /** All that were accepted, by service and name. */
  public List<Plugin> found() {
    return found;
  }

  /** Those of a service, by name. */
  public List<Plugin> of(Class<?> service) {
    return found.stream().filter(p -> p.service().type() == service).toList();
  }

  /** The configurations that ship with plugins, by name. */
  public List<Preset> presets() {
    return found.stream()
        .flatMap(plugin -> plugin.provider().presets().stream())
        .sorted(Comparator.comparing(Preset::name))
        .toList();
  }

  /** What was refused. */
  public List<Refusal> refused() {
    return refused;
  }

  /** The plugin of that name. */
  public Optional<Plugin> find(Class<?> service, String name) {
    return of(service).stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /** Why there is no preset of that name: the nearest one, and those there are. */
  public String explainMissingPreset(String name) {
    List<String> names = presets().stream().map(Preset::name).toList();
    return "no preset named \"%s\"%s; found %s"
        .formatted(
            name, Nearest.hint(name, names), names.isEmpty() ? "none" : String.join(", ", names));
  }

  /**
   * Why there is no plugin of that name: the nearest name, the names there are, and what was
   * refused that may have offered it.
   */
  public String explainMissing(Class<?> service, String name) {
    List<String> names = of(service).stream().map(Plugin::name).toList();
    StringBuilder text =
        new StringBuilder("no %s named \"%s\"".formatted(Services.require(service).word(), name));
    Nearest.to(name, names).ifPresent(n -> text.append("; did you mean ").append(n).append('?'));
    text.append(names.isEmpty() ? "; found none" : "; found " + String.join(", ", names));
    List<Refusal> suspects = new ArrayList<>(refused);
    suspects.removeIf(r -> !r.mayConcern(service, name));
    if (!suspects.isEmpty()) {
      text.append("; refused ")
          .append(suspects.stream().map(Refusal::toString).collect(Collectors.joining("; ")));
    }
    return text.toString();
  }
}
