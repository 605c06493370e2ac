package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.Doc;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.TimeStep;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of environments: a point on a line passes, with a fault it does not. */
class EnvironmentContractTest {
  enum Fault {
    NONE,
    OWN_RANDOMNESS,
    SHARED_ARRAY,
    NO_CLAMP,
    TAKES_NAN,
    TAKES_ANY_LENGTH,
    STEPS_WITHOUT_RESET,
    NO_END,
    USABLE_WHEN_CLOSED,
    OTHER_SHAPE,
    FORGETS_VELOCITY
  }

  record Settings(@Doc("what is wrong") Fault fault) {}

  static final class Line implements Environment, Environment.Simulator {
    private static final int LENGTH = 20;
    private final Fault fault;
    private final Array shared = Array.zeros(DType.FLOAT64, Shape.of(2));
    private final double[] state = new double[2];
    private int step = LENGTH;
    private boolean closed;

    @Inject
    Line(Settings settings) {
      this.fault = settings.fault();
    }

    @Override
    public EnvironmentSpec spec() {
      Shape shape = Shape.of(fault == Fault.OTHER_SHAPE ? 3 : 2);
      return new EnvironmentSpec(
          "line",
          Map.of("state", new EnvironmentSpec.Observable(shape, DType.FLOAT64)),
          1,
          0.1,
          LENGTH,
          1);
    }

    private void requireOpen() {
      if (closed && fault != Fault.USABLE_WHEN_CLOSED) {
        throw new IllegalStateException("the line is closed");
      }
    }

    @Override
    public TimeStep reset(RandomStream random) {
      requireOpen();
      state[0] = fault == Fault.OWN_RANDOMNESS ? System.nanoTime() % 1e6 : random.nextDouble();
      state[1] = 0;
      step = 0;
      return new TimeStep(observe(), 0, TimeStep.End.NONE, "");
    }

    @Override
    public TimeStep step(double[] action) {
      requireOpen();
      if (step >= LENGTH && fault != Fault.STEPS_WITHOUT_RESET && fault != Fault.NO_END) {
        throw new IllegalStateException("reset first");
      }
      if (action.length != 1 && fault != Fault.TAKES_ANY_LENGTH) {
        throw new IllegalArgumentException("action has length " + action.length + ", expected 1");
      }
      double u = action.length == 0 ? 0 : action[0];
      if (Double.isNaN(u) && fault != Fault.TAKES_NAN) {
        throw new IllegalArgumentException("action[0] is NaN");
      }
      u = fault == Fault.NO_CLAMP ? u : Math.max(-1, Math.min(1, u));
      state[1] += 0.1 * u;
      state[0] += 0.1 * state[1];
      step++;
      boolean last = step == LENGTH && fault != Fault.NO_END;
      return new TimeStep(
          observe(), -state[0], last ? TimeStep.End.TRUNCATED : TimeStep.End.NONE, "");
    }

    @Override
    public int simulatorStateSize() {
      return 2;
    }

    @Override
    public double[] simulatorState() {
      return state.clone();
    }

    @Override
    public void setSimulatorState(double[] values) {
      if (values.length != 2) {
        throw new IllegalArgumentException("state of length " + values.length + ", expected 2");
      }
      state[0] = values[0];
      state[1] = fault == Fault.FORGETS_VELOCITY ? 0 : values[1];
    }

    @Override
    public Map<String, Array> observe() {
      Array out = fault == Fault.SHARED_ARRAY ? shared : Array.zeros(DType.FLOAT64, Shape.of(2));
      out.write(0, state, 0, 2);
      return Map.of("state", out);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Offers {@link Line}. */
  public static final class LineProvider implements EnvironmentProvider<Settings> {
    @Override
    public String name() {
      return "line";
    }

    @Override
    public String summary() {
      return "a point on a line";
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public Class<? extends Environment> implementation() {
      return Line.class;
    }
  }

  private static EnvironmentContract<Settings> contract(Fault fault) {
    return new EnvironmentContract<>() {
      @Override
      protected EnvironmentProvider<Settings> provider() {
        return new LineProvider();
      }

      @Override
      protected Settings config() {
        return new Settings(fault);
      }
    };
  }

  @Test
  void aGoodEnvironmentPasses() {
    assertEquals(Set.of(), Failing.of(contract(Fault.NONE)));
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(Fault.OWN_RANDOMNESS, "theSameStreamGivesTheSameEpisode"),
        Arguments.of(Fault.SHARED_ARRAY, "observationsBelongToTheReceiver"),
        Arguments.of(Fault.NO_CLAMP, "actionsOutsideTheBoxAreClampedAndLeftAlone"),
        Arguments.of(Fault.TAKES_NAN, "wrongActionsAreRefusedAndChangeNothing"),
        Arguments.of(Fault.TAKES_ANY_LENGTH, "wrongActionsAreRefusedAndChangeNothing"),
        Arguments.of(Fault.STEPS_WITHOUT_RESET, "steppingBeforeTheFirstResetIsRefused"),
        Arguments.of(Fault.NO_END, "anEpisodeEndsAndTheNextOneStarts"),
        Arguments.of(Fault.USABLE_WHEN_CLOSED, "aClosedEnvironmentIsNotUsed"),
        Arguments.of(Fault.OTHER_SHAPE, "observesWhatItsSpecSays"),
        Arguments.of(Fault.FORGETS_VELOCITY, "theStateOfASimulatorCanBeReadAndSet"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsFound(Fault fault, String test) {
    Set<String> failing = Failing.of(contract(fault));
    assertTrue(failing.contains(test), fault + " fails " + failing);
  }
}
