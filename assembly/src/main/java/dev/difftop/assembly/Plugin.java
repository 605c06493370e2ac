package dev.difftop.assembly;

import dev.difftop.api.PluginInfo;
import dev.difftop.api.Provider;
import dev.difftop.api.ServiceType;
import dev.difftop.assembly.jar.Origin;
import java.nio.file.Path;

/**
 * One implementation of a service that was found and accepted.
 *
 * @param service what it implements
 * @param name the name by which a configuration chooses it
 * @param summary what it is, in one line
 * @param module name of its module
 * @param version version of its module, empty where the module states none
 * @param source the jar or folder it came from
 * @param schema the keys of its configuration
 * @param provider the provider itself
 */
public record Plugin(
    ServiceType<?> service,
    String name,
    String summary,
    String module,
    String version,
    String source,
    Schema schema,
    Provider<?, ?> provider) {

  /** Its identity, with the hash of its jar. */
  PluginInfo info() {
    Path location = Origin.of(provider.getClass());
    return new PluginInfo(
        service.word(), name, summary, module, version, location, Origin.sha256(location));
  }

  /** Name, module and source: how messages about failures call it. */
  String label() {
    return "%s (module %s, %s)".formatted(this, module, source);
  }

  /** As {@code solver ilqr}: how messages call it. */
  @Override
  public String toString() {
    return service.word() + " " + name;
  }
}
