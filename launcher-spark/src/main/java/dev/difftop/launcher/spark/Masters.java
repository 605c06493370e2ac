package dev.difftop.launcher.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses of standalone masters. Spark needs a minute to find out that nobody listens. */
final class Masters {
  private static final String STANDALONE = "spark://";
  private static final Pattern ADDRESS = Pattern.compile("(\\[[^]]+]|[^:]+):(\\d{1,5})");
  private static final int PATIENCE_MS = 5000;

  private Masters() {}

  /**
   * Connects to one of the masters that {@code spark.master} names; other kinds are left to Spark.
   *
   * @throws IllegalArgumentException if none answers, or an address is none
   */
  static void requireReachable(String master) {
    if (!master.startsWith(STANDALONE)) {
      return;
    }
    List<String> failures = new ArrayList<>();
    for (String address : master.substring(STANDALONE.length()).split(",")) {
      Matcher parts = ADDRESS.matcher(address);
      if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
        throw new IllegalArgumentException(
            "--set spark.master: found %s, expected spark://HOST:PORT".formatted(master));
      }
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(parts.group(1), Integer.parseInt(parts.group(2))), PATIENCE_MS);
        return;
      } catch (IOException e) {
        failures.add(address + ": " + e.getMessage());
      }
    }
    throw new IllegalArgumentException(
        "--set spark.master: no master answers (%s); start one, or correct the address"
            .formatted(String.join(", ", failures)));
  }
}
