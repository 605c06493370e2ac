package dev.difftop.app.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Answers requests: the page, its data, a stream of events, and the few things that act. */
final class Requests {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_BODY = 10_000;
  private static final int MOST_CURVES = 60;
  private static final long LOOK_MS = 1000;

  private static final long FRESH_MS = 400;
  private static final int SILENT_LOOKS = 15;

  /** Path of a request to resource and type. */
  private static final Map<String, List<String>> RESOURCES =
      Map.of(
          "/", List.of("dashboard.html", "text/html; charset=utf-8"),
          "/dashboard.css", List.of("dashboard.css", "text/css; charset=utf-8"),
          "/dashboard.js", List.of("dashboard.js", "text/javascript; charset=utf-8"),
          "/uplot.js", List.of("uPlot.iife.min.js", "text/javascript; charset=utf-8"),
          "/uplot.css", List.of("uPlot.min.css", "text/css; charset=utf-8"));

  private final Guard guard;
  private final RunFolders folders;
  private final RunProcesses processes;
  private final RunDocuments documents;
  private byte[] overview;
  private long overviewAt;
  private volatile boolean closed;

  Requests(Guard guard, RunFolders folders, RunProcesses processes, RunDocuments documents) {
    this.guard = guard;
    this.folders = folders;
    this.processes = processes;
    this.documents = documents;
  }

  void close() {
    closed = true;
  }

  void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        guard.check(exchange.getRequestHeaders());
        switch (exchange.getRequestMethod()) {
          case "GET" -> get(exchange);
          case "POST" -> post(exchange);
          default -> throw new Refusal(405, "only GET and POST are answered");
        }
      } catch (Refusal e) {
        send(exchange, e.status(), "application/json", json(Map.of("error", e.getMessage())));
      } catch (UncheckedIOException e) {
        // A full disk, a folder that may not be read: the page says so.
        String message = String.valueOf(e.getCause().getMessage());
        send(exchange, 500, "application/json", json(Map.of("error", message)));
      }
    }
  }

  private void get(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (RESOURCES.containsKey(path)) {
      List<String> resource = RESOURCES.get(path);
      try (InputStream in = Requests.class.getResourceAsStream(resource.get(0))) {
        send(exchange, 200, resource.get(1), in.readAllBytes());
      }
      return;
    }
    switch (path) {
      case "/api/runs" -> send(exchange, 200, "application/json", overview());
      case "/api/configurations" ->
          send(
              exchange,
              200,
              "application/json",
              json(Map.of("configurations", documents.configurations())));
      case "/api/curves" -> curves(exchange);
      case "/api/video" ->
          send(
              exchange,
              200,
              "image/gif",
              Files.readAllBytes(folders.file(parameter(exchange, "run"), "rollout.gif")));
      case "/api/events" -> events(exchange);
      default -> throw new Refusal(404, "there is nothing here");
    }
  }

  private void curves(HttpExchange exchange) throws IOException {
    List<String> runs = parameters(exchange, "run");
    if (runs.size() > MOST_CURVES) {
      throw new Refusal(400, "at most " + MOST_CURVES + " runs at once");
    }
    String name = parameter(exchange, "name");
    int points = points(exchange);
    List<Map<String, Object>> curves = new ArrayList<>();
    for (String run : runs) {
      try {
        curves.add(documents.curve(run, name, points));
      } catch (Refusal e) {
        // Removed meanwhile.
        curves.add(Map.of("run", run, "x", List.of(), "y", List.of()));
      }
    }
    send(exchange, 200, "application/json", json(Map.of("name", name, "curves", curves)));
  }

  private static int points(HttpExchange exchange) {
    List<String> asked = parameters(exchange, "points");
    if (asked.isEmpty()) {
      return RunDocuments.MOST_POINTS;
    }
    if (asked.size() > 1 || !asked.get(0).matches("\\d{1,6}")) {
      throw new Refusal(400, "points: expected one number");
    }
    return Integer.parseInt(asked.get(0));
  }

  /** The rows of this moment; made once for all who look within the same second. */
  private byte[] overview() {
    synchronized (documents) {
      if (overview == null
          || System.nanoTime() - overviewAt > TimeUnit.MILLISECONDS.toNanos(FRESH_MS)) {
        overview = json(documents.overview());
        overviewAt = System.nanoTime();
      }
      return overview;
    }
  }

  /** Server-sent events: the rows whenever they change. */
  private void events(HttpExchange exchange) throws IOException {
    headers(exchange, "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    String before = "";
    int silent = 0;
    while (!closed) {
      String now = new String(overview(), StandardCharsets.UTF_8);
      silent++;
      if (!now.equals(before) || silent >= SILENT_LOOKS) {
        // A comment keeps the connection, and shows when the other end is gone.
        String message = now.equals(before) ? ": still here\n\n" : "data: " + now + "\n\n";
        out.write(message.getBytes(StandardCharsets.UTF_8));
        out.flush();
        before = now;
        silent = 0;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void post(HttpExchange exchange) throws IOException {
    guard.checkToken(exchange.getRequestHeaders());
    Map<?, ?> body = body(exchange);
    String name = String.valueOf(body.get("run"));
    Object answer =
        switch (exchange.getRequestURI().getPath()) {
          case "/api/stop" -> processes.stop(name, folders.resolve(name));
          case "/api/resume" -> {
            processes.resume(name, folders.resolve(name));
            yield "the run";
          }
          case "/api/start" -> {
            start(name, String.valueOf(body.get("config")));
            yield "the run";
          }
          default -> throw new Refusal(404, "there is nothing here");
        };
    send(exchange, 200, "application/json", json(Map.of("asked", answer)));
  }

  /** A configuration below the folder, and a run beside the others: nothing outside is touched. */
  private void start(String name, String config) throws IOException {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,100}")) {
      throw new Refusal(400, "a new run has a name of letters, digits, . _ -");
    }
    Path file;
    try {
      file = folders.root().resolve(config).toRealPath();
    } catch (IOException | InvalidPathException e) {
      throw new Refusal(404, "no such configuration");
    }
    Path folder = folders.root().resolve(name);
    if (!file.startsWith(folders.root()) || !Files.isRegularFile(file)) {
      throw new Refusal(404, "no such configuration");
    }
    if (Files.exists(folder)) {
      throw new Refusal(409, "there is something of that name");
    }
    processes.begin(name, file, folder);
  }

  private static Map<?, ?> body(HttpExchange exchange) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    // Forms of other sites cannot send this type without being asked first.
    if (type == null || !type.startsWith("application/json")) {
      throw new Refusal(415, "expected application/json");
    }
    byte[] bytes = exchange.getRequestBody().readNBytes(MOST_BODY + 1);
    if (bytes.length > MOST_BODY) {
      throw new Refusal(413, "the body is too large");
    }
    try {
      return MAPPER.readValue(bytes, Map.class);
    } catch (JsonProcessingException e) {
      throw new Refusal(400, "the body is not a JSON object");
    }
  }

  private static String parameter(HttpExchange exchange, String name) {
    List<String> values = parameters(exchange, name);
    if (values.size() != 1) {
      throw new Refusal(400, "expected one parameter " + name);
    }
    return values.get(0);
  }

  private static List<String> parameters(HttpExchange exchange, String name) {
    List<String> values = new ArrayList<>();
    String query = exchange.getRequestURI().getRawQuery();
    if (query != null) {
      for (String pair : query.split("&")) {
        if (pair.startsWith(name + "=")) {
          values.add(decoded(pair.substring(name.length() + 1)));
        }
      }
    }
    return values;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "a parameter is not encoded as one");
    }
  }

  private static byte[] json(Object document) {
    try {
      return MAPPER.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document holds what JSON cannot represent", e);
    }
  }

  private static void headers(HttpExchange exchange, String type) {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
            + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    headers(exchange, type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
