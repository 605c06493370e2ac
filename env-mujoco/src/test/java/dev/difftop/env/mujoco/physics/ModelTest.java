package dev.difftop.env.mujoco.physics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTest {
  static final String BALL =
      """
      <mujoco>
        <worldbody>
          <geom name="floor" type="plane" size="1 1 1"/>
          <body name="ball" pos="0 0 1">
            <freejoint/>
            <geom size="0.1"/>
          </body>
        </worldbody>
      </mujoco>
      """;

  @TempDir Path folder;

  @Test
  void readsAFileAndAText() throws IOException {
    Path file = Files.writeString(folder.resolve("ball.xml"), BALL);
    try (Model fromFile = Model.load(file);
        Model fromText = Model.parse("ball.xml", BALL)) {
      assertEquals(file.toString(), fromFile.origin());
      for (Model model : List.of(fromFile, fromText)) {
        assertEquals(7, model.nq());
        assertEquals(6, model.nv());
        assertEquals(0, model.nu());
        assertEquals(0.002, model.timestep());
        assertEquals(List.of("world", "ball"), model.names(Element.BODY));
        assertEquals(List.of("floor"), model.names(Element.GEOM));
        assertEquals(2, model.count(Element.GEOM));
        assertEquals(Optional.empty(), model.name(Element.GEOM, 1));
        assertEquals(1, model.index(Element.BODY, "ball"));
        assertArrayEquals(new double[] {0, 0, -9.81}, model.option("gravity"));
        assertEquals(1, model.field("body_pos").at(1, 2));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "not closed,      <mujoco>|<worldbody>|</mujoco>,                             Line number=2",
    "unknown element, <mujoco>|<worldbody>|<ball/>|</worldbody>|</mujoco>,        line 3",
    "bad number,      <mujoco>|<worldbody>|<geom size='x'/></worldbody></mujoco>, line 3",
    "negative size,   <mujoco>|<worldbody><geom size='-1'/></worldbody></mujoco>, size",
    "no mass,         <mujoco><worldbody><body><freejoint/></body></worldbody></mujoco>, mass",
    "not XML,         hello,                                                      XML"
  })
  void anErrorInTheModelNamesFileAndPlace(String what, String lines, String place) {
    String xml = lines.replace('|', '\n');
    ModelException e = assertThrows(ModelException.class, () -> Model.parse("broken.xml", xml));
    assertTrue(e.getMessage().startsWith("broken.xml: "), e.getMessage());
    assertTrue(e.getMessage().contains(place), what + ": " + e.getMessage());
    assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("nowhere.xml");
    ModelException e = assertThrows(ModelException.class, () -> Model.load(file));
    assertTrue(e.getMessage().contains("nowhere.xml: no such file"), e.getMessage());
  }

  @Test
  void aMissingMeshIsNamed() {
    String xml = "<mujoco><asset><mesh name=\"m\" file=\"nothing.stl\"/></asset></mujoco>";
    ModelException e = assertThrows(ModelException.class, () -> Model.parse("mesh.xml", xml));
    assertTrue(e.getMessage().contains("nothing.stl"), e.getMessage());
  }

  @Test
  void anUnknownNameListsWhatThereIs() {
    try (Model model = Model.parse("ball.xml", BALL)) {
      ModelException e = assertThrows(ModelException.class, () -> model.index(Element.BODY, "bal"));
      assertEquals(
          "ball.xml: no body named \"bal\", did you mean \"ball\"?; found [\"world\", \"ball\"]",
          e.getMessage());
      ModelException far =
          assertThrows(ModelException.class, () -> model.index(Element.BODY, "elephant"));
      assertEquals(
          "ball.xml: no body named \"elephant\"; found [\"world\", \"ball\"]", far.getMessage());
      assertThrows(IllegalArgumentException.class, () -> model.field("body_colour"));
      assertThrows(IllegalArgumentException.class, () -> model.option("levity"));
      assertThrows(IllegalArgumentException.class, () -> model.size("nobody"));
    }
  }

  @Test
  void useAfterCloseIsRefusedAndClosingTwiceIsNot() {
    Model model = Model.parse("ball.xml", BALL);
    model.close();
    model.close();
    assertThrows(IllegalStateException.class, model::nq);
    assertThrows(IllegalStateException.class, () -> new Simulation(model));
  }

  @Test
  void severalThreadsMayCompileAtOnce() {
    List<Integer> sizes =
        IntStream.range(0, 64)
            .parallel()
            .mapToObj(
                i -> {
                  try (Model model = Model.parse("ball.xml", BALL)) {
                    return model.nq();
                  }
                })
            .toList();
    assertTrue(sizes.stream().allMatch(nq -> nq == 7));
  }
}
