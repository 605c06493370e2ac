package dev.difftop.env.mujoco.physics;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Scanner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
  @Test
  void aBallFallsAsItShould() {
    try (Model model = Model.parse("ball.xml", ModelTest.BALL);
        Simulation world = new Simulation(model)) {
      world.forward();
      assertEquals(Optional.empty(), world.controlStep(100));
      // Semi-implicit Euler: z = 1 - g h² (1 + 2 + ... + 100).
      double expected = 1 - 9.81 * 0.002 * 0.002 * 5050;
      assertEquals(expected, world.qpos().get(2), 1e-12);
      assertEquals(expected, world.bodyPosition(1, 2), 1e-12);
      assertEquals(expected, world.bodyCentre(1, 2), 1e-12);
      assertEquals(1, world.bodyRotation(1, 2, 2));
      assertEquals(0.2, world.time(), 1e-12);
      assertEquals(0, world.contacts());
      world.reset();
      assertEquals(0, world.time());
      assertEquals(1, world.qpos().get(2));
    }
  }

  @Test
  void aStepThatBlowsUpSaysWhat() {
    try (Model model = Model.parse("ball.xml", ModelTest.BALL);
        Simulation world = new Simulation(model)) {
      world.qvel().put(4, Double.NaN);
      String trouble = world.physicsStep(5).orElseThrow();
      assertTrue(trouble.contains("QVEL"), trouble);
      assertTrue(trouble.contains("DOF 4"), trouble);
      world.reset();
      world.forward();
      world.qvel().put(4, Double.NaN);
      assertTrue(world.controlStep(5).isPresent());
      world.reset();
      world.forward();
      assertEquals(Optional.empty(), world.controlStep(5));
    }
  }

  @Test
  void anErrorInsideAStepIsAnExceptionAndLeavesItUsable() {
    int boxes = 6;
    String bodies =
        IntStream.range(0, boxes)
            .mapToObj(
                i ->
                    "<body pos=\"0 0 %d\"><freejoint/><geom type=\"box\" size=\".1 .1 .1\"/></body>"
                        .formatted(i + 1))
            .collect(Collectors.joining());
    String xml =
        """
        <mujoco>
          <size nstack="3000"/>
          <worldbody><geom type="plane" size="1 1 1"/>%s</worldbody>
        </mujoco>
        """
            .formatted(bodies);
    try (Model model = Model.parse("tower.xml", xml);
        Simulation world = new Simulation(model)) {
      world.forward();
      for (int attempt = 0; attempt < 3; attempt++) {
        for (int i = 0; i < boxes; i++) {
          world.qpos().put(7 * i + 2, 0.1 + 0.199 * i);
        }
        MujocoException e = assertThrows(MujocoException.class, () -> world.physicsStep(1));
        assertTrue(e.getMessage().startsWith("tower.xml: "), e.getMessage());
        assertTrue(e.getMessage().contains("Stack overflow"), e.getMessage());
        world.reset();
        assertEquals(Optional.empty(), world.physicsStep(1), "usable after a reset");
        world.reset();
      }
    }
  }

  @Test
  void useAfterCloseIsRefusedAndClosingTwiceIsNot() {
    try (Model model = Model.parse("ball.xml", ModelTest.BALL)) {
      Simulation world = new Simulation(model);
      world.close();
      world.close();
      assertThrows(IllegalStateException.class, world::qpos);
      assertThrows(IllegalStateException.class, world::reset);
      assertThrows(IllegalStateException.class, world::forward);
      assertThrows(IllegalStateException.class, () -> world.controlStep(1));
      assertThrows(IllegalStateException.class, () -> world.bodyPosition(1, 0));
    }
  }

  @Test
  void aModelLivesAsLongAsItsSimulations() {
    Model model = Model.parse("ball.xml", ModelTest.BALL);
    Simulation one = new Simulation(model);
    Simulation other = new Simulation(model);
    model.close();
    one.close();
    other.forward();
    assertEquals(Optional.empty(), other.controlStep(10));
    other.close();
    assertTrue(model.isClosed());
  }

  @Test
  void manyWorldsComeAndGoWithoutGrowing() throws IOException {
    comeAndGo(50);
    long before = residentBytes();
    comeAndGo(1000);
    long growth = residentBytes() - before;
    // One world of this model takes about a megabyte.
    assertTrue(growth < 64L << 20, "resident memory grew by " + (growth >> 20) + " MB");
  }

  private static void comeAndGo(int times) {
    for (int i = 0; i < times; i++) {
      try (Model model = Model.parse("ball.xml", ModelTest.BALL);
          Simulation world = new Simulation(model)) {
        world.forward();
        world.controlStep(2);
      }
    }
  }

  private static long residentBytes() throws IOException {
    // Pages: all, resident, shared, ...
    try (Scanner pages = new Scanner(Path.of("/proc/self/statm"), US_ASCII)) {
      pages.nextLong();
      return pages.nextLong() * 4096;
    }
  }

  @Test
  void buffersSurviveTheGarbageCollector() {
    try (Model model = Model.parse("ball.xml", ModelTest.BALL);
        Simulation world = new Simulation(model)) {
      world.forward();
      DoubleBuffer qpos = world.qpos();
      for (int i = 0; i < 20; i++) {
        byte[][] garbage = new byte[50][1 << 18];
        assertEquals(50, garbage.length);
        System.gc();
        world.controlStep(1);
        assertEquals(qpos.get(2), world.bodyPosition(1, 2));
      }
    }
  }
}
