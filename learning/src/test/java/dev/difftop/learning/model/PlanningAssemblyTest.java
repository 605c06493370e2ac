package dev.difftop.learning.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Chosen;
import dev.difftop.api.Cost;
import dev.difftop.api.Deadline;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Parts;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.model.PlanningAssembly.Choices;
import dev.difftop.learning.model.TinyParts.TinyCost;
import dev.difftop.learning.model.TinyParts.TinyDynamics;
import dev.difftop.learning.model.TinyParts.TinyEncoder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
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
      Supplier<Encoder> encoder,
      Supplier<Dynamics> dynamics,
      Supplier<Cost> cost,
      int actions,
      Map<String, Shape> given) {
    Choices choices =
        new Choices(
            Optional.of(new Fixed<>("tiny", encoder)),
            new Fixed<>("drift", dynamics),
            new Fixed<>("pull", cost),
            4,
            0.9,
            0.1);
    Shapes observed = new Shapes(Map.of("o", Shape.of(2)), actions, 0);
    return new PlanningAssembly(PARTS, choices, observed, given).assemble(RandomStream.root(1));
  }

  private static PlanningAssembly.Planning assemble(Supplier<Encoder> encoder, int actions) {
    return assemble(encoder, TinyDynamics::new, TinyCost::new, actions, Map.of());
  }

  private static String refusal(
      Supplier<Encoder> encoder,
      Supplier<Dynamics> dynamics,
      Supplier<Cost> cost,
      Map<String, Shape> given) {
    return assertThrows(
            IllegalArgumentException.class, () -> assemble(encoder, dynamics, cost, 1, given))
        .getMessage();
  }

  /** Dynamics of this state size, whose program makes this tensor. */
  private static Dynamics dynamics(int stateSize, UnaryOperator<Tensor> next) {
    return new Dynamics() {
      @Override
      public int stateSize() {
        return stateSize;
      }

      @Override
      public int actionSize() {
        return 1;
      }

      @Override
      public Tensor next(Stage at) {
        return next.apply(at.x());
      }
    };
  }

  /** A cost that reads a goal of three entries. */
  private static final class GoalCost implements Cost {
    @Override
    public void declare(Declarations declare) {
      declare.context("goal", Shape.of(TinyParts.STATE));
    }

    @Override
    public Tensor stage(Stage at) {
      return at.x().minus(at.context("goal")).square().sum(1);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.none();
    }
  }

  @Test
  void aStateOfAnotherSizeIsReportedWithBothParts() {
    assertEquals(
        "encoder tiny gives a state of shape (3), dynamics drift takes (7)",
        refusal(TinyEncoder::new, () -> dynamics(7, x -> x), TinyCost::new, Map.of()));
  }

  @Test
  void aProgramOfAnotherShapeIsReportedWithItsPart() {
    Encoder narrow =
        new Encoder() {
          @Override
          public int stateSize() {
            return TinyParts.STATE;
          }

          @Override
          public Tensor encode(Reading at) {
            return at.observation("o");
          }
        };
    assertEquals(
        "encoder tiny: its state has shape (B, 2), expected (B, 3)",
        refusal(() -> narrow, TinyDynamics::new, TinyCost::new, Map.of()));
    String message =
        refusal(
            TinyEncoder::new,
            () -> dynamics(TinyParts.STATE, x -> x.slice(1, 0, 1)),
            TinyCost::new,
            Map.of());
    assertTrue(message.startsWith("dynamics drift: "), message);
    assertTrue(message.contains("(B, 1)") && message.contains("(B, 3)"), message);
  }

  @Test
  void aContextLeafMustBeGivenInItsShape() {
    String missing = refusal(TinyEncoder::new, TinyDynamics::new, GoalCost::new, Map.of());
    assertTrue(
        missing.contains("cost pull reads the context leaf goal of shape (3), which nothing makes"),
        missing);
    String other =
        refusal(TinyEncoder::new, TinyDynamics::new, GoalCost::new, Map.of("goal", Shape.of(2)));
    assertTrue(other.contains("the context leaf goal has shape (2)"), other);
    assertEquals(
        Map.of("goal", Shape.of(3)),
        assemble(
                TinyEncoder::new,
                TinyDynamics::new,
                GoalCost::new,
                1,
                Map.of("goal", Shape.of(TinyParts.STATE)))
            .spec()
            .context());
  }

  @Test
  void theSolverIsAskedWhetherItCan() {
    boolean[] closed = new boolean[1];
    Solver refusing =
        new Solver() {
          @Override
          public Optional<String> refusal(ProblemSpec problem) {
            return Optional.of("a horizon of " + problem.horizon() + " is too long");
          }

          @Override
          public Solution solve(Problem problem, Array guess, Deadline deadline) {
            throw new AssertionError("refused problems are not solved");
          }

          @Override
          public void close() {
            closed[0] = true;
          }
        };
    ProblemSpec spec = assemble(TinyEncoder::new, 1).spec();
    assertEquals(
        "solver short cannot solve this: a horizon of 4 is too long",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    PlanningAssembly.solver(
                        PARTS, new Fixed<>("short", () -> refusing), spec, RandomStream.root(1)))
            .getMessage());
    assertTrue(closed[0], "a solver that is refused is closed");
  }

  @Test
  void partsThatFitAreMadeOnce() {
    PlanningAssembly.Planning planning = assemble(TinyEncoder::new, 1);
    assertEquals(TinyParts.STATE, planning.spec().stateSize());
    assertEquals(4, planning.spec().horizon());
  }

  @Test
  void sizesThatDoNotFitAreReportedWithBothParts() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> assemble(TinyEncoder::new, 2))
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
        assertThrows(IllegalArgumentException.class, () -> assemble(() -> withContext, 1))
            .getMessage();
    assertTrue(message.contains("encoder tiny makes the context leaves [goal]"), message);
  }
}
