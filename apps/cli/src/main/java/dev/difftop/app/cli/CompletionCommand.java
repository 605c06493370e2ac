package dev.difftop.app.cli;

import dev.difftop.app.cli.console.Session;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a completion script. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands and options in bash and zsh:",
      "source <(difftop completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Session session;
  @Spec private CommandSpec spec;

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.console().print(AutoComplete.bash("difftop", spec.root().commandLine()));
    return 0;
  }
}
