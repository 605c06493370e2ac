package dev.difftop.launcher.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A standalone master and workers of one core each, from the jars alone. */
final class Cluster implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 120;

  private final Path temp;
  private final Path spark;
  private final int port = freePort();
  private final Process master;
  private final List<Process> workers = new ArrayList<>();

  Cluster(Path temp) throws IOException, InterruptedException {
    this.temp = temp;
    this.spark = SparkJars.find().folder();
    this.master =
        start(
            "master",
            "org.apache.spark.deploy.master.Master",
            "--port",
            Integer.toString(port),
            "--webui-port",
            "0");
    awaitPort();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitPort() throws IOException, InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS * 10; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    throw new IOException("the master did not start: see " + temp.resolve("master.log"));
  }

  private Process start(String name, String type, String... arguments) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                spark + "/*",
                type,
                "--host",
                "127.0.0.1"));
    words.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_HOME", spark.getParent().toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    return builder.start();
  }

  String address() {
    return "spark://127.0.0.1:" + port;
  }

  void addWorker() throws IOException {
    String name = "worker" + workers.size();
    workers.add(
        start(
            name,
            "org.apache.spark.deploy.worker.Worker",
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            temp.resolve(name).toString(),
            address()));
  }

  /** A machine that is gone: the worker and its executor at once; the run sees its pipe end. */
  void killWorker() {
    Process worker = workers.get(0);
    List<ProcessHandle> executors = worker.children().toList();
    worker.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(master.descendants().toList());
    workers.forEach(worker -> all.addAll(worker.descendants().toList()));
    workers.forEach(Process::destroyForcibly);
    master.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
