package dev.difftop.app.cli.dataset;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about files of demonstrations. */
@Command(
    name = "dataset",
    description = "Look into files of demonstrations, check, split, merge and convert them.",
    subcommands = {
      DatasetCommands.Info.class,
      DatasetCommands.Check.class,
      DatasetCommands.WindowsOf.class,
      DatasetCommands.Stats.class,
      DatasetCommands.Head.class,
      DatasetCommands.Split.class,
      DatasetCommands.Merge.class,
      DatasetCommands.Convert.class,
      DatasetPictureCommand.class
    })
public final class DatasetCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command of dataset");
  }
}
