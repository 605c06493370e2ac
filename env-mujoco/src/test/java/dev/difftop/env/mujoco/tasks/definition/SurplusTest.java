package dev.difftop.env.mujoco.tasks.definition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.tasks.Tasks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model with parts for other tasks, as the quadruped's official one has them. */
class SurplusTest {
  private static final TaskDefinition WALK = Tasks.named("quadruped-walk");

  @TempDir Path folder;

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Tasks.class.getResourceAsStream("/dev/difftop/env/mujoco/models/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Path official() throws IOException {
    Files.createDirectories(folder.resolve("common"));
    Files.writeString(folder.resolve("look.xml"), resource("look.xml"));
    Files.writeString(
        folder.resolve("common/land.xml"),
        "<mujoco><include file=\"look.xml\"/><asset><hfield name=\"terrain\" ncol=\"9\" nrow=\"9\""
            + " size=\"30 30 5 .1\"/></asset></mujoco>");
    String text =
        resource("quadruped.xml")
            .replace("<include file=\"look.xml\"/>", "<include file=\"common/land.xml\"/>")
            .replace(
                "</worldbody>",
                """
                <geom name="wall_px" type="plane" pos="-15.7 0 .7" zaxis="1 0 1" size="1 15 .5"/>
                <geom name="terrain" type="hfield" hfield="terrain" pos="0 0 -.01"/>
                <site name="target" pos="0 0 .05"/>
                <site name="rf_00" pos="0 0 1"/>
                <body name="ball" pos="0 0 3"><freejoint/><geom name="ball" size=".15"/></body>
                </worldbody>""")
            .replace("</sensor>", "<rangefinder name=\"rf_00\" site=\"rf_00\"/></sensor>");
    return Files.writeString(folder.resolve("quadruped.xml"), text);
  }

  @Test
  void isLeftOut() throws IOException {
    Path file = official();
    try (Model own = WALK.newModel(Optional.empty());
        Model whole = Model.load(file);
        Model fitting = WALK.newModel(Optional.of(file))) {
      assertEquals(own.nq() + 7, whole.nq());
      assertEquals(own.nq(), fitting.nq());
      assertEquals(own.nv(), fitting.nv());
      for (Element kind : new Element[] {Element.BODY, Element.GEOM, Element.SENSOR}) {
        assertTrue(whole.count(kind) > own.count(kind), kind.toString());
        assertEquals(own.count(kind), fitting.count(kind), kind.toString());
      }
      assertArrayEquals(
          own.field("body_mass").values(), fitting.field("body_mass").values(), 1e-12);
      assertEquals(own.timestep(), fitting.timestep());
    }
  }

  @Test
  void otherTasksKeepTheirs() throws IOException {
    Path file = official();
    try (Model whole = Tasks.named("walker-walk").newModel(Optional.of(file))) {
      assertTrue(whole.find(Element.BODY, "ball").isPresent());
    }
  }

  @Test
  void whatIsNoModelIsRefusedWithItsLine() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.xml"), "<mujoco>\n<worldbody>\n</mujoco>");
    ModelException e = assertThrows(ModelException.class, () -> WALK.newModel(Optional.of(file)));
    assertTrue(e.getMessage().contains("bad.xml"), e.getMessage());
    assertTrue(e.getMessage().contains("Line number=2"), e.getMessage());
  }
}
