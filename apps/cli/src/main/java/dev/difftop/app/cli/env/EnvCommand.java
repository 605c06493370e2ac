package dev.difftop.app.cli.env;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about environments. */
@Command(
    name = "env",
    description = "List, describe, check and look at environments.",
    subcommands = {
      EnvListCommand.class,
      EnvDescribeCommand.class,
      EnvCheckCommand.class,
      EnvRenderCommand.class
    })
public final class EnvCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command of env");
  }
}
