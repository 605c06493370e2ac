package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.env.mujoco.CustomTaskConfig.Observation;
import dev.difftop.env.mujoco.CustomTaskConfig.Reward;
import dev.difftop.env.mujoco.CustomTaskConfig.Start;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Combination;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A swimmer whose links are generated, as in the control suite: included files, classes of
 * defaults, three root joints without limits, sensors of every link, a viscous medium. The model is
 * our own.
 */
class GeneratedSwimmerTest {
  @TempDir Path folder;

  /** A model of so many links behind a head. */
  private Path swimmer(int links) throws IOException {
    Path common = Files.createDirectories(folder.resolve("common"));
    Files.writeString(
        common.resolve("materials.xml"),
        "<mujoco><asset><material name=\"self\" rgba=\".7 .5 .3 1\"/></asset></mujoco>");
    StringBuilder bodies = new StringBuilder();
    StringBuilder motors = new StringBuilder();
    StringBuilder sensors = new StringBuilder();
    for (int i = 0; i < links; i++) {
      bodies.append(
          """
          <body name="segment_%1$d" pos="0 .1 0"><joint name="joint_%1$d"/>
          <geom class="visual" name="visual_%1$d"/><geom class="inertial" name="inertial_%1$d"/>
          <site name="site_%1$d"/>
          """
              .formatted(i));
      motors.append("<motor name=\"motor_%1$d\" joint=\"joint_%1$d\"/>".formatted(i));
      sensors.append("<velocimeter name=\"velocimeter_%1$d\" site=\"site_%1$d\"/>".formatted(i));
      sensors.append("<gyro name=\"gyro_%1$d\" site=\"site_%1$d\"/>".formatted(i));
    }
    String limit = Double.toString(360.0 / (links + 1));
    return Files.writeString(
        folder.resolve("swimmer.xml"),
        """
        <mujoco model="swimmer">
          <include file="./common/materials.xml"/>
          <option timestep="0.002" density="3000"><flag contact="disable"/></option>
          <default>
            <motor gear="5e-4" ctrllimited="true" ctrlrange="-1 1"/>
            <default class="swimmer">
              <joint type="hinge" pos="0 -.05 0" axis="0 0 1" limited="true" range="-%1$s %1$s"
                solreflimit=".05 1" solimplimit="0 .8 .1" armature="1e-6"/>
              <default class="inertial"><geom type="box" size=".001 .05 .01" rgba="0 0 0 0" mass=".01"/></default>
              <default class="visual"><geom type="capsule" size=".01" fromto="0 -.05 0 0 .05 0" material="self" mass="0"/></default>
              <site size=".01" rgba="0 0 0 0"/>
            </default>
            <default class="free"><joint limited="false" stiffness="0" armature="0"/></default>
          </default>
          <worldbody>
            <light name="light" pos="0 0 2"/>
            <geom name="ground" type="plane" size="2 2 .1"/>
            <site name="target" pos="1 1 .05"/>
            <body name="head" pos="0 0 .05" childclass="swimmer">
              <camera name="follow" pos="0 -.2 .3" mode="trackcom"/>
              <joint name="rootx" class="free" type="slide" axis="1 0 0" pos="0 0 0"/>
              <joint name="rooty" class="free" type="slide" axis="0 1 0" pos="0 0 0"/>
              <joint name="rootz" class="free" type="hinge" axis="0 0 1" pos="0 0 0"/>
              <geom name="nose" class="visual"/><geom class="inertial"/><site name="head"/>
              %2$s
            </body>
          </worldbody>
          <sensor><framepos name="nose_pos" objtype="geom" objname="nose"/>%3$s</sensor>
          <actuator>%4$s</actuator>
        </mujoco>
        """
            .formatted(limit, bodies + "</body>".repeat(links), sensors, motors));
  }

  private MujocoEnvironment environment(Path model) {
    CustomTaskConfig task =
        new CustomTaskConfig(
            15,
            List.of(
                new Observation("joints", List.of("qpos:joint_0", "qvel:joint_0")),
                new Observation("velocity", List.of("sensor:velocimeter_0[0]", "sensor:gyro_0[2]")),
                new Observation("target", List.of("distance:head,target", "sensor:nose_pos[0]"))),
            List.of(
                new Reward(
                    "distance:head,target",
                    Optional.empty(),
                    Optional.of(0.1),
                    2,
                    Tolerance.Kind.LINEAR,
                    0,
                    1)),
            Combination.MEAN,
            List.of(new Start("rootz", -3, 3)),
            0,
            0);
    return new MujocoEnvironment(
        new MujocoConfig(
            "our-swimmer",
            1,
            Optional.of(model),
            Optional.of(task),
            100,
            RenderConfig.standard(),
            ViewConfig.stateAlone()));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 14})
  void swimsWithAnyNumberOfLinks(int links) throws IOException {
    try (MujocoEnvironment environment = environment(swimmer(links))) {
      assertEquals("our-swimmer", environment.spec().task());
      assertEquals(links, environment.spec().actionSize());
      environment.reset(RandomStream.root(1));
      List<Double> places = new ArrayList<>();
      for (int step = 0; step < 20; step++) {
        double[] action = new double[links];
        for (int j = 0; j < links; j++) {
          action[j] = Math.sin(0.6 * step + j);
        }
        TimeStep now = environment.step(action);
        assertTrue(Double.isFinite(now.reward()) && now.reward() >= 0, now::toString);
        places.add(now.observation().get("target").get(1));
      }
      assertTrue(places.get(19) - places.get(0) != 0, places::toString);
    }
  }

  @Test
  void withoutLinksItHasNoActuator() throws IOException {
    Path model = swimmer(0);
    String message =
        assertThrows(RuntimeException.class, () -> environment(model).close()).getMessage();
    assertTrue(message.contains("actuator"), message);
  }
}
