package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.Doc;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of costs lets a good one pass and finds what is wrong with others. */
class CostContractTest {
  enum Fault {
    NONE,
    STOPPED_SLOPE,
    UNDECLARED,
    UNUSED,
    MIXED_SAMPLES,
    NOT_FINITE,
    WRONG_SHAPE,
    OTHER_RESIDUALS
  }

  record Settings(@Doc("what is wrong") Fault fault) {}

  record Undocumented(Fault fault) {}

  static final class Faulty implements ResidualCost {
    private final Fault fault;

    @Inject
    Faulty(Settings settings) {
      this.fault = settings.fault();
    }

    @Override
    public void declare(Declarations declare) {
      declare.parameter("w", Shape.of(2), new Initializer.Constant(1));
      if (fault == Fault.UNUSED) {
        declare.context("goal", Shape.of(2));
      }
    }

    @Override
    public Tensor stageResidual(Stage at) {
      Tensor x = at.x().times(at.parameter("w"));
      Tensor r =
          switch (fault) {
            case STOPPED_SLOPE -> x.minus(x.sin().stopGradient());
            case UNDECLARED -> x.minus(at.parameter("goal"));
            case MIXED_SAMPLES -> x.minus(x.mean(0));
            case NOT_FINITE -> x.log();
            case WRONG_SHAPE -> x.expandDims(1);
            default -> x;
          };
      return Tensor.concat(-1, r, fault == Fault.WRONG_SHAPE ? r : at.u());
    }

    @Override
    public Tensor stage(Stage at) {
      Tensor l = ResidualCost.super.stage(at);
      return fault == Fault.OTHER_RESIDUALS ? l.times(2) : l;
    }
  }

  /** Offers {@link Faulty}. */
  public static final class FaultyProvider implements CostProvider<Settings> {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public String summary() {
      return "a cost with a fault";
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public Class<? extends Cost> implementation() {
      return Faulty.class;
    }
  }

  private static CostContract<Settings> contract(Fault fault) {
    return new CostContract<>() {
      @Override
      protected CostProvider<Settings> provider() {
        return new FaultyProvider();
      }

      @Override
      protected Settings config() {
        return new Settings(fault);
      }
    };
  }

  @Test
  void aGoodCostPasses() {
    assertEquals(Set.of(), Failing.of(contract(Fault.NONE)));
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(Fault.STOPPED_SLOPE, "derivativesAgreeWithDifferences"),
        Arguments.of(Fault.UNDECLARED, "canBeTracedAtAFixedTime"),
        Arguments.of(Fault.UNUSED, "usesEveryLeafThatItDeclares"),
        Arguments.of(Fault.MIXED_SAMPLES, "treatsEverySampleAlone"),
        Arguments.of(Fault.NOT_FINITE, "isFiniteWithItsDerivativesWhereverItIsMeantToWork"),
        Arguments.of(Fault.WRONG_SHAPE, "canBeTracedAtAFixedTime"),
        Arguments.of(Fault.OTHER_RESIDUALS, "residualsAreThoseOfTheCost"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsFound(Fault fault, String test) {
    Set<String> failing = Failing.of(contract(fault));
    assertTrue(failing.contains(test), fault + " fails " + failing);
  }

  /** Offers a cost under a name, and with settings, that break the rules. */
  public static final class Careless implements CostProvider<Undocumented> {
    @Override
    public String name() {
      return "Careless_cost";
    }

    @Override
    public String summary() {
      return "";
    }

    @Override
    public Class<Undocumented> configType() {
      return Undocumented.class;
    }

    @Override
    public Class<? extends Cost> implementation() {
      return NotInjected.class;
    }
  }

  static final class NotInjected implements Cost {
    @Override
    public Tensor stage(Stage at) {
      return at.x().sum(1);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.none();
    }
  }

  @Test
  void aCarelessProviderIsFound() {
    CostContract<Undocumented> contract =
        new CostContract<>() {
          @Override
          protected CostProvider<Undocumented> provider() {
            return new Careless();
          }

          @Override
          protected Undocumented config() {
            return new Undocumented(Fault.NONE);
          }
        };
    Set<String> failing = Failing.of(contract);
    assertTrue(
        failing.containsAll(
            Set.of(
                "hasAKebabCaseNameAndASummaryOfOneLine",
                "everySettingIsDocumented",
                "theImplementationIsMadeByInjection")),
        failing.toString());
  }
}
