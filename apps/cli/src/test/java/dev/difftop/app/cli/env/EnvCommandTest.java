package dev.difftop.app.cli.env;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
  void takesAPicture() throws IOException {
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
    Run.of("env", "render", "cartpole-swingup", "--out", file, "--depth").good();
  }

  @Test
  void takesAFilm() throws IOException {
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
  void refusesAPictureThatCannotBe() {
    Run.of("env", "render", "cartpole-swingup", "--out", "a.bmp").bad(2, "a.bmp", "FILE.png");
    Run.of("env", "render", "cartpole-swingup", "--out", "a.png", "--width", 0).bad(2, "--width");
    Run.of("env", "render", "cartpole-swingup", "--out", temp.resolve("a.png"), "--camera", "x")
        .bad(2, "camera", "fixed");
    Path nowhere = temp.resolve("no/such/folder/a.png");
    Run.of("env", "render", "cartpole-swingup", "--out", nowhere).bad(4, "cannot write", "folder");
  }
}
