package dev.difftop.app.cli.env;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvCommandTest {
  @TempDir Path temp;

  private Path reference() throws IOException {
    Path file = temp.resolve("reference.json");
    try (InputStream recorded = EnvCommandTest.class.getResourceAsStream("pendulum-probes.json")) {
      Files.write(file, recorded.readAllBytes());
    }
    return file;
  }

  @Test
  void listsTasks() {
    Set<String> tasks = new TreeSet<>();
    for (JsonNode task : Run.of("env", "list", "--json").good().json().get("tasks")) {
      tasks.add(task.get("task").asText());
    }
    assertTrue(
        tasks.containsAll(Set.of("pendulum-swingup", "cartpole-balance", "cartpole-swingup")),
        tasks::toString);
  }

  @Test
  void describesATask() {
    JsonNode task = Run.of("env", "describe", "cartpole-swingup", "--json").good().json();
    assertEquals(1, task.get("action_size").asInt());
    assertEquals(-1, task.at("/action_range/0").asDouble());
    assertEquals(0.08, task.get("control_timestep").asDouble(), 1e-12);
    assertEquals(125, task.get("episode_steps").asInt());
    assertEquals(3, task.at("/observations/position/shape/0").asInt());
    Run single = Run.of("env", "describe", "cartpole-swingup", "action-repeat=1").good();
    assertTrue(single.out().contains("episode_steps: 1000"), single::out);
  }

  @Test
  void refusesAnUnknownTaskAndBadSettings() {
    Run.of("env", "describe", "cartpol-swingup")
        .bad(2, "did you mean cartpole-swingup?", "pendulum-swingup");
    Run.of("env", "describe", "cartpole-swingup", "actionrepeat=3")
        .bad(2, "actionrepeat: unknown key; did you mean action-repeat?");
    JsonNode error =
        Run.of("env", "describe", "cartpole-swingup", "--json", "x=1", "action-repeat=-1")
            .bad(2)
            .json()
            .get("error");
    assertEquals("configuration", error.get("kind").asText());
    assertEquals(2, error.get("faults").size());
  }

  @Test
  void refusesAModelWithAnError() throws IOException {
    Path model =
        Files.writeString(
            temp.resolve("bad.xml"), "<mujoco><worldbody><geom type='blob'/></worldbody></mujoco>");
    Run.of("env", "describe", "cartpole-swingup", "model=" + model).bad(3, "bad.xml", "blob");
    Run.of("env", "check", "pendulum-swingup", "--model", model, "--reference", reference())
        .bad(3, "bad.xml", "blob");
  }

  @Test
  void comparesWithRecordings() throws IOException {
    JsonNode report =
        Run.of("env", "check", "pendulum-swingup", "--reference", reference(), "--json")
            .good()
            .json();
    assertTrue(report.get("ok").asBoolean());
    assertEquals(0, report.at("/probes/reward").asDouble(), 1e-7);
    assertEquals(3, report.at("/arrays/probes/reward").size());
    Run human = Run.of("env", "check", "pendulum-swingup", "--reference", reference()).good();
    assertTrue(human.out().endsWith("They agree.\n"), human::out);
  }

  @Test
  void saysSoWhereTheyDiffer() throws IOException {
    Path other = reference();
    String text = Files.readString(other);
    Files.writeString(other, text.replaceFirst("\"reward\": [0-9.e-]+", "\"reward\": 0.123"));
    Run run = Run.of("env", "check", "pendulum-swingup", "--reference", other);
    assertEquals(1, run.status(), run::toString);
    assertTrue(run.out().endsWith("They differ.\n"), run::out);
  }

  @Test
  void refusesBadReferenceData() throws IOException {
    Path none = temp.resolve("none.json");
    Run.of("env", "check", "pendulum-swingup", "--reference", none).bad(3, "none.json");
    Path broken = Files.writeString(temp.resolve("broken.json"), "{\n\"task\": ");
    Run run = Run.of("env", "check", "pendulum-swingup", "--json", "--reference", broken).bad(3);
    assertEquals("NOT_JSON", run.json().at("/error/kind").asText());
    assertEquals(broken.toString(), run.json().at("/error/where").asText());
    Run.of("env", "check", "cartpole-swingup", "--reference", reference())
        .bad(3, "pendulum-swingup");
  }

  @Test
  void rendersAnImage() throws IOException {
    Path file = temp.resolve("a.png");
    JsonNode answer =
        Run.of(
                "env",
                "render",
                "cartpole-swingup",
                "--out",
                file,
                "--width",
                64,
                "--height",
                48,
                "--json")
            .good()
            .json();
    assertEquals(1, answer.get("frames").asInt());
    byte[] bytes = Files.readAllBytes(file);
    assertArrayEquals(
        new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n'}, Arrays.copyOf(bytes, 8));
    Run.of("env", "render", "cartpole-swingup", "--out", file, "--depth")
        .bad(2, "exists already; pass --overwrite");
    assertArrayEquals(bytes, Files.readAllBytes(file));
    Run.of("env", "render", "cartpole-swingup", "--out", file, "--depth", "--overwrite").good();
  }

  @Test
  void rendersAVideo() throws IOException {
    Path file = temp.resolve("a.gif");
    Run run =
        Run.of(
                "env",
                "render",
                "pendulum-swingup",
                "--out",
                file,
                "--steps",
                3,
                "--width",
                32,
                "--height",
                32,
                "--json")
            .good();
    assertEquals(4, run.json().get("frames").asInt());
    String start = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertTrue(start.startsWith("GIF89a"));
  }

  @Test
  void refusesAnImageThatCannotBe() {
    Run.of("env", "render", "cartpole-swingup", "--out", "a.bmp").bad(2, "a.bmp", "FILE.png");
    Run.of("env", "render", "cartpole-swingup", "--out", "a.png", "--width", 0).bad(2, "--width");
    Run.of("env", "render", "cartpole-swingup", "--out", temp.resolve("a.png"), "--camera", "x")
        .bad(2, "camera", "fixed");
    Path nowhere = temp.resolve("no/such/folder/a.png");
    Run.of("env", "render", "cartpole-swingup", "--out", nowhere).bad(4, "there is no folder");
  }

  private static final String ARM =
      """
      <mujoco>
        <option timestep="0.01"/>
        <worldbody>
          <body pos="0 0 1">
            <joint name="swing" axis="0 1 0" damping="0.05"/>
            <geom type="capsule" fromto="0 0 0 0 0 -0.5" size="0.03" mass="1"/>
          </body>
        </worldbody>
        <actuator><motor joint="swing" gear="4" ctrllimited="true" ctrlrange="-1 1"/></actuator>
      </mujoco>
      """;

  private static final String OWN =
      """
      environment:
        plugin: mujoco
        task: mine
        model: arm.xml
        episode-control-steps: 50
        custom:
          summary: hold the arm down
          observations: [{name: q, of: ["qpos:swing", "qvel:swing"]}]
          rewards: [{of: "qpos:swing", low: -0.1, high: 0.1, margin: 1}]
      horizon: 20
      """;

  private Path ownTask(String text) throws IOException {
    Files.writeString(temp.resolve("arm.xml"), ARM);
    return Files.writeString(temp.resolve("mine.yaml"), text);
  }

  @Test
  void aTaskOfOnesOwnIsDescribedCheckedAndRendered() throws IOException {
    Path file = ownTask(OWN);
    JsonNode described = Run.of("env", "describe", file, "--json").good().json();
    assertEquals("mine", described.get("task").asText());
    assertEquals("hold the arm down", described.get("summary").asText());
    assertEquals(50, described.get("episode_steps").asInt());
    assertEquals(
        25,
        Run.of("env", "describe", file, "action-repeat=2", "--json")
            .good()
            .json()
            .get("episode_steps")
            .asInt());
    JsonNode checked = Run.of("env", "check", file, "--json").good().json();
    assertTrue(checked.get("ok").asBoolean(), checked::toString);
    assertEquals("truncated", checked.get("end").asText());
    assertEquals(50, checked.get("steps").asInt());
    assertEquals(2, checked.at("/observations/q/min").size());
    assertTrue(checked.at("/reward/max").asDouble() <= 1, checked::toString);
    Path image = temp.resolve("mine.png");
    JsonNode rendered =
        Run.of("env", "render", file, "--out", image, "--width", 32, "--height", 32, "--json")
            .good()
            .json();
    assertEquals("mine", rendered.get("task").asText());
    assertTrue(Files.size(image) > 0);
  }

  @Test
  void aTaskOfOnesOwnHasItsOwnNameEvenOnTheCommandLine() throws IOException {
    ownTask(OWN);
    JsonNode described =
        Run.of(
                "env",
                "describe",
                "cartpole-swingup",
                "task=other",
                "model=" + temp.resolve("arm.xml"),
                "custom={observations: [{name: q, of: [\"qpos:swing\"]}], rewards: [{of:"
                    + " \"qpos:swing\"}]}",
                "--json")
            .good()
            .json();
    assertEquals("other", described.get("task").asText());
    assertEquals("a task of the user's own", described.get("summary").asText());
  }

  @Test
  void aCheckFailsWhereTheSimulationDoes() throws IOException {
    Path file = ownTask(OWN);
    Path model = temp.resolve("arm.xml");
    Files.writeString(model, ARM.replace("damping=\"0.05\"", "damping=\"-50\""));
    Run run = Run.of("env", "check", file, "--json");
    assertEquals(1, run.status(), run::toString);
    assertEquals("failed", run.json().get("end").asText());
    assertTrue(run.json().get("failure").asText().contains("the simulation failed"), run::out);
  }

  @Test
  void refusesAFileWithoutAnEnvironment() throws IOException {
    Run.of("env", "describe", ownTask("horizon: 3\n")).bad(2, "mine.yaml", "environment: missing");
    Run.of("env", "describe", temp.resolve("none.yaml")).bad(2, "none.yaml", "no such file");
    Run.of("env", "check", "cartpole-swingup", "x=1").bad(2, "x: unknown key");
  }

  @Test
  void drawsTheRoutesOfExperts() throws IOException {
    Path file = temp.resolve("routes.svg");
    JsonNode answer =
        Run.of(
                "env",
                "routes",
                "avoiding",
                "--expert",
                "balanced",
                "--episodes",
                24,
                "--out",
                file,
                "--json")
            .good()
            .json();
    assertEquals(24, answer.get("outcomes").size());
    assertEquals(1, answer.get("outcome_entropy").asDouble(), 1e-12);
    assertEquals(1, answer.get("success_any").asDouble());
    String svg = Files.readString(file);
    assertEquals(24, svg.lines().filter(l -> l.contains("stroke-opacity")).count());
    assertTrue(svg.contains(">2-3-4 × 1<"), "legend");
    Run.of("env", "routes", "reach-around", "--expert", "scripted", "--episodes", 4, "--out", file)
        .bad(2, "exists already");
    Files.delete(file);
    Run.of("env", "routes", "reach-around", "--expert", "scripted", "--episodes", 4, "--out", file)
        .good();
    Path other = temp.resolve("other.svg");
    assertTrue(Files.readString(file).contains("left"), "outcomes of reach-around");
    Run.of("env", "routes", "lift", "--expert", "scripted", "--out", other)
        .bad(2, "no path in a plane");
    Run.of("env", "routes", "avoiding", "--expert", "balance", "--out", other)
        .bad(2, "did you mean \"balanced\"?");
    Run.of("env", "routes", "avoiding", "--expert", "balanced", "--episodes", 0, "--out", other)
        .bad(2, "--episodes");
  }

  /** A policy that is asked for the nearest demonstration, on an episode of the expert. */
  @Test
  void drawsTheRoutesOfATrainedPolicy() throws IOException {
    Path data = temp.resolve("avoiding.hdf5");
    Path run = temp.resolve("nearest");
    Path file = temp.resolve("policy.svg");
    Run.of(
            "collect",
            Files.writeString(
                temp.resolve("collect.yaml"),
                "environment: {plugin: mujoco, task: avoiding}\nexpert: balanced\n"
                    + "collection: {episodes: 4, steps-after-success: 0}\n"),
            "--out",
            data)
        .good();
    Run.of(
            "train",
            Files.writeString(
                temp.resolve("nearest.yaml"),
                """
                environment: {plugin: mujoco, task: avoiding}
                dataset: {plugin: robomimic, path: avoiding.hdf5}
                learner: nearest
                run: {evaluation-episodes: 1}
                """),
            "--out",
            run)
        .good();
    JsonNode drawn =
        Run.of("env", "routes", "avoiding", "--run", run, "--episodes", 2, "--out", file, "--json")
            .good()
            .json();
    assertEquals(2, drawn.get("episodes").asInt());
    assertTrue(Files.readString(file).contains("policy of nearest"));
    Path other = temp.resolve("other.svg");
    Run.of("env", "routes", "reach-around", "--run", run, "--out", other).bad(2, "desired");
    Run.of("env", "routes", "avoiding", "--run", temp.resolve("none"), "--out", other)
        .bad(3, "none");
    Run.of("env", "routes", "avoiding", "--out", other).bad(2, "--expert", "--run");
    assertFalse(Files.exists(other));
  }
}
