package dev.difftop.learning.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Declarations;
import dev.difftop.api.Encoder;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.model.EncodedStates;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.TinyParts;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    return new Problem(spec, DType.FLOAT64, x0, bound(-1), bound(1), Map.of(), parameters.arrays());
  }

  private Array bound(double value) {
    Array out = Array.zeros(DType.FLOAT64, Shape.of(3, spec.actionSize()));
    out.fill(value);
    return out;
  }

  private PlanningModel model(Encoder encoder) {
    return new PlanningModel(
        engine, DType.FLOAT64, encoder, spec, Map.of("o", Shape.of(2)), random.child("model"));
  }

  private static GradientAudit.Subject subject(Problem problem) {
    return subject(problem, null);
  }

  private static GradientAudit.Subject subject(Problem problem, EncodedStates states) {
    double[] weights = new double[problem.zeroGuess().size()];
    Arrays.setAll(weights, i -> Math.cos(i));
    Solution solution = new TinyParts.NewtonSolver().solve(problem);
    return new GradientAudit.Subject(problem, solution, weights, Optional.ofNullable(states));
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
          new GradientAudit(subject(problem), new TinyParts.NewtonSolver(), 4, 1e-5);
      List<GradientAudit.Row> rows = audit.compare(adjoints, random.child("entries")).rows();
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

  /** Through the solve and on into the encoder; differences encode and solve again. */
  @Test
  void reachesTheParametersOfTheEncoder() {
    PlanningModel model = model(new TinyParts.TinyEncoder());
    Array o = Array.of(new double[] {0.5, -0.3, 0.2, 0.9}, 2, 2);
    try (EncodedStates states = new EncodedStates(model, Map.of("o", o), 2);
        Adjoint right = exact();
        Adjoint wrong = wrong()) {
      Problem problem = model.problem(states.states(), bound(-1), bound(1));
      Map<String, Adjoint> adjoints = new LinkedHashMap<>();
      adjoints.put("right", right);
      adjoints.put("wrong", wrong);
      GradientAudit.Report report =
          new GradientAudit(subject(problem, states), new TinyParts.NewtonSolver(), 6, 1e-5)
              .compare(adjoints, random.child("entries"));
      assertEquals(0, report.leftOutCount());
      Set<String> ofEncoder = new HashSet<>();
      for (GradientAudit.Row row : report.rows()) {
        assertEquals(row.adjoint().equals("right"), row.isGood(1e-4), row.toString());
        if (row.block().startsWith("encoder/")) {
          ofEncoder.add(row.block());
          // The wrong adjoint turns the state's derivative around.
          assertEquals(row.adjoint().equals("right") ? 1 : -1, row.cosine(), 1e-4, row.toString());
        }
      }
      assertEquals(Set.of("encoder/w", "encoder/b"), ofEncoder);
      assertArrayEquals(states.states().toDoubles(), problem.initialState().toDoubles(), 0.0);
    }
  }

  @Test
  void anEncoderWithoutParametersHasNoBlocks() {
    PlanningModel model = model(new Padding());
    Array o = Array.of(new double[] {0.5, -0.3}, 1, 2);
    try (EncodedStates states = new EncodedStates(model, Map.of("o", o), 1);
        Adjoint right = exact()) {
      Problem problem = model.problem(states.states(), bound(-1), bound(1));
      GradientAudit.Report report =
          new GradientAudit(subject(problem, states), new TinyParts.NewtonSolver(), 2, 1e-5)
              .compare(Map.of("right", right), random.child("entries"));
      assertEquals(problem.parameters().size() + 1, report.rows().size());
    }
  }

  /** A sample that is nowhere is left out; the others are compared as if it were not there. */
  @Test
  void leavesOutSamplesThatDoNotComeToRest() {
    Problem problem = problem();
    Array x0 = problem.initialState().as(DType.FLOAT64);
    x0.set(4, Double.NaN);
    Problem spoiled =
        new Problem(
            spec, DType.FLOAT64, x0, problem.low(), problem.high(), Map.of(), problem.parameters());
    try (Adjoint right = exact()) {
      GradientAudit.Report report =
          new GradientAudit(subject(spoiled), new TinyParts.NewtonSolver(), 4, 1e-5)
              .compare(Map.of("right", right), random.child("entries"));
      assertArrayEquals(new boolean[] {false, true}, report.leftOut());
      for (GradientAudit.Row row : report.rows()) {
        assertTrue(row.isGood(1e-4), row.toString());
        assertTrue(row.entries() > 0, row.toString());
      }
    }
  }

  /** Solves that never come to rest: nothing is compared, and nothing passes. */
  @Test
  void comparesNothingWhereSolvesDoNotComeToRest() {
    Problem problem = problem();
    TinyParts.NewtonSolver newton = new TinyParts.NewtonSolver();
    int[] solves = {0};
    Solver tired =
        (p, guess, deadline) -> {
          Solution found = newton.solve(p, guess, deadline);
          if (solves[0]++ == 0) {
            return found;
          }
          Status[] status = found.status().clone();
          Arrays.fill(status, Status.ITERATION_LIMIT);
          return found.toBuilder().status(status).build();
        };
    try (Adjoint right = exact()) {
      GradientAudit.Report report =
          new GradientAudit(subject(problem), tired, 4, 1e-5)
              .compare(Map.of("right", right), random.child("entries"));
      assertEquals(0, report.leftOutCount());
      for (GradientAudit.Row row : report.rows()) {
        assertEquals(0, row.entries());
        assertTrue(row.unsolved() > 0);
        assertFalse(row.isGood(1e6), row.toString());
      }
    }
  }

  /** An adjoint that is silent where differences are not has no direction. */
  @Test
  void silenceIsNoAgreement() {
    Problem problem = problem();
    Adjoint silent =
        new Adjoint() {
          private final Adjoint exact = exact();

          @Override
          public Gradients pullBack(Problem p, Solution solution, Cotangents cotangents) {
            double[] none = new double[cotangents.actions().length];
            return exact.pullBack(p, solution, Cotangents.ofActions(none));
          }

          @Override
          public void close() {
            exact.close();
          }
        };
    try (silent) {
      for (GradientAudit.Row row :
          new GradientAudit(subject(problem), new TinyParts.NewtonSolver(), 4, 1e-5)
              .compare(Map.of("silent", silent), random.child("entries"))
              .rows()) {
        assertEquals(0, row.cosine(), row.toString());
        assertEquals(0, row.ratio(), row.toString());
      }
    }
  }

  @Test
  void refusesSettingsThatCompareNothing() {
    GradientAudit.Subject subject = subject(problem());
    TinyParts.NewtonSolver solver = new TinyParts.NewtonSolver();
    assertThrows(IllegalArgumentException.class, () -> new GradientAudit(subject, solver, 0, 1e-5));
    for (double step : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(
          IllegalArgumentException.class, () -> new GradientAudit(subject, solver, 1, step));
    }
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new GradientAudit.Subject(
                    subject.problem(), subject.solution(), new double[2], Optional.empty()));
    assertTrue(error.getMessage().contains("found 2"), error::getMessage);
    assertFalse(new GradientAudit.Row("a", "b", 1, 0, Double.NaN, 1).isGood(0.1));
  }

  /** Two observations as the first two numbers of a state of three. */
  private static final class Padding implements Encoder {
    @Override
    public void declare(Declarations declare) {}

    @Override
    public int stateSize() {
      return TinyParts.STATE;
    }

    @Override
    public Tensor encode(Reading at) {
      Tensor o = at.observation("o");
      return Tensor.concat(1, o, o.sum(1).expandDims(1));
    }
  }
}
