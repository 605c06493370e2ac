package dev.difftop.app.dashboard;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves the live page of a folder on 127.0.0.1. Reading needs no token; what changes something
 * does.
 */
public final class Dashboard implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(Dashboard::daemon);
  private final Guard guard = Guard.create();
  private final Requests requests;

  /**
   * Starts to serve.
   *
   * @param folder with runs and sweeps
   * @param port 0 for any that is free
   * @param launcher words that start the command line, for runs that the page starts; may be empty
   * @throws IOException if the port is taken
   * @throws IllegalArgumentException if there is no such folder
   */
  public Dashboard(Path folder, int port, List<String> launcher) throws IOException {
    RunFolders folders = new RunFolders(folder);
    Sweeps sweeps = new Sweeps();
    RunProcesses processes = new RunProcesses(folders.root(), sweeps, launcher);
    this.requests =
        new Requests(guard, folders, processes, new RunDocuments(folders, sweeps, processes));
    // The address in numbers: whatever a name resolves to, nobody outside is listened to.
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    this.server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    server.setExecutor(threads);
    server.createContext("/", requests::handle);
    server.start();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "dashboard");
    thread.setDaemon(true);
    return thread;
  }

  /** Address of the page. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** What a request has to show that changes something. */
  public String token() {
    return guard.token();
  }

  @Override
  public void close() {
    requests.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
