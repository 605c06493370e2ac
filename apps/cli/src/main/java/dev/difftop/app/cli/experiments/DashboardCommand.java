package dev.difftop.app.cli.experiments;

import dev.difftop.app.cli.console.Console;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.dashboard.Dashboard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves the live page of runs. */
@Command(
    name = "dashboard",
    description = {
      "Show the runs and sweeps of a folder as they go, in a browser on this machine.",
      "From afar: ssh -L 8765:127.0.0.1:8765 HOST, then open http://localhost:8765/."
    })
public final class DashboardCommand implements Callable<Integer> {
  private static final int MOST_PORT = 65_535;

  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "The folder (${DEFAULT-VALUE}).")
  private Path folder;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8765",
      description = "Port on 127.0.0.1; 0 for any that is free (${DEFAULT-VALUE}).")
  private int port;

  DashboardCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > MOST_PORT) {
      throw new UsageException("--port", "--port: found " + port + ", expected 0 to 65535");
    }
    String launcher = System.getProperty("difftop.launcher");
    Console console = session.console();
    try (Interruption interruption = Interruption.watch(console);
        Dashboard dashboard =
            new Dashboard(folder, port, launcher == null ? List.of() : List.of(launcher))) {
      console.answer(
          Map.of("address", dashboard.address(), "token", dashboard.token()),
          List.of(
              "page:  " + dashboard.address(),
              "token: " + dashboard.token() + "  (to stop, resume and start runs from the page)"));
      while (!interruption.isRequested()) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } catch (IOException e) {
      throw new UsageException(
          "--port",
          "--port %d: cannot be served: %s; name another".formatted(port, e.getMessage()));
    }
    return 0;
  }
}
