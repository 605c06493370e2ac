package dev.difftop.learner.modelbased.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.config.Settings;
import dev.difftop.learner.modelbased.PolicyGradientSettings;
import dev.difftop.learner.modelbased.TinyHeads;
import dev.difftop.learner.modelbased.TinySetup;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.PlanningModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gradient through the plan against differences of problems that are solved again. */
final class PolicyGradientTest {
  private static final double WEIGHT = 0.7;
  private static final double STEP = 1e-5;

  @TempDir private Path folder;
  private TinySetup setup;
  private ModelUpdate update;
  private Map<String, Array> gradients;
  private boolean lastActionFree;

  @BeforeEach
  void newSetup() {
    setup = new TinySetup(folder);
    newUpdate();
  }

  private void newUpdate() {
    PlanningModel model = setup.context().newPlanningModel(DType.FLOAT64);
    update = new ModelUpdate(model, setup.config().model(), 10, 1, RandomStream.root(4));
    RandomStream random = RandomStream.root(9);
    // Fresh critics are zero at the end; these have something to say.
    update
        .parameters()
        .arrays()
        .forEach(
            (name, values) -> {
              RandomStream own = random.child(name);
              for (int i = 0; i < values.size(); i++) {
                values.set(i, values.get(i) + 0.3 * own.nextGaussian());
              }
            });
    Array o = update.observations("o");
    for (int i = 0; i < o.size(); i++) {
      o.set(i, random.nextGaussian());
    }
    gradients = new LinkedHashMap<>();
    update
        .parameters()
        .arrays()
        .forEach((name, a) -> gradients.put(name, Array.zeros(DType.FLOAT64, a.shape())));
  }

  private PolicyGradientSettings settings(double clip) {
    return Settings.of(TinySetup.gradient(WEIGHT))
        .with(PolicyGradientSettings::gradientClip, clip)
        .get();
  }

  private PlanGradient.Report add(double clip, int horizon) {
    try (PolicyGradient gradient =
        new PolicyGradient(update, settings(clip), horizon, lastActionFree, setup.context())) {
      return gradient.addTo(new GradientArrays(gradients), clip, RandomStream.root(1));
    }
  }

  @Test
  void agreesWithDifferencesOfSolvedProblems() {
    for (int horizon = 1; horizon <= TinySetup.HORIZON; horizon++) {
      gradients.values().forEach(g -> g.fill(0));
      PlanGradient.Report report = add(0, horizon);
      assertEquals(1, report.converged());
      assertEquals(0, report.masked());
      double squares = 0;
      for (String name : update.parameters().arrays().keySet()) {
        Array found = gradients.get(name);
        for (int i = 0; i < found.size(); i++) {
          double expected = isFrozen(name) ? 0 : difference(name, i, horizon);
          assertEquals(expected, found.get(i), 1e-7, name + " " + i);
          squares += expected * expected;
        }
      }
      assertEquals(Math.sqrt(squares), report.norm(), 1e-6);
      assertTrue(report.norm() > 1e-3, "a gradient to speak of: " + report.norm());
    }
  }

  private static boolean isFrozen(String name) {
    return name.equals("cost/policy") || name.startsWith("observation-critics/");
  }

  private double difference(String name, int i, int horizon) {
    Array values = update.parameters().arrays().get(name);
    double before = values.get(i);
    double[] loss = new double[2];
    for (int side = 0; side < 2; side++) {
      values.set(i, before + (side == 0 ? STEP : -STEP));
      Map<String, Array> unused = gradients;
      gradients = new LinkedHashMap<>();
      unused.forEach((n, a) -> gradients.put(n, Array.zeros(DType.FLOAT64, a.shape())));
      loss[side] = add(0, horizon).loss();
      gradients = unused;
    }
    values.set(i, before);
    return WEIGHT / TinySetup.HORIZON * (loss[0] - loss[1]) / (2 * STEP);
  }

  /** Plans that decide on their last action too. */
  @Test
  void agreesWithDifferencesWhereTheLastActionIsFree() {
    lastActionFree = true;
    agreesWithDifferencesOfSolvedProblems();
  }

  /** Plans whose rewards count by the probability that the episode has not ended. */
  @Test
  void agreesWithDifferencesWhereEpisodesEnd() {
    setup.dynamics = TinyHeads.EndingDynamics::new;
    newUpdate();
    agreesWithDifferencesOfSolvedProblems();
    lastActionFree = true;
    agreesWithDifferencesOfSolvedProblems();
  }

  /** Pairs of an ensemble are drawn anew for every plan. */
  @Test
  void agreesWithDifferencesOfAnEnsemble() {
    setup.cost = TinyHeads.ThreeCritics::new;
    newUpdate();
    agreesWithDifferencesOfSolvedProblems();
  }

  @Test
  void isClippedByItself() {
    PlanGradient.Report report = add(1e-4, 1);
    double squares = 0;
    for (Array g : gradients.values()) {
      for (int i = 0; i < g.size(); i++) {
        squares += g.get(i) * g.get(i);
      }
    }
    assertTrue(report.norm() > 1e-4);
    assertEquals(1e-4, Math.sqrt(squares), 1e-10);
  }

  /** What is not finite is not added. */
  @Test
  void aGradientThatIsNotFiniteIsLeftOut() {
    update.parameters().arrays().get("cost/reward").set(0, Double.NaN);
    add(1, 1);
    gradients
        .values()
        .forEach(
            g -> {
              for (int i = 0; i < g.size(); i++) {
                assertFalse(Double.isNaN(g.get(i)));
              }
            });
  }
}
