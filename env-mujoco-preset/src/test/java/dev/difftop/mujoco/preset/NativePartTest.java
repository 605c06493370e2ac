package dev.difftop.mujoco.preset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.mujoco.preset.global.MuJoCo;
import java.io.IOException;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native part: errors, warnings, unstable steps, reading by name, what is loaded. */
class NativePartTest {
  private static final String PENDULUM =
      """
      <mujoco>
        <worldbody>
          <body name="pole" pos="0 0 1">
            <joint name="hinge" axis="0 1 0"/>
            <geom type="capsule" fromto="0 0 0 0 0 0.5" size="0.02" mass="2"/>
          </body>
        </worldbody>
        <actuator><motor joint="hinge"/></actuator>
      </mujoco>
      """;

  @TempDir Path folder;
  private mjModel model;
  private mjData data;

  @BeforeEach
  void load() throws IOException {
    Path file = Files.writeString(folder.resolve("pendulum.xml"), PENDULUM);
    byte[] error = new byte[1000];
    model = MuJoCo.mj_loadXML(file.toString(), null, error, error.length);
    assertNotNull(model, new String(error));
    data = MuJoCo.mj_makeData(model);
    MuJoCo.mj_forward(model, data);
  }

  @AfterEach
  void free() {
    MuJoCo.mj_deleteData(data);
    MuJoCo.mj_deleteModel(model);
  }

  private DoubleBuffer qvel() {
    return data.qvel().capacity(1).asBuffer();
  }

  @Test
  void isTheVersionItWasWrittenFor() {
    assertEquals(222, MuJoCo.mj_version());
  }

  @Test
  void anErrorInsideMujocoIsAnException() {
    for (int i = 0; i < 1000; i++) {
      RuntimeException e =
          assertThrows(RuntimeException.class, () -> MuJoCo.mju_error("what went wrong"));
      assertEquals("what went wrong", e.getMessage());
    }
    assertFalse(Files.exists(Path.of("MUJOCO_LOG.TXT")), "MuJoCo wrote its log file");
  }

  @Test
  void aWarningIsKeptForItsThread() throws Exception {
    MuJoCo.difftop_takeWarnings();
    MuJoCo.mju_warning("first");
    MuJoCo.mju_warning("second");
    String elsewhere =
        CompletableFuture.supplyAsync(() -> MuJoCo.difftop_takeWarnings().getString()).get();
    assertEquals("", elsewhere);
    assertEquals("first\nsecond", MuJoCo.difftop_takeWarnings().getString());
    assertEquals("", MuJoCo.difftop_takeWarnings().getString());
  }

  @Test
  void aControlStepIsAStepWithItsFieldsUpToDate() {
    mjData other = MuJoCo.mj_makeData(model);
    data.ctrl().put(0.7);
    other.ctrl().put(0.7);
    MuJoCo.mj_forward(model, data);
    assertEquals(-1, MuJoCo.difftop_controlStep(model, data, 3));
    assertEquals(-1, MuJoCo.difftop_step(model, other, 3));
    MuJoCo.mj_step1(model, other);
    assertEquals(other.qpos().get(), data.qpos().get());
    assertEquals(other.qvel().get(), data.qvel().get());
    double[] xpos = new double[6];
    data.xpos().get(xpos);
    assertArrayEquals(new double[] {0, 0, 0, 0, 0, 1}, xpos);
    assertEquals(3 * 0.002, data.time(), 1e-15);
    MuJoCo.mj_deleteData(other);
  }

  @Test
  void anUnstableStepSaysWhatWentBad() {
    qvel().put(0, Double.NaN);
    assertEquals(MuJoCo.mjWARN_BADQVEL, MuJoCo.difftop_step(model, data, 10));
    assertEquals(0, MuJoCo.difftop_warningInfo(data, MuJoCo.mjWARN_BADQVEL));
    assertEquals(
        -1, MuJoCo.difftop_step(model, data, 10), "the next step starts from a sound state");
  }

  @Test
  void readsTheModelByName() {
    int[] rows = new int[1];
    int[] columns = new int[1];
    double[] out = new double[6];
    assertEquals(6, MuJoCo.difftop_modelField(model, "body_pos", rows, columns, out, out.length));
    assertArrayEquals(new double[] {0, 0, 0, 0, 0, 1}, out);
    assertEquals(2, rows[0]);
    assertEquals(3, columns[0]);
    double[] mass = new double[1];
    assertEquals(2, MuJoCo.difftop_modelField(model, "body_mass", rows, columns, mass, 1));
    assertEquals(0, mass[0], "no more than fits");
    assertEquals(-1, MuJoCo.difftop_modelField(model, "body_colour", rows, columns, out, 6));

    double[] gravity = new double[3];
    assertEquals(3, MuJoCo.difftop_optionField(model, "gravity", gravity, 3));
    assertEquals(-9.81, gravity[2]);
    assertEquals(-1, MuJoCo.difftop_optionField(model, "levity", gravity, 3));
    assertEquals(2, MuJoCo.difftop_modelSize(model, "nbody"));
    assertEquals(-1, MuJoCo.difftop_modelSize(model, "nobody"));
  }

  @Test
  void aMissingOpenGlIsAnExceptionThatNamesBothLibraries() {
    RuntimeException e =
        assertThrows(
            RuntimeException.class,
            () -> MuJoCo.difftop_openGl("libNoEgl.so.1", "libNoOsMesa.so.8"));
    assertTrue(e.getMessage().contains("EGL: libNoEgl.so.1"), e.getMessage());
    assertTrue(e.getMessage().contains("OSMesa: libNoOsMesa.so.8"), e.getMessage());
  }

  @Test
  void aLibraryThatIsNoOpenGlIsRefused() {
    RuntimeException e =
        assertThrows(RuntimeException.class, () -> MuJoCo.difftop_openGl("libm.so.6", "libm.so.6"));
    assertTrue(e.getMessage().contains("libm.so.6 has no function"), e.getMessage());
  }

  @Test
  void renderingWithoutOpenGlIsAnException() {
    // A thread of its own: a context of another test may be current in this one.
    mjrContext context = new mjrContext();
    MuJoCo.mjr_defaultContext(context);
    CompletableFuture<Void> made =
        CompletableFuture.runAsync(() -> MuJoCo.mjr_makeContext(model, context, 100));
    assertThrows(Exception.class, made::join);
  }

  @Test
  void usesTheLibrariesOfTheJar() throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      String[] loaded =
          maps.filter(line -> line.matches(".*/lib(mujoco|ccd|qhull_r|tinyxml2|lodepng)\\.so.*"))
              .map(line -> line.substring(line.indexOf('/')))
              .distinct()
              .toArray(String[]::new);
      assertTrue(loaded.length > 0, "libmujoco is loaded");
      for (String library : loaded) {
        assertFalse(library.startsWith("/usr/lib"), library + " is not ours");
      }
    }
  }

  @Test
  void aClosedContextCanBeOpenedAgainInAnyThread() {
    String missing = whyThereIsNoOpenGl();
    assumeTrue(missing.isEmpty(), missing);
    for (int i = 0; i < 3; i++) {
      CompletableFuture.runAsync(
              () -> {
                Pointer context = MuJoCo.difftop_openGl("libEGL.so.1", "libOSMesa.so.8");
                assertFalse(MuJoCo.difftop_glKind(context).getString().isEmpty());
                MuJoCo.difftop_closeGl(context);
              })
          .join();
    }
  }

  private static String whyThereIsNoOpenGl() {
    try {
      MuJoCo.difftop_closeGl(MuJoCo.difftop_openGl("libEGL.so.1", "libOSMesa.so.8"));
      return "";
    } catch (RuntimeException e) {
      return e.getMessage();
    }
  }
}
