package dev.difftop.app.dashboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server, with requests that are written by hand: a browser would not send the hostile ones.
 */
class DashboardTest {
  @TempDir private Path temp;
  private Path folder;
  private Dashboard dashboard;
  private int port;

  @BeforeEach
  void start() throws IOException {
    folder = Files.createDirectories(temp.resolve("runs"));
    run("a", 20_000);
    run("b", 3);
    run("../outside", 3);
    Path launcher = temp.resolve("difftop");
    Files.writeString(
        launcher, "#!/bin/sh\necho \"$@\" >>'%s'\n".formatted(temp.resolve("started")));
    dashboard = new Dashboard(folder, 0, List.of("sh", launcher.toString()));
    port = URI.create(dashboard.address()).getPort();
  }

  @AfterEach
  void stop() {
    dashboard.close();
  }

  private void run(String name, int rows) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name).normalize());
    Files.writeString(run.resolve("config.yaml"), "run:\n  budget: 40000\n");
    Files.writeString(run.resolve("manifest.json"), "{}");
    Files.writeString(run.resolve("rollout.gif"), "GIF89a");
    StringBuilder table = new StringBuilder("position,loss,converged,seconds\n");
    for (int i = 1; i <= rows; i++) {
      table.append("%d,%s,0.75,%s\n".formatted(i, i == 7777 ? 1000.0 : 1.0 / i, 0.01 * i));
    }
    Files.writeString(run.resolve("metrics.csv"), table);
  }

  private record Answer(int status, String head, String body) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(body);
    }
  }

  private Answer send(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.UTF_8));
      out.flush();
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int split = text.indexOf("\r\n\r\n");
      int status = Integer.parseInt(text.split(" ")[1]);
      return new Answer(status, text.substring(0, split), text.substring(split + 4));
    }
  }

  private Answer get(String path, String... headers) throws IOException {
    return send(
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sConnection: close\r\n\r\n"
            .formatted(path, port, lines(headers)));
  }

  private Answer post(String path, String body, String... headers) throws IOException {
    return send(
        "POST %s HTTP/1.1\r\nHost: localhost:%d\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(
                path, port, lines(headers), body.getBytes(StandardCharsets.UTF_8).length, body));
  }

  private static String lines(String... headers) {
    StringBuilder out = new StringBuilder();
    for (String header : headers) {
      out.append(header).append("\r\n");
    }
    return out.toString();
  }

  private String token() {
    return "X-Difftop-Token: " + dashboard.token();
  }

  @Test
  void servesThePageAndItsParts() throws IOException {
    for (String path : List.of("/", "/dashboard.js", "/dashboard.css", "/uplot.js", "/uplot.css")) {
      Answer answer = get(path);
      assertEquals(200, answer.status(), path);
      assertTrue(answer.body().length() > 500, path);
      assertTrue(answer.head().contains("frame-ancestors 'none'"), answer.head());
    }
    assertFalse(get("/").body().contains("http:"), "the page names no other host");
  }

  @Test
  void showsTheRunsOfTheFolder() throws Exception {
    JsonNode overview = get("/api/runs").json();
    JsonNode curves = overview.get("curves");
    JsonNode runs = overview.get("runs");
    assertEquals(2, runs.size());
    JsonNode first = runs.get(0);
    assertEquals("a", first.get("name").asText());
    assertEquals(20_000, first.get("position").asLong());
    assertEquals(40_000, first.get("budget").asLong());
    assertEquals(200, first.get("left").asDouble(), 1e-6);
    assertEquals(0.75, first.get("converged").asDouble());
    assertEquals("[\"loss\",\"converged\",\"seconds\"]", curves.toString());
    Files.writeString(folder.resolve("b/evaluation.json"), "{}");
    awaitStatus(1, "finished");
  }

  private void awaitStatus(int run, String status) throws Exception {
    String found = "";
    for (int i = 0; i < 200 && !found.equals(status); i++) {
      TimeUnit.MILLISECONDS.sleep(50);
      found = get("/api/runs").json().at("/runs/" + run + "/status").asText();
    }
    assertEquals(status, found);
  }

  @Test
  void theStateOfARunIsThatOfItsLockAndItsLedger() throws Exception {
    awaitStatus(1, "stopped");
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("b/.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertTrue(lock.isValid());
      awaitStatus(1, "running");
    }
    awaitStatus(1, "stopped");
    // Of a sweep: what the ledger says, also of runs that have not begun.
    Files.createDirectories(folder.resolve("s/runs"));
    run("s/runs/x", 2);
    Files.writeString(
        folder.resolve("s/ledger.jsonl"),
        """
        {"event":"planned","hash":"1","name":"x","case":"a","seed":1}
        {"event":"planned","hash":"2","name":"y","case":"b","seed":1}
        {"event":"ended","hash":"1","status":"crashed","reason":"ended by signal 11; see x.log"}
        """);
    awaitStatus(2, "crashed");
    JsonNode runs = get("/api/runs").json().get("runs");
    assertEquals("ended by signal 11; see x.log", runs.get(2).get("reason").asText());
    assertEquals("s", runs.get(2).get("sweep").asText());
    assertEquals("s/runs/y", runs.get(3).get("name").asText());
    assertEquals("waiting", runs.get(3).get("status").asText());
  }

  @Test
  void whatIsNotReadableOrVanishesIsLeftOut() throws Exception {
    Files.createDirectories(folder.resolve(".hidden.part1/checkpoints"));
    Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
    Path damaged = folder.resolve("damaged");
    run("damaged", 2);
    Files.write(damaged.resolve("metrics.csv"), new byte[] {'a', ',', '\n', (byte) 0xc3});
    Files.writeString(damaged.resolve("evaluations.csv"), "");
    run("s/runs/x", 2);
    Files.write(folder.resolve("s/ledger.jsonl"), new byte[] {'{', (byte) 0xc3});
    assertEquals(4, get("/api/runs").json().get("runs").size());
    assertEquals(0, get("/api/curves?name=loss&run=damaged").json().at("/curves/0/x").size());
  }

  @Test
  void aGrowingCurveReadsWhatIsNewAndStartsAnewAfterACut() throws IOException {
    Path csv = temp.resolve("t.csv");
    GrowingCurve curve = new GrowingCurve(csv, "loss");
    assertEquals(0, curve.points(10).x().length);
    Files.writeString(csv, "position,other,loss\n1,7,0.5\n2,7,\n3,7,0.25\n4,7,0.1");
    assertArrayEquals(new double[] {1, 3}, curve.points(10).x(), "the last row is not whole yet");
    Files.writeString(csv, "25\n5,7,NaN\n", StandardOpenOption.APPEND);
    assertArrayEquals(new double[] {0.5, 0.25, 0.125}, curve.points(10).y());
    // A run that resumed: rows after its checkpoint are gone, others follow.
    Files.writeString(csv, "position,other,loss\n1,7,0.5\n3,7,0.3\n4,7,0.2\n5,7,0.1\n6,7,0.05\n");
    assertArrayEquals(new double[] {0.5, 0.3, 0.2, 0.1, 0.05}, curve.points(10).y());
    Files.writeString(csv, "position,other\n1,7\n");
    assertEquals(0, curve.points(10).x().length);
  }

  @Test
  void locksAreThoseThatTheKernelLists() {
    assertEquals(
        Set.of(6693541L),
        RunLocks.parse(
            List.of(
                "2: POSIX  ADVISORY  WRITE 8062 fe:00:6693541 0 EOF",
                "2: -> POSIX  ADVISORY  WRITE 9000 fe:00:77 0 EOF",
                "",
                "nonsense")));
  }

  @Test
  void pointsAreAsManyAsAskedForWithinBounds() throws IOException {
    assertTrue(points("200") <= 200 && points("200") > 100);
    assertTrue(points("1") >= 40);
    assertTrue(points("99999") <= RunDocuments.MOST_POINTS);
    assertEquals(400, get("/api/curves?name=loss&run=a&points=-1").status());
  }

  private int points(String most) throws IOException {
    return get("/api/curves?name=loss&run=a&points=" + most).json().at("/curves/0/x").size();
  }

  @Test
  void curvesAreDecimatedAndKeepTheirSpikes() throws IOException {
    JsonNode curve = get("/api/curves?name=loss&run=a&run=b").json().get("curves");
    assertEquals(2, curve.size());
    assertTrue(curve.get(0).get("x").size() <= RunDocuments.MOST_POINTS);
    boolean spike = false;
    for (JsonNode y : curve.get(0).get("y")) {
      spike |= y.asDouble() == 1000;
    }
    assertTrue(spike);
    assertEquals(3, curve.get(1).get("x").size());
  }

  @Test
  void eventsFollowTheRuns() throws Exception {
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                  .formatted(port)
                  .getBytes(StandardCharsets.UTF_8));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertTrue(data(in).contains("\"position\":3.0"));
      Files.writeString(folder.resolve("b/metrics.csv"), "position,loss\n3,1\n4,0.5\n");
      assertTrue(data(in).contains("\"position\":4.0"));
    }
  }

  private static String data(BufferedReader in) throws IOException {
    String line = in.readLine();
    while (line != null && !line.startsWith("data: ")) {
      line = in.readLine();
    }
    return String.valueOf(line);
  }

  @Test
  void otherHostsAndSitesAreRefused() throws IOException {
    for (String host :
        List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:" + port, "")) {
      Answer answer =
          send("GET /api/runs HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(host));
      assertEquals(403, answer.status(), host);
      assertFalse(answer.body().contains("position"));
    }
    assertEquals(403, get("/api/runs", "Origin: http://evil.example").status());
    assertEquals(403, get("/api/runs", "Origin: null").status());
    assertEquals(403, get("/api/runs", "Sec-Fetch-Site: cross-site").status());
    assertEquals(200, get("/api/runs", "Origin: http://127.0.0.1:" + port).status());
    // The other end of a tunnel has another port.
    Answer tunnel =
        send("GET /api/runs HTTP/1.1\r\nHost: localhost:9000\r\nConnection: close\r\n\r\n");
    assertEquals(200, tunnel.status());
  }

  @Test
  void nobodyOutsideOfThisMachineIsListenedTo() throws IOException {
    for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(one.getInetAddresses())) {
        if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
          boolean connected;
          try (Socket socket = new Socket(address, port)) {
            connected = socket.isConnected();
          } catch (IOException e) {
            connected = false;
          }
          assertFalse(connected, address::toString);
        }
      }
    }
  }

  @Test
  void nothingOutsideOfTheFolderIsServed() throws IOException {
    for (String path :
        List.of(
            "/api/video?run=../outside",
            "/api/video?run=..%2Foutside",
            "/api/video?run=a/../../outside",
            "/api/video?run=%2Fetc",
            "/api/video?run=%00",
            "/api/video?run=%zz",
            "/api/video?run=",
            "/api/video",
            "/api/configurations/../../outside/config.yaml",
            "/../outside/config.yaml",
            "/dashboard.html/../../x",
            "/Dashboard.class")) {
      int status = get(path).status();
      assertTrue(status == 404 || status == 400, path + " " + status);
    }
    assertEquals(200, get("/api/video?run=a").status());
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("../outside"));
    assertEquals(404, get("/api/video?run=link").status());
    Files.delete(folder.resolve("b/rollout.gif"));
    Files.createSymbolicLink(folder.resolve("b/rollout.gif"), Path.of("/etc/passwd"));
    assertEquals(404, get("/api/video?run=b").status());
    assertEquals(0, get("/api/curves?name=loss&run=../outside").json().at("/curves/0/x").size());
  }

  @Test
  void configurationsOfTheFolderCanBeStarted() throws IOException {
    Files.writeString(folder.resolve("mine.yaml"), "run: {}\n");
    assertEquals(
        "[\"mine.yaml\",\"a/config.yaml\",\"b/config.yaml\"]",
        get("/api/configurations").json().get("configurations").toString());
  }

  @Test
  void actingNeedsTheTokenAndAskedForTypes() throws Exception {
    String type = "Content-Type: application/json";
    String body = "{\"run\": \"b\"}";
    assertEquals(401, post("/api/resume", body, type).status());
    assertEquals(401, post("/api/resume", body, type, "X-Difftop-Token: 0").status());
    assertEquals(415, post("/api/resume", body, "Content-Type: text/plain", token()).status());
    assertEquals(
        403, post("/api/resume", body, type, token(), "Origin: http://evil.example").status());
    assertEquals(404, post("/api/resume", "{\"run\": \"../outside\"}", type, token()).status());
    assertEquals(400, post("/api/resume", "[", type, token()).status());
    assertEquals(413, post("/api/resume", "x".repeat(20_000), type, token()).status());
    assertEquals(404, post("/api/erase", body, type, token()).status());
    assertEquals(409, post("/api/stop", body, type, token()).status());
    assertEquals(
        400,
        post("/api/start", "{\"run\": \"../x\", \"config\": \"a/config.yaml\"}", type, token())
            .status());
    assertEquals(
        404,
        post(
                "/api/start",
                "{\"run\": \"x\", \"config\": \"../outside/config.yaml\"}",
                type,
                token())
            .status());
    assertEquals(
        409,
        post("/api/start", "{\"run\": \"b\", \"config\": \"a/config.yaml\"}", type, token())
            .status());
    assertFalse(Files.exists(temp.resolve("started")), "nothing was started");
    assertEquals(
        405, send("DELETE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").status());

    assertEquals(200, post("/api/resume", body, type, token()).status());
    assertEquals("train --resume " + folder.toRealPath().resolve("b"), started(1).get(0));
    assertEquals(
        200,
        post("/api/start", "{\"run\": \"x\", \"config\": \"a/config.yaml\"}", type, token())
            .status());
    assertTrue(started(2).get(1).endsWith(" --out " + folder.toRealPath().resolve("x")));
  }

  private List<String> started(int lines) throws Exception {
    for (int i = 0; i < 200; i++) {
      if (Files.exists(temp.resolve("started"))
          && Files.readAllLines(temp.resolve("started")).size() >= lines) {
        return Files.readAllLines(temp.resolve("started"));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("nothing was started");
  }

  @Test
  void decimationKeepsEndsAndExtremes() {
    assertEquals(5, Decimation.indices(new double[5], 8).length);
    double[] wave = new double[1000];
    wave[503] = -1;
    wave[504] = 2;
    int[] kept = Decimation.indices(wave, 50);
    assertTrue(kept.length <= 50);
    assertEquals(0, kept[0]);
    assertEquals(999, kept[kept.length - 1]);
    assertTrue(java.util.Arrays.binarySearch(kept, 503) >= 0);
    assertTrue(java.util.Arrays.binarySearch(kept, 504) >= 0);
  }
}
