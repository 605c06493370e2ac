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
  /**
   * The one setting of a template without a configuration record of its own.
   *
   * @param value its default
   */
  private record Setting(String name, String doc, String value) {
    static final Setting OWN = new Setting("", "", "");
  }

  /**
   * What a service needs beside the api.
   *
   * @param library artifact that its plugins compile against, after {@code difftop-}; the api if
   *     empty
   * @param testkit artifact of its contract, likewise
   */
  private record Needs(Setting setting, String library, String testkit) {
    Needs(Setting setting) {
      this(setting, "", "testkit");
    }
  }

  private static final Map<String, Needs> SERVICES =
      Map.of(
          "cost", new Needs(new Setting("controlPenalty", "rho of rho |u|^2", "0.1")),
          "dynamics", new Needs(new Setting("timeStep", "seconds of a step", "0.1")),
          "encoder", new Needs(new Setting("scale", "factor of every observation", "0.5")),
          "environment", new Needs(new Setting("timeStep", "seconds of a step", "0.05")),
          "dataset", new Needs(Setting.OWN),
          "engine", new Needs(Setting.OWN),
          "solver", new Needs(Setting.OWN, "optimization", "testkit"),
          "learner", new Needs(Setting.OWN, "learning", "learning-testkit"));

  private static final String DEPENDENCY =
      """

          <dependency>
            <groupId>dev.difftop</groupId>
            <artifactId>difftop-%s</artifactId>
            <version>${difftop.version}</version>
            <scope>provided</scope>
          </dependency>""";

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
    return SERVICES.keySet().stream().sorted().toList();
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
    if (hasOwn("Policy.java")) {
      files.put(code.resolve(type + "Policy.java"), "Policy.java");
    }
    files.put(tests.resolve(type + "Test.java"), "Test.java");
    for (Map.Entry<Path, String> file : files.entrySet()) {
      Path target = folder.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.writeString(target, filled(template(file.getValue()), version));
    }
    return List.copyOf(files.keySet());
  }

  private boolean hasOwn(String name) {
    return Skeleton.class.getResource("skeleton/" + service.word() + "." + name + ".txt") != null;
  }

  /** The template of the service, or else the one that all share. */
  private String template(String name) {
    String own = hasOwn(name) ? service.word() + "." + name : name;
    try (InputStream in = Skeleton.class.getResourceAsStream("skeleton/" + own + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String filled(String template, String version) {
    Needs needs = SERVICES.get(service.word());
    String library = needs.library();
    String simple = service.type().getSimpleName();
    return template
        .replace(
            "@requires@",
            library.isEmpty() ? "" : "\n  requires dev.difftop.%s;".formatted(library))
        .replace("@dependency@", library.isEmpty() ? "" : DEPENDENCY.formatted(library))
        .replace("@testkit@", needs.testkit())
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
        .replace("@configName@", needs.setting().name())
        .replace("@configDoc@", needs.setting().doc())
        .replace("@configDefault@", needs.setting().value());
  }
}
