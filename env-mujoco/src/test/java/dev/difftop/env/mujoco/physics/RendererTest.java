package dev.difftop.env.mujoco.physics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RendererTest {
  /** A red ball 2 m before the camera, above a floor that fills the lower part of the image. */
  private static final String SCENE =
      """
      <mujoco>
        <asset>
          <texture type="skybox" builtin="flat" rgb1="0 0 1" width="64" height="64"/>
        </asset>
        <worldbody>
          <light directional="true" dir="0 0 -1"/>
          <camera name="front" pos="0 -2 1" xyaxes="1 0 0 0 0 1"/>
          <camera pos="0 -4 1" xyaxes="1 0 0 0 0 1"/>
          <geom type="plane" size="50 50 1" rgba="0 1 0 1"/>
          <body pos="0 0 1">
            <joint type="slide" axis="1 0 0"/>
            <geom size="0.3" rgba="1 0 0 1"/>
          </body>
        </worldbody>
      </mujoco>
      """;

  private static final RenderSettings PLAIN = new RenderSettings(0, false, false);
  private static final RenderSettings RICH = new RenderSettings(4, true, true);

  @BeforeAll
  static void needsOpenGl() {
    try (Model model = Model.parse("scene.xml", SCENE)) {
      new Renderer(model, PLAIN).close();
    } catch (MujocoException e) {
      assumeTrue(false, e.getMessage());
    }
  }

  private interface Use {
    void with(Renderer renderer, Simulation world);
  }

  private static void render(RenderSettings settings, Use use) {
    try (Model model = Model.parse("scene.xml", SCENE);
        Simulation world = new Simulation(model);
        Renderer renderer = new Renderer(model, settings)) {
      world.forward();
      use.with(renderer, world);
    }
  }

  /** Which of red, green and blue is the strongest at a pixel. */
  private static int colour(Array image, int x, int y) {
    int at = (y * image.shape().dim(1) + x) * 3;
    return IntStream.range(0, 3)
        .boxed()
        .max((a, b) -> Double.compare(image.get(at + a), image.get(at + b)))
        .orElseThrow();
  }

  @Test
  void drawsTheSceneTheRightWayUp() {
    for (RenderSettings settings : List.of(PLAIN, RICH)) {
      render(
          settings,
          (renderer, world) -> {
            Array image = renderer.color(world, 80, 60, "front");
            assertEquals(Shape.of(60, 80, 3), image.shape());
            assertEquals(DType.UINT8, image.dtype());
            assertEquals(2, colour(image, 40, 2), "sky above");
            assertEquals(0, colour(image, 40, 30), "ball in the middle");
            assertEquals(1, colour(image, 40, 57), "floor below");
          });
    }
  }

  @Test
  void followsTheState() {
    render(
        PLAIN,
        (renderer, world) -> {
          world.qpos().put(0, 0.5);
          world.forward();
          Array image = renderer.color(world, 80, 60, "front");
          assertEquals(0, colour(image, 58, 30), "the ball is to the right");
          assertNotEquals(0, colour(image, 22, 30));
        });
  }

  @Test
  void measuresDepthInMetres() {
    render(
        PLAIN,
        (renderer, world) -> {
          Array depth = renderer.depth(world, 81, 61, "front");
          assertEquals(Shape.of(61, 81), depth.shape());
          assertEquals(DType.FLOAT32, depth.dtype());
          assertEquals(1.7, depth.get(30 * 81 + 40), 0.005);
          // 45 degrees of view: the last row looks down by 22.5 degrees but half a pixel.
          double slope = Math.tan(Math.toRadians(22.5)) * 60 / 61;
          assertEquals(1 / slope, depth.get(60 * 81 + 40), 0.03);
          assertTrue(depth.get(0) > 10, "the sky is far");
        });
  }

  @Test
  void oneRendererServesAllSizesAndCameras() {
    render(
        RICH,
        (renderer, world) -> {
          Array first = renderer.color(world, 64, 48, "");
          assertEquals(Shape.of(90, 30, 3), renderer.color(world, 30, 90, "free").shape());
          assertEquals(Shape.of(1, 1, 3), renderer.color(world, 1, 1, "1").shape());
          Array again = renderer.color(world, 64, 48, "0");
          for (int i = 0; i < first.size(); i++) {
            assertEquals(first.get(i), again.get(i));
          }
        });
  }

  @Test
  void listsTheCamerasAndRefusesOthers() {
    render(
        PLAIN,
        (renderer, world) -> {
          assertEquals(List.of("front", "1", "free"), Renderer.cameras(world.model()));
          for (String camera : List.of("back", "2", "-1", "1.5")) {
            IllegalArgumentException e =
                assertThrows(
                    IllegalArgumentException.class, () -> renderer.color(world, 8, 8, camera));
            assertTrue(e.getMessage().contains("[front, 1, free]"), e.getMessage());
          }
          assertThrows(IllegalArgumentException.class, () -> renderer.color(world, 0, 8, "front"));
          assertThrows(
              IllegalArgumentException.class, () -> renderer.depth(world, 8, 1 << 20, "front"));
        });
  }

  @Test
  void withoutOpenGlItSaysWhatToInstall() {
    try (Model model = Model.parse("scene.xml", SCENE)) {
      MujocoException e =
          assertThrows(
              MujocoException.class,
              () -> new Renderer(model, PLAIN, "libNoEgl.so.1", "libNoOsMesa.so.8"));
      assertTrue(e.getMessage().contains("libNoEgl.so.1"), e.getMessage());
      assertTrue(e.getMessage().contains("libNoOsMesa.so.8"), e.getMessage());
      assertTrue(e.getMessage().contains("apt-get install libegl1"), e.getMessage());
    }
  }

  @Test
  void renderersInSeveralThreadsDrawTheSame() {
    List<Integer> sums =
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(
                i -> {
                  int[] sum = new int[1];
                  render(
                      PLAIN,
                      (renderer, world) -> {
                        Array image = renderer.color(world, 100, 80, "front");
                        for (int k = 0; k < image.size(); k++) {
                          sum[0] = 31 * sum[0] + (int) image.get(k);
                        }
                      });
                  return sum[0];
                })
            .toList();
    assertEquals(1, sums.stream().distinct().count());
  }

  @Test
  void oneRendererDrawsTheSameInAnyThread() {
    render(
        PLAIN,
        (renderer, world) -> {
          double[] here = renderer.color(world, 60, 40, "front").toDoubles();
          for (int i = 0; i < 5; i++) {
            assertArrayEquals(
                here,
                CompletableFuture.supplyAsync(() -> renderer.color(world, 60, 40, "front"))
                    .join()
                    .toDoubles());
            assertArrayEquals(here, renderer.color(world, 60, 40, "front").toDoubles());
          }
        });
  }

  @Test
  void useAfterCloseIsRefusedAndClosingTwiceIsNot() {
    try (Model model = Model.parse("scene.xml", SCENE);
        Simulation world = new Simulation(model)) {
      for (int i = 0; i < 10; i++) {
        Renderer renderer = new Renderer(model, PLAIN);
        renderer.close();
        renderer.close();
        assertThrows(IllegalStateException.class, () -> renderer.color(world, 8, 8, ""));
      }
    }
  }
}
