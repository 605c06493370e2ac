package dev.difftop.app.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.difftop.browser.Browser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The live page in Chromium: mvn -Pbrowser test. Pictures to look at are left in target. */
@Tag("browser")
class DashboardInBrowserTest {
  private static final String DRAWN =
      "(() => { const c = document.querySelector('#chart canvas'); if (!c) return false;"
          + " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
          + " let coloured = 0; for (let i = 0; i < d.length; i += 4)"
          + " if (d[i + 3] > 100 && Math.max(d[i], d[i + 1], d[i + 2]) - Math.min(d[i], d[i + 1],"
          + " d[i + 2]) > 60) coloured++; return coloured > 300; })()";

  @TempDir private Path temp;
  private Path folder;
  private Path started;
  private Dashboard dashboard;

  @BeforeEach
  void serve() throws IOException {
    folder = Files.createDirectories(temp.resolve("runs"));
    started = temp.resolve("started");
    Path launcher = temp.resolve("difftop");
    Files.writeString(launcher, "#!/bin/sh\necho \"$@\" >>'%s'\n".formatted(started));
    dashboard = new Dashboard(folder, 0, List.of("sh", launcher.toString()));
  }

  @AfterEach
  void close() {
    dashboard.close();
  }

  private Path run(String name, int rows) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("config.yaml"), "run:\n  budget: 10000\n");
    Files.writeString(run.resolve("manifest.json"), "{}");
    Files.writeString(run.resolve("metrics.csv"), "position,loss,converged,seconds\n");
    append(run, 1, rows);
    return run;
  }

  private static void append(Path run, int from, int to) throws IOException {
    StringBuilder rows = new StringBuilder();
    int shift = Math.floorMod(run.getFileName().toString().hashCode(), 20);
    for (int i = from; i <= to; i++) {
      rows.append(
          "%d,%.5f,0.75,%s\n"
              .formatted(i, (5 + shift) / Math.sqrt(i) + 0.2 * Math.sin(i * 12.9898), 0.01 * i));
    }
    Files.writeString(run.resolve("metrics.csv"), rows, StandardOpenOption.APPEND);
  }

  private static void evaluated(Path run, int rows) throws IOException {
    StringBuilder table = new StringBuilder("position,return_mean\n");
    for (int i = 1; i <= rows; i++) {
      table.append(
          "%d,%s\n".formatted(500 * i, 150 + 20.0 * i + run.getFileName().toString().length()));
    }
    Files.writeString(run.resolve("evaluations.csv"), table);
  }

  /** A sweep with a run in every state. */
  private void everyState() throws IOException {
    StringBuilder ledger = new StringBuilder("{\"event\":\"sweep\",\"file\":\"sweep.yaml\"}\n");
    List<String> names =
        List.of(
            "gauss-newton-exact-seed1-0a1b2c3d",
            "gauss-newton-gauss-newton-seed1-1a1b2c3d",
            "ilqr-exact-seed1-2a1b2c3d",
            "lbfgs-exact-seed1-3a1b2c3d",
            "lbfgs-gauss-newton-seed1-4a1b2c3d");
    for (int i = 0; i < names.size(); i++) {
      ledger.append(
          "{\"event\":\"planned\",\"hash\":\"h%d\",\"name\":\"%s\",\"case\":\"c%d\",\"seed\":1}\n"
              .formatted(i, names.get(i), i));
    }
    String failed = "{\"event\":\"ended\",\"hash\":\"h%d\",\"status\":\"%s\",\"reason\":\"%s\"}\n";
    ledger.append(
        failed.formatted(
            2,
            "failed",
            "exit status 4: learner imitation: loss is NaN at gradient step 1234; lower the"
                + " learning rate, or clip the gradient"));
    ledger.append(failed.formatted(3, "timed-out", "took longer than its time limit of 5:00"));
    Path sweep = Files.createDirectories(folder.resolve("solver-adjoint"));
    Files.writeString(sweep.resolve("ledger.jsonl"), ledger);
    for (int i = 0; i < 4; i++) {
      Path run = run("solver-adjoint/runs/" + names.get(i), 2000 * (i + 1));
      evaluated(run, 4 * (i + 1));
      Files.write(run.resolve("rollout.gif"), Gif.bytes());
    }
    Files.writeString(
        folder.resolve("solver-adjoint/runs/" + names.get(0) + "/evaluation.json"), "{}");
    Files.writeString(
        run("cartpole-imitation-1", 9000).resolve("audit.csv"),
        "position,block,cosine\n8000,all,0.99997\n");
  }

  @Test
  void thePageIsWholeAtEveryWidthInLightAndDark() throws Exception {
    everyState();
    Path alive = run("cartpole-imitation-2", 5000);
    try (FileChannel channel =
            FileChannel.open(
                alive.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.lock();
        Browser browser = new Browser(temp.resolve("profile"))) {
      assertTrue(lock.isValid());
      String light = "";
      for (boolean dark : new boolean[] {false, true}) {
        for (int width : new int[] {1280, 390}) {
          browser.look(width, 900, dark);
          browser.open(dashboard.address());
          browser.await("document.querySelectorAll('#runs tr').length == 7");
          browser.await(DRAWN);
          assertEquals(List.of(), browser.complaints());
          assertTrue(
              browser.requests().stream()
                  .allMatch(r -> r.startsWith(dashboard.address()) || r.startsWith("data:")),
              () -> browser.requests().toString());
          assertEquals(
              "7 runs, 1 running, 1 finished, 1 waiting, 2 stopped, 1 failed, 1 timed-out",
              browser.evaluate("document.getElementById('state').textContent").asText());
          assertFits(browser);
          browser.screenshot(picture(width, dark));
          String paper =
              browser.evaluate("getComputedStyle(document.body).backgroundColor").asText();
          if (dark) {
            assertNotEquals(light, paper);
          } else {
            light = paper;
          }
        }
      }
    }
  }

  private static Path picture(int width, boolean dark) {
    return Path.of("target", "dashboard-%d-%s.png".formatted(width, dark ? "dark" : "light"));
  }

  /** Nothing to scroll sideways, nothing over its neighbour. */
  private static void assertFits(Browser browser) throws Exception {
    assertTrue(
        browser
            .evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            .asBoolean(),
        "nothing juts out of the page");
    assertEquals(
        "",
        browser
            .evaluate(
                "[...document.querySelectorAll('td, label, button, h1, #state')].filter(e =>"
                    + " e.offsetWidth && e.scrollWidth > e.clientWidth + 1 &&"
                    + " getComputedStyle(e).display !== 'inline').map(e =>"
                    + " e.textContent).join('|')")
            .asText(),
        "texts that do not fit");
  }

  @Test
  void anEmptyFolderSaysWhatToDo() throws Exception {
    try (Browser browser = new Browser(temp.resolve("profile"))) {
      browser.look(390, 900, false);
      browser.open(dashboard.address());
      browser.await(
          "document.getElementById('empty').textContent.startsWith('There are no runs here')");
      browser.screenshot(Path.of("target", "dashboard-empty.png"));
      assertFits(browser);
      run("first", 0);
      browser.await(
          "document.getElementById('empty').textContent == 'No run has logged anything yet.'");
      append(folder.resolve("first"), 1, 50);
      browser.await(DRAWN);
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void runsThatContinueAreUpdatedInPlace() throws Exception {
    Path run = run("a", 100);
    run("b", 40);
    try (Browser browser = new Browser(temp.resolve("profile"))) {
      browser.open(dashboard.address());
      browser.await(DRAWN);
      browser.evaluate(
          "document.querySelector('#runs tr').marked = true; document.querySelector('#runs"
              + " input').focus()");
      append(run, 101, 300);
      browser.await("document.querySelector('#runs tr').textContent.includes('300 of 10000')");
      browser.await("plot.data[0][plot.data[0].length - 1] == 300");
      assertTrue(
          browser.evaluate("document.querySelector('#runs tr').marked === true").asBoolean());
      assertEquals("draw a", browser.evaluate("document.activeElement.ariaLabel").asText());
      // What somebody zoomed into stays.
      browser.evaluate("plot.setScale('x', {min: 10, max: 20})");
      append(run, 301, 400);
      browser.await("document.querySelector('#runs tr').textContent.includes('400 of 10000')");
      browser.await("plot.data[0][plot.data[0].length - 1] == 400");
      assertEquals(10, browser.evaluate("plot.scales.x.min").asInt());
      browser.evaluate("document.getElementById('log').click()");
      browser.await("plot.scales.y.distr == 3");
      // Curves by choice, runs by name.
      browser.evaluate("document.getElementById('none').click()");
      browser.await("!document.getElementById('empty').hidden");
      browser.evaluate(
          "document.getElementById('find').value = 'b';"
              + " document.getElementById('find').dispatchEvent(new Event('input'));"
              + " document.getElementById('all').click()");
      browser.await("plot && plot.series.length == 2 && plot.series[1].label == 'b'");
      assertTrue(browser.evaluate("document.querySelector('#runs tr').hidden").asBoolean());
      assertEquals(List.of(), browser.complaints());
    }
  }

  private static String message(Browser browser) throws Exception {
    browser.await("!document.getElementById('message').hidden");
    return browser.evaluate("document.getElementById('message').textContent").asText();
  }

  private static void click(Browser browser, String label) throws Exception {
    browser.evaluate(
        "document.getElementById('message').hidden = true; [...document.querySelectorAll('button')]"
            + ".find(b => !b.hidden && b.textContent == '%s').click()".formatted(label));
  }

  private static void token(Browser browser, String token) throws Exception {
    browser.evaluate("document.getElementById('token').value = '%s'".formatted(token));
  }

  @Test
  void startingStoppingAndResumingNeedTheToken() throws Exception {
    run("a", 100);
    try (Browser browser = new Browser(temp.resolve("profile"))) {
      browser.open(dashboard.address());
      browser.await("document.querySelectorAll('#runs tr').length == 1");
      click(browser, "resume");
      assertTrue(message(browser).contains("enter the token"), message(browser));
      token(browser, "0123");
      click(browser, "resume");
      assertTrue(message(browser).contains("missing or wrong"), message(browser));
      assertFalse(Files.exists(started));
      token(browser, dashboard.token());
      click(browser, "resume");
      awaitStarted(1);
      assertEquals("resume: asked the run", message(browser));

      click(browser, "start a run …");
      browser.await("document.getElementById('start').open");
      browser.screenshot(Path.of("target", "dashboard-start.png"));
      browser.evaluate(
          "document.getElementById('name').value = 'again';"
              + " document.getElementById('go').click()");
      assertTrue(awaitStarted(2).get(1).startsWith("train "), awaitStarted(2)::toString);
      assertTrue(awaitStarted(2).get(1).endsWith("--out " + folder.toRealPath().resolve("again")));
    }
  }

  private List<String> awaitStarted(int count) throws Exception {
    for (int i = 0; i < 600; i++) {
      if (Files.exists(started) && Files.readAllLines(started).size() >= count) {
        return Files.readAllLines(started);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("nothing was started");
  }

  /** What the browser lets a web site try, on a name that was made to point here, too. */
  @Test
  void otherSitesReadNothingAndDoNothing() throws Exception {
    run("secret", 100);
    int port = URI.create(dashboard.address()).getPort();
    HttpServer site =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    site.createContext(
        "/",
        exchange -> {
          byte[] page = "<!doctype html><title>evil</title>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    site.start();
    try (Browser browser =
        new Browser(temp.resolve("profile"), "--host-resolver-rules=MAP evil.example 127.0.0.1")) {
      browser.open("http://localhost:" + site.getAddress().getPort() + "/");
      for (String host : List.of("127.0.0.1", "localhost")) {
        String address = "http://" + host + ":" + port + "/";
        assertEquals(
            "TypeError", fetched(browser, "fetch('%sapi/runs')".formatted(address)), address);
        assertEquals(
            "TypeError",
            fetched(
                browser,
                ("fetch('%sapi/resume', {method: 'POST', headers: {'Content-Type':"
                        + " 'application/json', 'X-Difftop-Token': '%s'}, body: '{\"run\":"
                        + " \"secret\"}'})")
                    .formatted(address, dashboard.token())));
        assertEquals("error", included(browser, "img", "src", address + "api/video?run=secret"));
        assertEquals("error", included(browser, "script", "src", address + "dashboard.js"));
      }
      // The page of the dashboard under another name is refused by the server itself.
      browser.open("http://evil.example:" + port + "/");
      String text = browser.evaluate("document.documentElement.textContent").asText();
      assertTrue(text.contains("the page is served under localhost"), text);
      assertFalse(Files.exists(started));
    } finally {
      site.stop(0);
    }
  }

  private static String fetched(Browser browser, String request) throws Exception {
    return browser
        .evaluate(request + ".then(a => a.text()).then(t => 'read ' + t).catch(e => e.name)")
        .asText();
  }

  private static String included(Browser browser, String tag, String key, String address)
      throws Exception {
    return browser
        .evaluate(
            ("new Promise(done => { const e = document.createElement('%s'); e.onload = () =>"
                    + " done('loaded'); e.onerror = () => done('error'); e.%s = '%s';"
                    + " document.documentElement.append(e); })")
                .formatted(tag, key, address))
        .asText();
  }

  @Test
  void fiftyRunsStaySmooth() throws Exception {
    List<Path> runs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      runs.add(run("run-%02d".formatted(i), 10_000));
    }
    try (Browser browser = new Browser(temp.resolve("profile"))) {
      browser.look(1280, 900, false);
      double opened = browser.open(dashboard.address());
      browser.await(DRAWN);
      assertEquals(51, browser.evaluate("plot.series.length").asInt());
      int drawn =
          browser
              .evaluate(
                  "plot.data.slice(1).reduce((n, s) => n + s.filter(v => v != null).length, 0)")
              .asInt();
      assertTrue(drawn <= 16_500, drawn + " points of 500000");
      double paint =
          browser
              .evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
              .asDouble();
      browser.evaluate(
          "frames = []; last = performance.now(); (function tick(now) { frames.push(now - last);"
              + " last = now; requestAnimationFrame(tick); })(last)");
      double before = browser.pageSeconds();
      int updates = 5;
      for (int i = 1; i <= updates; i++) {
        append(runs.get(7), 10_000 + 100 * i - 99, 10_000 + 100 * i);
        browser.await("plot.data[0][plot.data[0].length - 1] == %d".formatted(10_000 + 100 * i));
      }
      double perUpdate = (browser.pageSeconds() - before) / updates;
      double longest = browser.evaluate("Math.max(...frames.slice(1))").asDouble();
      browser.screenshot(Path.of("target", "dashboard-fifty.png"));
      String figures =
          "50 runs x 10000 rows: %.2f s of the page's thread to open, first paint %.0f ms, %d points, %.0f ms of the page's thread an update, longest frame %.0f ms"
              .formatted(opened, paint, drawn, 1000 * perUpdate, longest);
      Files.writeString(Path.of("target", "dashboard-speed.txt"), figures + "\n");
      // Of the thread alone, and far above what it takes: it finds what grows with all rows.
      assertTrue(perUpdate < 0.6, figures);
    }
  }
}
