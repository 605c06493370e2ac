package dev.difftop.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Shape;
import dev.difftop.api.Solution;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GradientAuditTest {
  private final Interpreter engine = new Interpreter();
  private final RandomStream random = RandomStream.root(5);
  private final ProblemSpec spec =
      new ProblemSpec(new TinyParts.TinyDynamics(), new TinyParts.TinyCost(), 3, 0.9, 0.2);

  private Problem problem() {
    Parameters parameters =
        new Parameters(engine, DType.FLOAT64, spec.parameters(), random.child("parameters"));
    Array x0 = Array.zeros(DType.FLOAT64, Shape.of(2, spec.stateSize()));
    for (int i = 0; i < x0.size(); i++) {
      x0.set(i, Math.sin(1 + i));
    }
    Shape box = Shape.of(3, spec.actionSize());
    Array low = Array.zeros(DType.FLOAT64, box);
    Array high = Array.zeros(DType.FLOAT64, box);
    low.fill(-1);
    high.fill(1);
    return new Problem(spec, DType.FLOAT64, x0, low, high, Map.of(), parameters.arrays());
  }

  private static double[] weights(Problem problem) {
    double[] weights = new double[problem.zeroGuess().size()];
    Arrays.setAll(weights, i -> Math.cos(i));
    return weights;
  }

  private Adjoint exact() {
    return new ImplicitAdjoint(engine, Curvature.EXACT, BadSamples.KEEP);
  }

  /** An adjoint that is wrong: parameters doubled, signs of the state changed. */
  private Adjoint wrong() {
    Adjoint exact = exact();
    return new Adjoint() {
      @Override
      public Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents) {
        Gradients g = exact.pullBack(problem, solution, cotangents);
        g.parameters()
            .values()
            .forEach(
                array -> {
                  for (int i = 0; i < array.size(); i++) {
                    array.set(i, 2 * array.get(i));
                  }
                });
        for (int i = 0; i < g.initialState().size(); i++) {
          g.initialState().set(i, -g.initialState().get(i));
        }
        return g;
      }

      @Override
      public void close() {
        exact.close();
      }
    };
  }

  @Test
  void tellsARightAdjointFromAWrongOne() {
    Problem problem = problem();
    Map<String, double[]> before = new LinkedHashMap<>();
    problem.parameters().forEach((name, array) -> before.put(name, array.toDoubles()));
    try (Adjoint right = exact();
        Adjoint wrong = wrong()) {
      Map<String, Adjoint> adjoints = new LinkedHashMap<>();
      adjoints.put("right", right);
      adjoints.put("wrong", wrong);
      GradientAudit audit =
          new GradientAudit(problem, new TinyParts.NewtonSolver(), weights(problem), 4, 1e-5);
      List<GradientAudit.Row> rows = audit.compare(adjoints, random.child("entries"));
      assertEquals(2 * (problem.parameters().size() + 1), rows.size());
      for (GradientAudit.Row row : rows) {
        assertEquals(row.adjoint().equals("right"), row.isGood(1e-3), row.toString());
        assertTrue(row.entries() >= 1 && row.entries() <= 4, row.toString());
        if (row.adjoint().equals("wrong") && !row.block().equals(GradientAudit.STATE)) {
          assertEquals(2, row.ratio(), 1e-3, row.toString());
        }
      }
    }
    problem
        .parameters()
        .forEach(
            (name, array) ->
                assertTrue(Arrays.equals(before.get(name), array.toDoubles()), name + " changed"));
  }

  @Test
  void refusesSettingsThatCompareNothing() {
    Problem problem = problem();
    double[] weights = weights(problem);
    TinyParts.NewtonSolver solver = new TinyParts.NewtonSolver();
    assertThrows(
        IllegalArgumentException.class, () -> new GradientAudit(problem, solver, weights, 0, 1e-5));
    assertThrows(
        IllegalArgumentException.class, () -> new GradientAudit(problem, solver, weights, 1, 0));
    assertFalse(new GradientAudit.Row("a", "b", 1, Double.NaN, 1).isGood(0.1));
  }
}
