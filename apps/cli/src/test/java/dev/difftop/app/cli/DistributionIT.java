package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution as it will be shipped, started by its own launcher. */
final class DistributionIT {
  private static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();
  private static final Path DIFFTOP = Path.of("target/difftop/bin/difftop").toAbsolutePath();
  private static final String VERSION = System.getProperty("difftop.version");

  @TempDir Path temp;

  private Run run(Path folder, Object... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(word.toString());
    }
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(k -> k.startsWith("DIFFTOP_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    int status = builder.start().waitFor();
    return new Run(
        status,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void findsItsPartsAndSaysNothingElse() throws IOException, InterruptedException {
    Run run = run(temp, DIFFTOP, "plugins", "--json").good();
    assertEquals("", run.err());
    assertEquals(0, run.json().get("refused").size(), run::out);
    assertTrue(run.json().get("plugins").size() >= 15, run::out);
  }

  @Test
  void computesOnItsNativesAndSaysNothingElse() throws IOException, InterruptedException {
    Path problem = REPOSITORY.resolve("examples/pendulum.json");
    Run run = run(temp, DIFFTOP, "solve", problem, "--json").good();
    assertEquals("", run.err());
    for (JsonNode instance : run.json().get("instances")) {
      assertEquals("CONVERGED", instance.get("status").asText().toUpperCase(java.util.Locale.ROOT));
    }
  }

  /**
   * A third party's day: a plugin built by its own pom against the published artifacts, with its
   * contract test; dropped into a folder; chosen by name; planned with.
   */
  @Test
  void takesAThirdPartysPlugin() throws IOException, InterruptedException {
    Path example = copyOfTheExample();
    Path published = publish("difftop-parent", "pom.xml");
    publish("difftop-api", "api/pom.xml");
    publish("difftop-testkit", "testkit/pom.xml");
    Run build =
        run(
            example,
            Path.of(System.getProperty("maven.home"), "bin", "mvn"),
            "--batch-mode",
            "--quiet",
            "--global-settings",
            settings(),
            "-Dmaven.repo.local=" + published,
            "-Ddifftop.version=" + VERSION,
            "package");
    assertEquals(0, build.status(), build::toString);
    Path report =
        example.resolve("target/surefire-reports/TEST-acme.cost.obstacle.ObstacleCostTest.xml");
    assertTrue(Files.readString(report).contains("name=\"derivativesAgreeWithDifferences\""));

    Path plugins = temp.resolve("plugins");
    Path jar = plugins.resolve("obstacle/obstacle-cost.jar");
    Files.createDirectories(jar.getParent());
    Files.copy(example.resolve("target/obstacle-cost.jar"), jar);
    Run found = run(temp, DIFFTOP, "describe", "cost", "obstacle", "--plugins", plugins).good();
    assertTrue(found.out().contains("from plugins/obstacle"), found::out);

    Path config =
        Files.writeString(
            temp.resolve("collect.yaml"),
            """
            environment: {plugin: mujoco, task: pendulum-swingup, episode-control-steps: 20}
            dynamics: {plugin: mujoco, task: pendulum-swingup}
            cost: {plugin: obstacle, goal: [0, 0], obstacle: [1.5, 0]}
            solver: ilqr
            horizon: 5
            collection: {episodes: 1}
            """);
    Run planned =
        run(
                temp,
                DIFFTOP,
                "collect",
                config,
                "--out",
                temp.resolve("demos.hdf5"),
                "--plugins",
                plugins,
                "--json")
            .good();
    assertEquals(1, planned.json().get("episodes").asInt());
    assertTrue(planned.json().get("converged").asDouble() > 0, planned::out);
  }

  /** The sources alone: nothing that a build may have left. */
  private Path copyOfTheExample() throws IOException {
    Path from = REPOSITORY.resolve("examples/plugin-cost");
    Path to = temp.resolve("plugin-cost");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !f.startsWith(from.resolve("target"))).toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  /** Puts an artifact of this build where Maven would install it, in a repository of the test. */
  private Path publish(String artifact, String pom) throws IOException {
    Path repository = temp.resolve("repository");
    Path folder = repository.resolve("dev/difftop/" + artifact + "/" + VERSION);
    String name = artifact + "-" + VERSION;
    Files.createDirectories(folder);
    Files.copy(REPOSITORY.resolve(pom), folder.resolve(name + ".pom"));
    Path jar = REPOSITORY.resolve(pom).resolveSibling("target").resolve(name + ".jar");
    if (Files.exists(jar)) {
      Files.copy(jar, folder.resolve(name + ".jar"));
    }
    return repository;
  }

  /** Everything else comes from what this build has fetched already. */
  private Path settings() throws IOException {
    String fetched = Path.of(System.getProperty("maven.repository")).toUri().toString();
    String repository =
        """
        <id>fetched</id><url>%s</url>
        <releases><checksumPolicy>ignore</checksumPolicy></releases>
        <snapshots><enabled>false</enabled></snapshots>
        """
            .formatted(fetched);
    return Files.writeString(
        temp.resolve("settings.xml"),
        """
        <settings><profiles><profile><id>fetched</id>
        <repositories><repository>%s</repository></repositories>
        <pluginRepositories><pluginRepository>%s</pluginRepository></pluginRepositories>
        </profile></profiles>
        <activeProfiles><activeProfile>fetched</activeProfile></activeProfiles></settings>
        """
            .formatted(repository, repository));
  }
}
