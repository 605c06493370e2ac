package dev.difftop.learning.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.run.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActionErrorTest {
  private static final RandomStream RANDOM = RandomStream.root(1);

  /** An observation {@code o} of float32 and actions, by episode and row. */
  private record Rows(double[][] observed, double[][][] actions) implements Dataset {
    @Override
    public List<Episode> episodes() {
      List<Episode> out = new ArrayList<>();
      for (int e = 0; e < actions.length; e++) {
        out.add(new Episode("demo_" + e, actions[e].length));
      }
      return out;
    }

    @Override
    public Map<String, Field> fields() {
      int size = actions.length == 0 || actions[0].length == 0 ? 2 : actions[0][0].length;
      return Map.of(
          "obs/o",
          new Field(Shape.of(1), DType.FLOAT32),
          "actions",
          new Field(Shape.of(size), DType.FLOAT32));
    }

    @Override
    public Map<String, String> attributes() {
      return Map.of();
    }

    @Override
    public Array read(int episode, String field, int from, int count) {
      int size = fields().get(field).shape().size();
      Array out = Array.zeros(DType.FLOAT32, Shape.of(count, size));
      for (int i = 0; i < out.size(); i++) {
        int row = from + i / size;
        out.set(
            i, field.equals("actions") ? actions[episode][row][i % size] : observed[episode][row]);
      }
      return out;
    }

    @Override
    public void close() {}
  }

  /** Does (o, what was drawn at the beginning of the episode); observes float64. */
  private record Echo(boolean draws) implements Policy {
    @Override
    public PolicySignature signature() {
      return new PolicySignature(Map.of("o", new Observable(Shape.of(1), DType.FLOAT64)), 2);
    }

    @Override
    public Actor actor() {
      return new Actor() {
        private double drawn;

        @Override
        public void reset(RandomStream random) {
          drawn = draws ? random.nextDouble() : 0;
        }

        @Override
        public double[] act(Map<String, Array> observation) {
          signature().check(observation);
          return new double[] {observation.get("o").get(0), drawn};
        }
      };
    }

    @Override
    public PolicyState state() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static ActionError of(Rows rows, int episodes) {
    return ActionError.of(new Echo(false), rows, episodes, RANDOM, StopSignal.NEVER);
  }

  private static final Rows TWO =
      new Rows(new double[][] {{1, 2}, {-1}}, new double[][][] {{{0, 0.5}, {4, 0.5}}, {{-1, -1}}});

  /** Errors (1, .5), (2, .5), (0, 1), by hand. */
  @Test
  void errorsAreMeansOverRowsByComponent() {
    ActionError error = of(TWO, 9);
    assertEquals(2, error.episodes());
    assertEquals(3, error.rows());
    assertArrayEquals(new double[] {1, 2 / 3.0}, error.mean(), 1e-12);
    assertArrayEquals(
        new double[] {Math.sqrt(5 / 3.0), Math.sqrt(0.5)}, error.rootMeanSquare(), 1e-12);
    assertArrayEquals(new double[] {2, 2 / 3.0}, error.ofMeanAction(), 1e-12);
    assertEquals(5 / 6.0, error.total(), 1e-12);
    assertEquals(2, of(TWO, 1).rows());
  }

  /** Each episode draws from its own child of the stream. */
  @Test
  void theStreamDecidesWhatThePolicyDraws() {
    Echo policy = new Echo(true);
    double[] first = ActionError.of(policy, TWO, 9, RANDOM, StopSignal.NEVER).mean();
    double[] again = ActionError.of(policy, TWO, 9, RANDOM, StopSignal.NEVER).mean();
    double[] other = ActionError.of(policy, TWO, 9, RandomStream.root(2), StopSignal.NEVER).mean();
    assertArrayEquals(first, again);
    assertTrue(first[1] != other[1]);
    double one = RANDOM.child(0).nextDouble();
    double two = RANDOM.child(1).nextDouble();
    assertEquals((2 * Math.abs(one - 0.5) + Math.abs(two + 1)) / 3, first[1], 1e-12);
  }

  @Test
  void dataWithoutStepsAndOfOtherShapesAreRefused() {
    for (Rows empty :
        List.of(
            new Rows(new double[0][], new double[0][][]),
            new Rows(new double[1][0], new double[1][0][]))) {
      assertRefused(empty, "no demonstrated action");
    }
    assertRefused(
        new Rows(new double[][] {{1}}, new double[][][] {{{1, 2, 3}}}), "actions have size 3");
  }

  private static void assertRefused(Rows rows, String part) {
    String message = assertThrows(DataException.class, () -> of(rows, 9)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void anActionThatIsNotFiniteIsNamed() {
    Rows broken = new Rows(new double[][] {{0, Double.NaN}}, new double[][][] {{{0, 0}, {0, 0}}});
    String message = assertThrows(IllegalStateException.class, () -> of(broken, 9)).getMessage();
    assertTrue(message.contains("NaN in row 1 of episode demo_0"), message);
  }
}
