package dev.difftop.app.cli.env;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands about environments. */
@Command(
    name = "env",
    description = "List, describe, check, render environments; draw routes.",
    subcommands = {
      EnvListCommand.class,
      EnvDescribeCommand.class,
      EnvCheckCommand.class,
      EnvRenderCommand.class,
      EnvRoutesCommand.class
    })
public final class EnvCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command of env");
  }
}
