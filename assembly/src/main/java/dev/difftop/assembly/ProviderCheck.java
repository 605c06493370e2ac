package dev.difftop.assembly;

import dev.difftop.api.Preset;
import dev.difftop.api.Provider;
import dev.difftop.api.ServiceType;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Names;
import dev.difftop.assembly.jar.RefusedException;
import dev.difftop.assembly.yaml.YamlReader;
import jakarta.inject.Inject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether a provider keeps its promises; so that a run never fails on a plugin that cannot work.
 */
final class ProviderCheck {
  private final ServiceType<?> service;
  private final Offer<?> offer;
  private final String source;
  private String name;

  ProviderCheck(ServiceType<?> service, Offer<?> offer, String source) {
    this.service = service;
    this.offer = offer;
    this.source = source;
  }

  ServiceType<?> service() {
    return service;
  }

  /** The name it offers, as far as it was asked for. */
  Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /** What messages call it. */
  String label() {
    return name().orElse(offer.type().getName());
  }

  /**
   * Accepts a provider.
   *
   * @throws RefusedException if it breaks a promise
   */
  Plugin accept(Provider<?, ?> provider) {
    name = provider.name();
    require(name != null && Names.isKebab(name), "its name %s is not in kebab-case", name);
    String summary = provider.summary();
    require(summary != null && !summary.isBlank(), "has no summary");
    require(summary.lines().count() == 1, "its summary has more than one line");
    checkPresets(provider.presets());
    Schema schema = schema(provider.configType());
    checkImplementation(provider.implementation(), provider.configType());
    return new Plugin(
        service, name, summary, offer.module(), offer.version(), source, schema, provider);
  }

  private static void checkPresets(List<Preset> presets) {
    for (Preset preset : presets) {
      require(
          Names.isKebab(preset.name()),
          "the name of its preset %s is not in kebab-case",
          preset.name());
      try {
        YamlReader.file(preset.yaml(), "preset:" + preset.name(), Path.of(""));
      } catch (ConfigurationException e) {
        throw new RefusedException(e.getMessage());
      }
    }
  }

  private Schema schema(Class<? extends Record> type) {
    require(type != null && type.isRecord(), "its configuration %s is no record", type);
    requireOpen(type);
    try {
      Schema schema = Schema.of(type);
      require(
          schema.key(PluginKind.PLUGIN).isEmpty(),
          "%s.plugin: the key \"plugin\" is taken by the name of the plugin",
          type.getSimpleName());
      return schema;
    } catch (IllegalArgumentException e) {
      throw new RefusedException("its configuration cannot be used: " + e.getMessage());
    }
  }

  private void checkImplementation(Class<?> implementation, Class<?> configType) {
    require(implementation != null, "has no implementation");
    String called = implementation.getName();
    require(
        service.type().isAssignableFrom(implementation),
        "its implementation %s is no %s",
        called,
        service.type().getSimpleName());
    require(
        !Modifier.isAbstract(implementation.getModifiers()),
        "its implementation %s is abstract",
        called);
    boolean inner =
        implementation.isMemberClass() && !Modifier.isStatic(implementation.getModifiers());
    require(!inner, "its implementation %s is an inner class; make it static", called);
    requireOpen(implementation);
    checkConstructor(implementation, configType);
  }

  private void checkConstructor(Class<?> implementation, Class<?> configType) {
    List<Constructor<?>> injected =
        Arrays.stream(implementation.getDeclaredConstructors())
            .filter(c -> c.isAnnotationPresent(Inject.class))
            .toList();
    require(
        injected.size() == 1,
        "its implementation %s has %s constructors with @Inject, expected one",
        implementation.getName(),
        injected.size());
    for (Parameter parameter : injected.get(0).getParameters()) {
      Class<?> asked = parameter.getType();
      require(
          asked == configType || isOffered(asked),
          "the constructor of %s asks for %s; a part may ask for %s",
          implementation.getName(),
          asked.getName(),
          offered(configType));
    }
  }

  private boolean isOffered(Class<?> asked) {
    return service.collaborators().contains(asked);
  }

  private String offered(Class<?> configType) {
    List<String> names = service.collaborators().stream().map(Class::getSimpleName).toList();
    return "%s, %s and %s"
        .formatted(
            configType.getSimpleName(),
            String.join(", ", names.subList(0, names.size() - 1)),
            names.get(names.size() - 1));
  }

  private void requireOpen(Class<?> type) {
    Module owner = type.getModule();
    String pack = type.getPackageName();
    boolean open =
        owner.isOpen(pack, ProviderCheck.class.getModule())
            && owner.isOpen(pack, com.google.inject.Injector.class.getModule());
    require(
        open,
        "the package of %s is closed; add \"opens %s;\" to the descriptor of module %s",
        type.getName(),
        pack,
        owner.getName());
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void require(boolean holds, String otherwise, Object... arguments) {
    if (!holds) {
      throw new RefusedException(otherwise.formatted(arguments));
    }
  }
}
