package embedding;

import dev.difftop.api.*;
import dev.difftop.api.array.*;
import dev.difftop.api.config.Settings;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.*;
import dev.difftop.solver.ilqr.IlqrConfig;
import java.util.Map;

/** Solves a problem written here, and differentiates the first action with respect to its goal. */
public final class SolveAndDifferentiate {
  /** A point mass: position and velocity, pushed by the action for 0.1 s. */
  static final class PointMass implements Dynamics {
    @Override
    public int stateSize() {
      return 2;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      Tensor position = at.x().slice(1, 0, 1);
      Tensor velocity = at.x().slice(1, 1, 1);
      return Tensor.concat(1, position.plus(velocity.times(0.1)), velocity.plus(at.u().times(0.1)));
    }
  }

  /** Squared distance to a goal that is a parameter, so that derivatives reach it. */
  static final class Goal implements Cost {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("goal", Shape.of(2), new Initializer.Constant(0));
    }

    @Override
    public Tensor stage(Stage at) {
      return at.x()
          .minus(at.parameter("goal"))
          .square()
          .sum(1)
          .plus(at.u().square().sum(1).times(0.1));
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(at.x().minus(at.parameter("goal")).square().sum(1).times(10));
    }
  }

  private SolveAndDifferentiate() {}

  /** The first action and its derivative with respect to the two components of the goal. */
  static double[] firstActionAndGradient(double goal) {
    PartFactory factory = PartFactory.discover();
    ProblemSpec spec = new ProblemSpec(new PointMass(), new Goal(), 20, 1, 0);
    Array low = Array.zeros(DType.FLOAT64, Shape.of(20, 1));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(20, 1));
    low.fill(-3);
    high.fill(3);
    Problem problem =
        new Problem(
            spec,
            DType.FLOAT64,
            Array.of(new double[] {0, 0}, 1, 2),
            low,
            high,
            Map.of(),
            Map.of("cost/goal", Array.of(new double[] {goal, 0}, 2)));
    IlqrConfig config = Settings.of(IlqrConfig.class).with(IlqrConfig::tolerance, 1e-10).get();
    Collaborators collaborators = Collaborators.of(RandomStream.root(0));
    try (Solver solver = factory.make(factory.choose(Solver.class, config), collaborators);
        Adjoint adjoint = new ImplicitAdjoint(factory.engine(), Curvature.EXACT, BadSamples.FAIL)) {
      Solution solution = solver.solve(problem);
      double[] cotangent = new double[20];
      cotangent[0] = 1;
      Array gradient =
          adjoint
              .pullBack(problem, solution, Cotangents.ofActions(cotangent))
              .parameters()
              .get("cost/goal");
      return new double[] {solution.actions().get(0), gradient.get(0), gradient.get(1)};
    }
  }

  /** Prints both. */
  public static void main(String[] arguments) {
    double[] found = firstActionAndGradient(1);
    System.out.printf(
        "first action %.6f, derivative in the goal (%.6f, %.6f)%n", found[0], found[1], found[2]);
  }
}
