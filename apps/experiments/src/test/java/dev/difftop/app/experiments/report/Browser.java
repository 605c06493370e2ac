package dev.difftop.app.experiments.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Headless Chromium, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  /** Starts it with a profile of its own. */
  Browser(Path profile) throws Exception {
    this.process =
        new ProcessBuilder(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolveSibling("chromium.log").toFile())
            .start();
    String port = Files.readAllLines(awaited(profile.resolve("DevToolsActivePort"))).get(0);
    HttpClient client = HttpClient.newHttpClient();
    String pages =
        client
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    String address = null;
    for (JsonNode page : MAPPER.readTree(pages)) {
      if (page.get("type").asText().equals("page")) {
        address = page.get("webSocketDebuggerUrl").asText();
      }
    }
    this.socket =
        client.newWebSocketBuilder().buildAsync(URI.create(address), new Listener()).join();
    for (String domain : List.of("Page", "Network", "Runtime", "Log")) {
      call(domain + ".enable", Map.of());
    }
  }

  private Path awaited(Path file) throws InterruptedException, IOException {
    for (int i = 0; i < PATIENCE_SECONDS * 10; i++) {
      if (Files.exists(file) && Files.size(file) > 0) {
        return file;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IOException("Chromium did not start: " + file + " is missing");
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        receive(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void receive(String message) {
    JsonNode node;
    try {
      node = MAPPER.readTree(message);
    } catch (IOException e) {
      complaints.add("not JSON: " + message);
      return;
    }
    if (node.has("id")) {
      answers.remove(node.get("id").asInt()).complete(node);
      return;
    }
    JsonNode parameters = node.get("params");
    switch (node.get("method").asText()) {
      case "Network.requestWillBeSent" -> requests.add(parameters.at("/request/url").asText());
      case "Runtime.exceptionThrown", "Log.entryAdded" -> complaints.add(parameters.toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning").contains(parameters.get("type").asText())) {
          complaints.add(parameters.toString());
        }
      }
      case "Page.loadEventFired" -> loaded.complete(null);
      default -> {
        // Of no interest here.
      }
    }
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    int id = calls.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    socket
        .sendText(
            MAPPER.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)),
            true)
        .join();
    JsonNode node = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (node.has("error")) {
      throw new IllegalStateException(method + ": " + node.get("error"));
    }
    return node.get("result");
  }

  /** Size of the window in CSS pixels, and whether the page is asked to be dark. */
  void look(int width, int height, boolean dark) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /**
   * Opens a page and waits until it is loaded.
   *
   * @return processor seconds of the browser, which do not depend on what else runs here
   */
  double open(String address) throws Exception {
    requests.clear();
    complaints.clear();
    loaded = new CompletableFuture<>();
    double start = processorSeconds();
    call("Page.navigate", Map.of("url", address));
    loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return processorSeconds() - start;
  }

  private double processorSeconds() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .flatMap(one -> one.info().totalCpuDuration().stream())
        .mapToDouble(time -> time.toNanos() / 1e9)
        .sum();
  }

  /** Value of an expression of JavaScript. */
  JsonNode evaluate(String expression) throws Exception {
    return call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
        .at("/result/value");
  }

  /** What the page looks like. */
  void screenshot(Path file) throws Exception {
    JsonNode picture =
        call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.write(file, Base64.getDecoder().decode(picture.get("data").asText()));
  }

  /** Errors and warnings on the console since the page was opened. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Addresses that were asked for since the page was opened. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() throws InterruptedException {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }
}
