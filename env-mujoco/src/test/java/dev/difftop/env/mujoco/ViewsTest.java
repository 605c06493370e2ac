package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Combination;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images, distances and points as observations. */
class ViewsTest {
  /** A box of 0.2 m on a floor, seen by a tilted camera; a motor moves the box. */
  private static final String TABLE =
      """
      <mujoco>
        <statistic extent="1" center="0 0 0"/>
        <visual><map znear="0.01" zfar="20"/></visual>
        <worldbody>
          <light pos="0 0 3"/>
          <camera name="eye" pos="0.3 -1 1" xyaxes="1 0.2 0 -0.1 0.7 0.7" fovy="50"/>
          <geom type="plane" size="1 1 0.1" rgba="0.2 0.6 0.2 1"/>
          <site name="hand" pos="0.1 0.2 0.3" euler="0 0 90"/>
          <body name="box" pos="0 0 0.1">
            <joint name="slide" type="slide" axis="1 0 0"/>
            <geom type="box" size="0.1 0.1 0.1" rgba="0.9 0.2 0.1 1" contype="0" conaffinity="0"/>
          </body>
        </worldbody>
        <actuator><motor joint="slide" gear="100" ctrllimited="true" ctrlrange="-1 1"/></actuator>
      </mujoco>
      """;

  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void write() throws IOException {
    model = Files.writeString(folder.resolve("table.xml"), TABLE);
    try (MujocoEnvironment world = table(ViewConfig.stateAlone())) {
      world.reset(RandomStream.root(1));
      boolean drawn;
      try {
        drawn = world.render(8, 8, "").size() > 0;
      } catch (MujocoException e) {
        drawn = false;
      }
      assumeTrue(drawn, "no OpenGL here");
    }
  }

  private static MujocoEnvironment table(ViewConfig views) {
    CustomTaskConfig task =
        new CustomTaskConfig(
            10,
            List.of(new CustomTaskConfig.Observation("place", List.of("qpos:slide"))),
            List.of(
                new CustomTaskConfig.Reward(
                    "qpos:slide",
                    Optional.of(0.0),
                    Optional.empty(),
                    1,
                    Tolerance.Kind.LINEAR,
                    0,
                    1)),
            Combination.MEAN,
            List.of(),
            0,
            0);
    return new MujocoEnvironment(
        new MujocoConfig(
            "table",
            1,
            Optional.of(model),
            Optional.of(task),
            50,
            new RenderConfig(0, false, false),
            views));
  }

  private static ViewConfig pixels(boolean state, int stack) {
    return new ViewConfig(
        state,
        Optional.of(new ViewConfig.Pixels(32, 24, "", stack)),
        Optional.empty(),
        Optional.empty());
  }

  private static ViewConfig points(int count, String frame, double[] low, double[] high) {
    return new ViewConfig(
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.of(new ViewConfig.Points(64, 48, "eye", count, frame, low, high)));
  }

  private static byte[] frame(Array stacked, int number) {
    int channels = stacked.shape().dim(2);
    byte[] out = new byte[stacked.size() / channels * 3];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) stacked.get(i / 3 * channels + number * 3 + i % 3);
    }
    return out;
  }

  @Test
  void pixelsAreStackedNewestLast() {
    try (MujocoEnvironment world = table(pixels(true, 3))) {
      assertEquals(List.of("place", "pixels"), List.copyOf(world.spec().observations().keySet()));
      assertEquals(Shape.of(24, 32, 9), world.spec().observations().get("pixels").shape());
      assertEquals(DType.UINT8, world.spec().observations().get("pixels").dtype());
      Array first = world.reset(RandomStream.root(1)).observation().get("pixels");
      assertEquals(Shape.of(24, 32, 9), first.shape());
      assertArrayEquals(frame(first, 0), frame(first, 2), "one image thrice");
      TimeStep second = world.step(new double[] {1});
      TimeStep third = world.step(new double[] {1});
      byte[][] seen = new byte[3][];
      for (int i = 0; i < 3; i++) {
        seen[i] = frame(third.observation().get("pixels"), i);
      }
      assertArrayEquals(frame(first, 2), seen[0]);
      assertArrayEquals(frame(second.observation().get("pixels"), 2), seen[1]);
      assertFalse(Arrays.equals(seen[1], seen[2]), "the box moves");
      assertArrayEquals(
          world.render(32, 24, "").toDoubles(), toDoubles(seen[2]), "the newest is the present");
      Array again = world.observe().get("pixels");
      assertArrayEquals(third.observation().get("pixels").toDoubles(), again.toDoubles());
    }
  }

  @Test
  void aStateThatIsSetHasNoPastInTheStack() {
    try (MujocoEnvironment world = table(pixels(true, 3))) {
      double[] first = world.reset(RandomStream.root(1)).observation().get("pixels").toDoubles();
      double[] state = world.simulatorState();
      world.step(new double[] {1});
      world.step(new double[] {1});
      world.setSimulatorState(state);
      assertArrayEquals(first, world.observe().get("pixels").toDoubles());
      double[] onwards = world.step(new double[] {1}).observation().get("pixels").toDoubles();
      world.setSimulatorState(state);
      double[] again = world.step(new double[] {1}).observation().get("pixels").toDoubles();
      assertArrayEquals(onwards, again, "what follows depends on the state alone");
    }
  }

  private static double[] toDoubles(byte[] bytes) {
    double[] out = new double[bytes.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = bytes[i] & 0xff;
    }
    return out;
  }

  @Test
  void imagesAloneCanBeObserved() {
    try (MujocoEnvironment world = table(pixels(false, 1))) {
      assertEquals(List.of("pixels"), List.copyOf(world.spec().observations().keySet()));
      assertEquals(1, world.reset(RandomStream.root(1)).observation().size());
    }
  }

  @Test
  void depthIsObservedInMetres() {
    ViewConfig views =
        new ViewConfig(
            true,
            Optional.empty(),
            Optional.of(new ViewConfig.Depth(16, 12, "eye")),
            Optional.empty());
    try (MujocoEnvironment world = table(views)) {
      Array depth = world.reset(RandomStream.root(1)).observation().get("depth");
      assertEquals(Shape.of(12, 16), depth.shape());
      assertEquals(DType.FLOAT32, depth.dtype());
      assertTrue(depth.get(11 * 16 + 8) > 0.7 && depth.get(11 * 16 + 8) < 2);
    }
  }

  @Test
  void pointsLieOnWhatIsThere() {
    try (MujocoEnvironment world =
        table(points(400, "world", new double[] {-0.5, -0.5, -1}, new double[] {0.5, 0.5, 1}))) {
      Array points = world.reset(RandomStream.root(1)).observation().get("points");
      assertEquals(Shape.of(400, 3), points.shape());
      int floor = 0;
      int top = 0;
      int side = 0;
      for (int i = 0; i < 400; i++) {
        double x = points.get(3 * i);
        double y = points.get(3 * i + 1);
        double z = points.get(3 * i + 2);
        boolean inside = Math.abs(x) < 0.1 + 5e-3 && Math.abs(y) < 0.1 + 5e-3;
        boolean onFloor = Math.abs(z) < 5e-3;
        boolean onTop = inside && Math.abs(z - 0.2) < 5e-3;
        boolean onSide =
            inside
                && z > -5e-3
                && z < 0.205
                && Math.min(Math.abs(Math.abs(x) - 0.1), Math.abs(Math.abs(y) - 0.1)) < 8e-3;
        assertTrue(onFloor || onTop || onSide, x + " " + y + " " + z);
        floor += onFloor ? 1 : 0;
        top += onTop ? 1 : 0;
        side += onSide && !onTop ? 1 : 0;
      }
      assertTrue(floor > 100 && top > 10 && side > 5, floor + " " + top + " " + side);
    }
  }

  @Test
  void framesAndBoxesChooseThePoints() {
    double[] low = {-0.11, -0.11, 0.05};
    double[] high = {0.11, 0.11, 1};
    double[] none = {};
    try (MujocoEnvironment world = table(points(50, "world", low, high));
        MujocoEnvironment fromHand = table(points(50, "hand", none, none));
        MujocoEnvironment whole = table(points(50, "world", none, none));
        MujocoEnvironment fromEye = table(points(50, "camera", none, none))) {
      Array box = world.reset(RandomStream.root(1)).observation().get("points");
      for (int i = 0; i < 50; i++) {
        assertTrue(box.get(3 * i + 2) >= 0.05f, "only the box");
      }
      Array p = whole.reset(RandomStream.root(1)).observation().get("points");
      Array q = fromHand.reset(RandomStream.root(1)).observation().get("points");
      Array r = fromEye.reset(RandomStream.root(1)).observation().get("points");
      for (int i = 0; i < 50; i++) {
        // The hand is turned by 90 degrees about z: its x is the world's y.
        assertEquals(p.get(3 * i + 1) - 0.2, q.get(3 * i), 1e-5);
        assertEquals(-(p.get(3 * i) - 0.1), q.get(3 * i + 1), 1e-5);
        assertEquals(p.get(3 * i + 2) - 0.3, q.get(3 * i + 2), 1e-5);
        double distance =
            Math.sqrt(
                Math.pow(p.get(3 * i) - 0.3, 2)
                    + Math.pow(p.get(3 * i + 1) + 1, 2)
                    + Math.pow(p.get(3 * i + 2) - 1, 2));
        double fromCamera =
            Math.sqrt(
                Math.pow(r.get(3 * i), 2)
                    + Math.pow(r.get(3 * i + 1), 2)
                    + Math.pow(r.get(3 * i + 2), 2));
        assertEquals(distance, fromCamera, 1e-4);
        assertTrue(r.get(3 * i + 2) < 0, "in front of the camera");
      }
    }
  }

  @Test
  void fewerPointsAreRepeatedAndNoneAreZero() {
    double[] low = {-0.1, -0.1, 0.19};
    double[] high = {0.1, 0.1, 0.21};
    try (MujocoEnvironment few = table(points(5000, "world", low, high));
        MujocoEnvironment none =
            table(points(7, "world", new double[] {5, 5, 5}, new double[] {6, 6, 6}))) {
      Array repeated = few.reset(RandomStream.root(1)).observation().get("points");
      assertEquals(0.2, repeated.get(3 * 4999 + 2), 0.01);
      assertArrayEquals(
          new double[21], none.reset(RandomStream.root(1)).observation().get("points").toDoubles());
    }
  }

  @Test
  void badViewsAreRefusedWhenTheEnvironmentIsMade() {
    assertThrows(
        IllegalArgumentException.class,
        () -> table(new ViewConfig(false, Optional.empty(), Optional.empty(), Optional.empty())));
    IllegalArgumentException camera =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                table(
                    new ViewConfig(
                        true,
                        Optional.of(new ViewConfig.Pixels(8, 8, "ear", 1)),
                        Optional.empty(),
                        Optional.empty())));
    assertTrue(camera.getMessage().contains("no camera \"ear\""), camera.getMessage());
    ModelException frame =
        assertThrows(
            ModelException.class, () -> table(points(5, "hnd", new double[0], new double[0])));
    assertTrue(frame.getMessage().contains("did you mean \"hand\"?"), frame.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> table(points(5, "world", new double[2], new double[0])));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new MujocoVector(MujocoConfig.of("pendulum-swingup").observing(pixels(true, 1)), 2, 1));
  }
}
