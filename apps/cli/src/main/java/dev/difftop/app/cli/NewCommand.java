package dev.difftop.app.cli;

import dev.difftop.api.ServiceType;
import dev.difftop.api.config.Names;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Begins projects. */
@Command(
    name = "new",
    description = "Begin a project of your own.",
    subcommands = NewCommand.PluginProject.class)
final class NewCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UsageException("", "name what to begin: new plugin SERVICE NAME");
  }

  /** A plugin that compiles and passes its contract. */
  @Command(
      name = "plugin",
      description = {
        "Write a Maven project with a small plugin that compiles and passes its contract.",
        "Build it with mvn package, and put its jar into a folder of its own below plugins/."
      })
  static final class PluginProject implements Callable<Integer> {
    private final Session session;

    @Parameters(
        index = "0",
        paramLabel = "SERVICE",
        description = "cost, dataset, dynamics, encoder, engine, environment, learner or solver.")
    private String service;

    @Parameters(index = "1", paramLabel = "NAME", description = "Its name, such as my-cost.")
    private String name;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        description = "The folder of the project (default: NAME).")
    private Optional<Path> out = Optional.empty();

    PluginProject(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() throws IOException {
      ServiceType<?> type = ServiceArgument.parse(service);
      if (!Skeleton.services().contains(type.word())) {
        throw new UsageException(
            "SERVICE",
            "there is no skeleton for service %s; there are %s"
                .formatted(type.word(), String.join(", ", Skeleton.services())));
      }
      if (!Names.isKebab(name) || !Character.isLetter(name.charAt(0))) {
        throw new UsageException(
            "NAME",
            "found \"%s\", expected kebab-case beginning with a letter, such as my-cost"
                .formatted(name));
      }
      Path folder = out.orElse(Path.of(name));
      if (Files.exists(folder)) {
        throw new UsageException("--out", "there is something already: " + folder);
      }
      List<Path> files = new Skeleton(type, name).write(folder, version());
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("folder", folder.toString());
      document.put("files", files.stream().map(Path::toString).toList());
      session.console().answer(document, lines(folder, files));
      return 0;
    }

    private List<String> lines(Path folder, List<Path> files) {
      List<String> lines = new ArrayList<>();
      files.forEach(file -> lines.add(folder.resolve(file).toString()));
      lines.add("");
      lines.add("Build it:  mvn -f %s package".formatted(folder.resolve("pom.xml")));
      lines.add(
          "Use it:    mkdir -p plugins/%1$s && cp %2$s/target/%1$s.jar plugins/%1$s/"
              .formatted(name, folder));
      return lines;
    }

    private static String version() {
      return NewCommand.class.getModule().getDescriptor().rawVersion().orElse("0.1.0-SNAPSHOT");
    }
  }
}
