package dev.difftop.learning.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Chosen;
import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Parts;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.model.PlanningAssembly.Choices;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PlanningAssemblyTest {
  /** A choice that makes its own part. */
  private record Fixed<T>(String name, Supplier<T> maker) implements Chosen<T> {}

  private static final Parts PARTS =
      new Parts() {
        @Override
        public <T> T make(Chosen<T> choice) {
          return ((Fixed<T>) choice).maker().get();
        }
      };

  private static PlanningAssembly.Planning assemble(
      Supplier<Encoder> encoder, int actions, Map<String, Shape> given) {
    Choices choices =
        new Choices(
            Optional.of(new Fixed<>("tiny", encoder)),
            new Fixed<Dynamics>("drift", TinyParts.TinyDynamics::new),
            new Fixed<Cost>("pull", TinyParts.TinyCost::new),
            4,
            0.9,
            0.1);
    Shapes observed = new Shapes(Map.of("o", Shape.of(2)), actions, 0);
    return new PlanningAssembly(PARTS, choices, observed, given).assemble(RandomStream.root(1));
  }

  @Test
  void partsThatFitAreMadeOnce() {
    PlanningAssembly.Planning planning = assemble(TinyParts.TinyEncoder::new, 1, Map.of());
    assertEquals(TinyParts.STATE, planning.spec().stateSize());
    assertEquals(4, planning.spec().horizon());
  }

  @Test
  void sizesThatDoNotFitAreToldWithBothParts() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> assemble(TinyParts.TinyEncoder::new, 2, Map.of()))
            .getMessage();
    assertTrue(message.contains("actions of shape (2), dynamics drift takes (1)"), message);
  }

  @Test
  void anEncoderWhoseContextNobodyWouldPassOnIsRefused() {
    Encoder withContext =
        new Encoder() {
          @Override
          public int stateSize() {
            return TinyParts.STATE;
          }

          @Override
          public Tensor encode(Reading at) {
            Tensor weights = Tensor.constant(new double[] {1, 0, 0, 1, 1, 1}, 3, 2);
            return at.observation("o").linear(weights, Tensor.constant(new double[3], 3));
          }

          @Override
          public Map<String, Tensor> context(Reading at) {
            return Map.of("goal", at.observation("o"));
          }
        };
    String message =
        assertThrows(IllegalArgumentException.class, () -> assemble(() -> withContext, 1, Map.of()))
            .getMessage();
    assertTrue(message.contains("encoder tiny makes the context leaves [goal]"), message);
  }
}
