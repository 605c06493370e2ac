package dev.difftop.browser;

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

/** Headless Chromium, driven by its DevTools protocol. Tests of several modules compile it. */
public final class Browser implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  /**
   * Starts it with a profile of its own.
   *
   * @param options further options of its command line
   */
  public Browser(Path profile, String... options) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile));
    words.addAll(List.of(options));
    words.add("about:blank");
    this.process =
        new ProcessBuilder(words)
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
    call("Performance.enable", Map.of("timeDomain", "threadTicks"));
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
  public void look(int width, int height, boolean dark) throws Exception {
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
   * @return seconds that the thread of the page computed, which do not depend on what else runs
   */
  public double open(String address) throws Exception {
    requests.clear();
    complaints.clear();
    loaded = new CompletableFuture<>();
    double before = pageSeconds();
    call("Page.navigate", Map.of("url", address));
    loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    double after = pageSeconds();
    // Another site has another process, which counts from zero.
    return after >= before ? after - before : after;
  }

  /** Value of an expression of JavaScript; of a promise, what it promises. */
  public JsonNode evaluate(String expression) throws Exception {
    return call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true))
        .at("/result/value");
  }

  /** Waits until an expression of JavaScript is true. */
  public void await(String expression) throws Exception {
    for (int i = 0; i < PATIENCE_SECONDS * 10; i++) {
      if (evaluate(expression).asBoolean()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("waited in vain for " + expression);
  }

  /** Seconds that the page has computed: of its thread, whatever else runs here. */
  public double pageSeconds() throws Exception {
    for (JsonNode metric : call("Performance.getMetrics", Map.of()).get("metrics")) {
      if (metric.get("name").asText().equals("TaskDuration")) {
        return metric.get("value").asDouble();
      }
    }
    throw new IllegalStateException("Chromium measures no TaskDuration");
  }

  /** What the page looks like. */
  public void screenshot(Path file) throws Exception {
    JsonNode picture =
        call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.write(file, Base64.getDecoder().decode(picture.get("data").asText()));
  }

  /** Errors and warnings on the console since the page was opened. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Addresses that were asked for since the page was opened. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() throws InterruptedException {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }
}
