package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.difftop.api.DataException;
import dev.difftop.api.environment.EnvironmentInspector;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.tasks.Tasks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tasks against recordings made with the official models. */
class ReferenceCheckTest {
  private static final EnvironmentInspector INSPECTOR =
      new MujocoEnvironmentProvider().inspector().orElseThrow();

  @TempDir Path folder;

  private static Map<String, Object> check(String task, Map<String, Object> reference) {
    return INSPECTOR.check(MujocoConfig.of(task), reference);
  }

  @SuppressWarnings("unchecked")
  private static double largest(Map<String, Object> report, String section) {
    return ((Map<String, Double>) report.get(section))
        .values().stream().mapToDouble(d -> d).max().orElseThrow();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> section(Map<String, Object> of, String key) {
    return (Map<String, Object>) of.get(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pendulum-swingup", "cartpole-swingup"})
  void agreesWithTheRecording(String task) throws Exception {
    Map<String, Object> report = check(task, References.of(task));
    assertEquals(task, report.get("task"));
    assertTrue(largest(report, "one_step") <= 1e-12, report.get("one_step").toString());
    assertTrue(largest(report, "probes") <= 1e-12, report.get("probes").toString());
    assertEquals(0, largest(report, "model"), report.get("model").toString());
    assertNull(report.get("model_remarks"));
    for (String rollout : List.of("rollout", "goal_rollout", "repeat_rollout")) {
      assertTrue(largest(report, rollout) <= 1e-6, rollout + report.get(rollout));
      assertEquals(
          List.of("qpos", "qvel", "obs", "reward"), List.copyOf(section(report, rollout).keySet()));
    }
    assertEquals(true, report.get("ok"));
    assertNotNull(new ObjectMapper().writeValueAsString(report), "is JSON");
  }

  @Test
  void tellsOfEveryTask() {
    assertEquals(Tasks.names(), List.copyOf(INSPECTOR.tasks().keySet()));
    assertTrue(INSPECTOR.tasks().values().stream().noneMatch(String::isBlank));
  }

  @Test
  void givesWhatItComputedInTheShapeOfTheReference() {
    Map<String, Object> reference = References.of("cartpole-swingup");
    Map<String, Object> arrays = section(check("cartpole-swingup", reference), "arrays");
    Map<String, Object> oneStep = section(arrays, "one_step");
    List<?> expected = (List<?>) section(reference, "one_step").get("obs");
    double[][] obs = (double[][]) oneStep.get("obs");
    assertEquals(expected.size(), obs.length);
    assertEquals(((List<?>) expected.get(0)).size(), obs[0].length);
    assertEquals(expected.size(), ((double[]) oneStep.get("reward")).length);
    Map<String, Object> probes = section(arrays, "probes");
    assertEquals(40, ((double[][]) probes.get("obs")).length);
    assertEquals(40, ((double[]) probes.get("reward")).length);
  }

  @Test
  void aWrongModelIsNotOk() throws IOException {
    Path other = folder.resolve("other.xml");
    Files.writeString(
        other, ownModel("pendulum.xml").replace("damping=\"0.1\"", "damping=\"0.11\""));
    Map<String, Object> report =
        new ReferenceCheck(Tasks.named("pendulum-swingup"), Optional.of(other))
            .run(References.of("pendulum-swingup"));
    assertEquals(false, report.get("ok"));
    assertEquals(0.1, (double) section(report, "model").get("dof"), 1e-9);
    assertEquals(0.0, section(report, "model").get("geom"));
    assertTrue(largest(report, "one_step") > 1e-5);
  }

  @Test
  void aMissingElementIsNamed() throws IOException {
    Path other = folder.resolve("other.xml");
    Files.writeString(other, ownModel("cartpole.xml").replace("name=\"rail2\"", "name=\"rail3\""));
    Map<String, Object> report =
        new ReferenceCheck(Tasks.named("cartpole-swingup"), Optional.of(other))
            .run(References.of("cartpole-swingup"));
    assertEquals(false, report.get("ok"));
    assertEquals(1.0, section(report, "model").get("geom"));
    assertEquals(List.of("no geom named \"rail2\""), report.get("model_remarks"));
  }

  @Test
  void aModelWithoutThePartsOfTheTaskIsRefused() throws IOException {
    Path other = folder.resolve("other.xml");
    Files.writeString(
        other, ownModel("cartpole.xml").replace("body name=\"pole_1\"", "body name=\"p\""));
    ModelException e =
        assertThrows(
            ModelException.class,
            () ->
                new ReferenceCheck(Tasks.named("cartpole-swingup"), Optional.of(other))
                    .run(References.of("cartpole-swingup")));
    assertTrue(
        e.getMessage().contains("no body named \"pole_1\"; found [\"world\", \"cart\""),
        e.getMessage());
  }

  @Test
  void aWrongRewardIsNotOk() {
    Map<String, Object> reference = References.of("cartpole-swingup");
    @SuppressWarnings("unchecked")
    List<Double> rewards = (List<Double>) section(reference, "one_step").get("reward");
    rewards.set(17, rewards.get(17) + 2e-7);
    Map<String, Object> report = check("cartpole-swingup", reference);
    assertEquals(false, report.get("ok"));
    assertEquals(2e-7, (double) section(report, "one_step").get("reward"), 1e-9);
  }

  @Test
  void badReferenceDataSaysWhere() {
    Map<String, Object> reference = References.of("pendulum-swingup");
    section(reference, "rollout").remove("qvel");
    DataException missing =
        assertThrows(DataException.class, () -> check("pendulum-swingup", reference));
    assertEquals("reference/rollout: has no \"qvel\"", missing.getMessage());

    Map<String, Object> short1 = References.of("pendulum-swingup");
    ((List<?>) section(short1, "one_step").get("obs")).remove(5);
    DataException length =
        assertThrows(DataException.class, () -> check("pendulum-swingup", short1));
    assertEquals("reference/one_step/obs: has length 199, expected 200", length.getMessage());

    Map<String, Object> other = References.of("pendulum-swingup");
    assertThrows(DataException.class, () -> check("cartpole-swingup", other));

    Map<String, Object> field = References.of("pendulum-swingup");
    section(section(field, "model"), "body").put("colour", List.of(1, 2));
    DataException unknown =
        assertThrows(DataException.class, () -> check("pendulum-swingup", field));
    assertTrue(unknown.getMessage().contains("mjModel has no array of numbers body_colour"));
  }

  @Test
  void sectionsThatTheReferenceLacksAreLeftOut() {
    Map<String, Object> reference = References.of("pendulum-swingup");
    reference.remove("goal_rollout");
    Map<String, Object> report = check("pendulum-swingup", reference);
    assertFalse(report.containsKey("goal_rollout"));
    assertEquals(true, report.get("ok"));
  }

  private static String ownModel(String name) throws IOException {
    try (InputStream in =
        ReferenceCheck.class.getResourceAsStream("/dev/difftop/env/mujoco/models/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
