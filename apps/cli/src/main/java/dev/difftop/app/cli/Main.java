package dev.difftop.app.cli;

import dev.difftop.app.cli.console.Console;
import dev.difftop.app.cli.console.Supervision;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Starts the command line. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit status. */
  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    // Standard output belongs to the answer alone; what a library prints goes to standard error.
    System.setOut(err);
    Supervision.watchIfAsked();
    int status = CommandLineApplication.run(new Console(out, err), args);
    out.flush();
    err.flush();
    System.exit(status);
  }
}
