package dev.difftop.env.mujoco;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Combination;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong inside MuJoCo, and what remains usable. */
class FaultsTest {
  private static final CustomTaskConfig PLAIN =
      new CustomTaskConfig(
          1,
          List.of(new CustomTaskConfig.Observation("height", List.of("z:ball"))),
          List.of(
              new CustomTaskConfig.Reward(
                  "z:ball", Optional.of(0.0), Optional.empty(), 1, Tolerance.Kind.LINEAR, 0, 1)),
          Combination.MEAN,
          List.of(),
          0,
          0);

  @TempDir Path folder;

  private MujocoConfig config(String xml) throws IOException {
    Path file = Files.writeString(folder.resolve("model.xml"), xml);
    return new MujocoConfig(
        "ball",
        1,
        Optional.of(file),
        Optional.of(PLAIN),
        1000,
        RenderConfig.standard(),
        ViewConfig.stateAlone());
  }

  private static String balls(String size, int count) {
    StringBuilder xml = new StringBuilder("<mujoco>" + size + "<worldbody>");
    xml.append("<geom type=\"plane\" size=\"1 1 1\"/>");
    for (int i = 0; i < count; i++) {
      xml.append(
              "<body%s pos=\"0 0 %s\">".formatted(i == 0 ? " name=\"ball\"" : "", 0.2 + 0.05 * i))
          .append("<freejoint%s/>".formatted(i == 0 ? " name=\"flight\"" : ""))
          .append("<geom type=\"sphere\" size=\"0.1\"/></body>");
    }
    return xml.append("</worldbody><actuator>")
        .append("<motor joint=\"flight\" ctrllimited=\"true\" ctrlrange=\"-1 1\"/>")
        .append("</actuator></mujoco>")
        .toString();
  }

  @Test
  void aStackTooSmallIsRefusedWithItsReason() throws IOException {
    MujocoConfig config = config(balls("<size nstack=\"3000\"/>", 12));
    ModelException e = assertThrows(ModelException.class, () -> new MujocoEnvironment(config));
    assertTrue(e.getMessage().contains("Stack overflow"), e.getMessage());
    assertTrue(e.getMessage().contains("model.xml"), e.getMessage());
    // What was caught has left MuJoCo in order.
    try (MujocoEnvironment world = new MujocoEnvironment(config(balls("", 12)))) {
      world.reset(RandomStream.root(1));
      assertEquals(End.NONE, world.step(new double[1]).end());
    }
  }

  private void refused(String xml, String... named) throws IOException {
    MujocoConfig config = config(xml);
    String message =
        assertThrows(ModelException.class, () -> new MujocoEnvironment(config)).getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message);
    }
    assertTrue(message.contains("model.xml"), message);
  }

  @Test
  void modelsThatCannotBeControlledAreRefused() throws IOException {
    String geom = "<geom size=\"0.1\"/>";
    refused(
        "<mujoco><worldbody><body>" + geom + "</body></worldbody></mujoco>",
        "the model has no joint");
    refused(
        "<mujoco><worldbody><body><joint/>" + geom + "</body></worldbody></mujoco>",
        "the model has no actuator");
    for (String task : List.of("pendulum-swingup", "cartpole-swingup")) {
      Path file = Files.writeString(folder.resolve("still.xml"), "<mujoco/>");
      MujocoDynamicsConfig dynamics =
          new MujocoDynamicsConfig(task, 1, Optional.of(file), Optional.empty(), 1e-6, 1);
      assertTrue(
          assertThrows(ModelException.class, () -> new MujocoDynamics(dynamics))
              .getMessage()
              .contains("no joint"));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "-0.01"})
  void timeStepsAreAboveZero(String seconds) throws IOException {
    refused(
        balls("<option timestep=\"" + seconds + "\"/>", 1),
        "option timestep is " + Double.parseDouble(seconds),
        "above 0");
  }

  @Test
  void aModelForALaterVersionNamesThisOne() throws IOException {
    for (String later :
        List.of(
            "<option integrator=\"implicitfast\"/>",
            "<option actuatorgroupdisable=\"1\"/>",
            "<extension/>")) {
      refused(balls(later, 1), "this is MuJoCo 2.2.2", "later version");
    }
  }

  @Test
  void anOrientationOfZerosIsRefused() throws IOException {
    try (MujocoEnvironment world = new MujocoEnvironment(config(balls("", 1)))) {
      world.reset(RandomStream.root(1));
      double[] state = world.simulatorState();
      java.util.Arrays.fill(state, 3, 7, 0);
      String message =
          assertThrows(IllegalArgumentException.class, () -> world.setSimulatorState(state))
              .getMessage();
      assertTrue(message.contains("state[3 ... 6]") && message.contains("\"flight\""), message);
    }
  }

  /** qpos has 7 numbers, qvel the next 6. */
  @ParameterizedTest
  @CsvSource({"2, 1e11", "9, 1e11", "8, 1e9"})
  void aStateThatIsNoGoodFailsTheStep(int number, double value) throws IOException {
    try (MujocoEnvironment world = new MujocoEnvironment(config(balls("", 1)))) {
      for (int i = 0; i < 3; i++) {
        world.reset(RandomStream.root(1));
        double[] state = world.simulatorState();
        state[number] = value;
        TimeStep now;
        try {
          world.setSimulatorState(state);
          now = world.step(new double[1]);
          for (int t = 0; t < 200 && !now.isLast(); t++) {
            now = world.step(new double[1]);
          }
        } catch (IllegalStateException e) {
          throw new AssertionError(e);
        }
        assertTrue(now.end() == End.FAILED || value < 1e10, now.toString());
        TimeStep again = world.reset(RandomStream.root(1));
        assertEquals(0.2, again.observation().get("height").get(0), 1e-12);
        assertEquals(End.NONE, world.step(new double[1]).end());
      }
    }
  }

  @Test
  void anInfiniteControlFailsTheStep() throws IOException {
    String xml =
        "<mujoco><worldbody><body name=\"ball\"><joint name=\"j\"/><geom size=\"0.1\"/></body>"
            + "</worldbody><actuator><motor joint=\"j\" ctrllimited=\"true\" ctrlrange=\"-1e300"
            + " 1e300\"/></actuator></mujoco>";
    try (MujocoEnvironment world = new MujocoEnvironment(config(xml))) {
      world.reset(RandomStream.root(1));
      TimeStep now = world.step(new double[] {1});
      assertEquals(End.FAILED, now.end());
      assertTrue(now.reason().contains("ball: the simulation failed"), now.reason());
      world.reset(RandomStream.root(1));
      assertEquals(End.NONE, world.step(new double[] {0}).end());
    }
  }

  @Test
  void aThousandComeAndGoWithoutAGrowingMemory() throws IOException {
    comeAndGo(200);
    long before = residentBytes();
    comeAndGo(1000);
    long growth = residentBytes() - before;
    // Each holds 4 MB while it lives.
    assertTrue(growth < 64L << 20, "resident memory grew by " + (growth >> 20) + " MB");
  }

  private static void comeAndGo(int times) {
    for (int i = 0; i < times; i++) {
      try (MujocoEnvironment world = new MujocoEnvironment(MujocoConfig.of("reacher-hard"))) {
        world.reset(RandomStream.root(i));
        world.step(new double[] {0.1, 0.2});
      }
    }
  }

  private static long residentBytes() throws IOException {
    try (Scanner pages = new Scanner(Path.of("/proc/self/statm"), US_ASCII)) {
      pages.nextLong();
      return pages.nextLong() * 4096;
    }
  }

  @Test
  void ownParametersAreOnesOwn() {
    try (Model model = Model.parse("balls.xml", balls("", 2));
        Simulation one = new Simulation(model);
        Simulation other = new Simulation(model)) {
      double shared = model.field("body_mass").at(1, 0);
      one.ownParameter("body_mass").put(1, 7);
      assertEquals(7, one.parameters("body_mass")[1]);
      assertEquals(shared, other.parameters("body_mass")[1]);
      assertEquals(shared, model.field("body_mass").at(1, 0));
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> one.ownParameter("body_colour"));
      assertTrue(e.getMessage().contains("body_colour"), e.getMessage());
      assertThrows(IllegalArgumentException.class, () -> one.ownParameter("geom_type"));
    }
  }
}
