package dev.difftop.app.cli;

import dev.difftop.app.cli.bench.BenchCommand;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.control.CollectCommand;
import dev.difftop.app.cli.control.PlayCommand;
import dev.difftop.app.cli.dataset.DatasetCommand;
import dev.difftop.app.cli.env.EnvCommand;
import dev.difftop.app.cli.experiments.CompareCommand;
import dev.difftop.app.cli.experiments.DashboardCommand;
import dev.difftop.app.cli.experiments.ReportCommand;
import dev.difftop.app.cli.experiments.SweepCommand;
import dev.difftop.app.cli.solve.SolveCommand;
import dev.difftop.app.cli.train.EvaluateCommand;
import dev.difftop.app.cli.train.GradcheckCommand;
import dev.difftop.app.cli.train.TrainCommand;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The application itself: options that every command has. */
@Command(
    name = "difftop",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    description = "Policies that are trajectory-optimisation problems, differentiable end to end.",
    versionProvider = DifftopCommand.Version.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:the check asked for failed",
      "2:wrong usage or configuration",
      "3:bad input file",
      "4:the run failed"
    },
    subcommands = {
      PluginsCommand.class,
      DescribeCommand.class,
      SchemaCommand.class,
      CollectCommand.class,
      PlayCommand.class,
      EnvCommand.class,
      DatasetCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      SweepCommand.class,
      ReportCommand.class,
      CompareCommand.class,
      DashboardCommand.class,
      SolveCommand.class,
      GradcheckCommand.class,
      BenchCommand.class,
      NewCommand.class,
      DoctorCommand.class,
      CompletionCommand.class
    })
final class DifftopCommand implements Runnable {
  private final Session session;
  @Spec private CommandSpec spec;

  DifftopCommand(Session session) {
    this.session = session;
  }

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Answer with one JSON document on standard output.")
  void useJson(boolean json) {
    if (json) {
      session.console().useJson();
    }
  }

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  void useDebug(boolean debug) {
    if (debug) {
      session.useDebug();
    }
  }

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Look for plugins in the folders below DIR (default: plugins/ of difftop).")
  void usePlugins(Path folder) {
    if (folder != null) {
      session.usePlugins(folder);
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command");
  }

  /** The version of this module. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          DifftopCommand.class.getModule().getDescriptor().rawVersion().orElse("unknown");
      return new String[] {"difftop " + version, "Java " + Runtime.version()};
    }
  }
}
