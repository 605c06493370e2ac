package dev.difftop.app.cli;

import dev.difftop.app.cli.console.Console;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Session;
import java.lang.reflect.Constructor;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line: parses, calls the command, turns errors into messages and statuses. */
final class CommandLineApplication {
  private final Session session;
  private final CommandLine commands;

  CommandLineApplication(Session session) {
    this.session = session;
    this.commands = new CommandLine(new DifftopCommand(session), factory(session));
    commands.setOut(session.console().outWriter());
    commands.setErr(session.console().errWriter());
    commands.setExecutionExceptionHandler((error, command, parsed) -> fail(error));
    commands.setParameterExceptionHandler((error, args) -> failToParse(error));
    commands.registerConverter(Path.class, CommandLineApplication::path);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setUsageHelpAutoWidth(true);
  }

  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("found nothing, expected a path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("found \"%s\", expected a path".formatted(text));
    }
  }

  /** Runs a command; its exit status. */
  static int run(Console console, String... args) {
    // Known before parsing, so that an error of parsing is answered in the same way.
    if (List.of(args).contains("--json")) {
      console.useJson();
    }
    Session session = new Session(console);
    if (List.of(args).contains("--debug")) {
      session.useDebug();
    }
    CommandLineApplication application = new CommandLineApplication(session);
    try {
      return application.commands.execute(args);
    } catch (Error e) {
      return application.fail(e);
    }
  }

  /** The commands and their arguments, as picocli knows them. */
  CommandLine commands() {
    return commands;
  }

  /** Commands are made with the session; everything else as picocli does. */
  private static IFactory factory(Session session) {
    IFactory plain = CommandLine.defaultFactory();
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
          if (constructor.getParameterCount() == 1
              && constructor.getParameterTypes()[0] == Session.class) {
            // Commands stay private to the packages of what they are about.
            constructor.setAccessible(true);
            return type.cast(constructor.newInstance(session));
          }
        }
        return plain.create(type);
      }
    };
  }

  private int failToParse(ParameterException error) {
    int status = fail(error);
    if (!session.console().isJson()) {
      UnmatchedArgumentException.printSuggestions(error, session.console().errWriter());
      String name = error.getCommandLine().getCommandSpec().qualifiedName();
      session.console().say("Try '" + name + " --help'.");
    }
    return status;
  }

  private int fail(Throwable error) {
    Failure failure = Failure.of(error);
    session.console().answerError(failure.document());
    failure.message().lines().forEach(line -> session.console().say("difftop: " + line));
    if (session.isDebug()) {
      error.printStackTrace(session.console().err());
    }
    return failure.status();
  }
}
