package dev.difftop.app.cli;

import dev.difftop.api.ServiceType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Maven project with a small plugin that works, made from templates. */
final class Skeleton {
  /** What the one setting of a template is called, means and is by default. */
  private record Setting(String name, String doc, String value) {}

  private static final Map<String, Setting> SETTINGS =
      Map.of(
          "cost", new Setting("controlPenalty", "rho of rho |u|^2", "0.1"),
          "dynamics", new Setting("timeStep", "seconds of a step", "0.1"),
          "encoder", new Setting("scale", "factor of every observation", "0.5"),
          "environment", new Setting("timeStep", "seconds of a step", "0.05"));

  private final ServiceType<?> service;
  private final String name;
  private final String type;
  private final String pack;

  /**
   * A skeleton.
   *
   * @param name of the plugin, kebab-case, beginning with a letter
   */
  Skeleton(ServiceType<?> service, String name) {
    this.service = service;
    this.name = name;
    this.type = camel(name);
    this.pack = "plugin." + name.replace('-', '_');
  }

  /** The services that there are templates for. */
  static List<String> services() {
    return SETTINGS.keySet().stream().sorted().toList();
  }

  private static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("-")) {
      camel.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return camel.toString();
  }

  /** Writes the project; its files by their paths below the folder. */
  List<Path> write(Path folder, String version) throws IOException {
    Path code = Path.of("src/main/java").resolve(pack.replace('.', '/'));
    Path tests = Path.of("src/test/java").resolve(pack.replace('.', '/'));
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(Path.of("pom.xml"), "pom.xml");
    files.put(Path.of("src/main/java/module-info.java"), "module-info.java");
    files.put(code.resolve(type + "Provider.java"), "Provider.java");
    files.put(code.resolve(type + "Config.java"), "Config.java");
    files.put(code.resolve(type + ".java"), service.word() + ".java");
    files.put(tests.resolve(type + "Test.java"), "Test.java");
    for (Map.Entry<Path, String> file : files.entrySet()) {
      Path target = folder.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.writeString(target, filled(template(file.getValue()), version));
    }
    return List.copyOf(files.keySet());
  }

  private static String template(String name) {
    try (InputStream in = Skeleton.class.getResourceAsStream("skeleton/" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String filled(String template, String version) {
    Setting setting = SETTINGS.get(service.word());
    String simple = service.type().getSimpleName();
    return template
        .replace("@package@", pack)
        .replace("@name@", name)
        .replace("@Type@", type)
        .replace("@version@", version)
        .replace("@word@", service.word())
        .replace("@Service@", simple)
        .replace("@serviceType@", service.type().getName())
        .replace("@serviceProvider@", service.providerType().getName())
        .replace("@Summary@", "The " + service.word() + " " + name)
        .replace("@summary@", "what " + name + " is, in one line")
        .replace("@configName@", setting.name())
        .replace("@configDoc@", setting.doc())
        .replace("@configDefault@", setting.value());
  }
}
