package dev.difftop.learner.imitation;

import dev.difftop.api.Deadline;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Stage;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Objective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small parts of a policy, so that the library of learning is tested without any plugin. */
public final class TinyParts {
  public static final int STATE = 3;

  private TinyParts() {}

  /** One layer with tanh. */
  public static final class TinyEncoder implements Encoder {
    private final String observation;

    public TinyEncoder() {
      this("o");
    }

    public TinyEncoder(String observation) {
      this.observation = observation;
    }

    @Override
    public void declare(Declarations declare) {
      declare.parameter("w", Shape.of(STATE, 2), new Initializer.Orthogonal(0.8));
      declare.parameter("b", Shape.of(STATE), new Initializer.Constant(0.1));
    }

    @Override
    public int stateSize() {
      return STATE;
    }

    @Override
    public Tensor encode(Reading at) {
      return at.observation(observation).linear(at.parameter("w"), at.parameter("b")).tanh();
    }
  }

  /** One layer with tanh, added to the state. */
  public static final class TinyDynamics implements Dynamics {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("w", Shape.of(STATE, STATE + 1), new Initializer.Orthogonal(0.5));
      declare.parameter("b", Shape.of(STATE), new Initializer.Constant(0));
    }

    @Override
    public int stateSize() {
      return STATE;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      Tensor w = Tensor.concat(1, at.x(), at.u());
      return at.x().plus(w.linear(at.parameter("w"), at.parameter("b")).tanh());
    }
  }

  /** Residuals that are linear in a learned way. */
  public static final class TinyCost implements ResidualCost {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("w", Shape.of(2, STATE + 1), new Initializer.Orthogonal(1));
    }

    @Override
    public Tensor stageResidual(Stage at) {
      Tensor w = Tensor.concat(1, at.x(), at.u());
      return w.linear(at.parameter("w"), Tensor.constant(new double[] {0.1, -0.2}));
    }

    @Override
    public Tensor terminalResidual(Point at) {
      return at.x().times(0.5);
    }
  }

  /** Residuals that a code moves, and that see a chunk of actions. */
  public static final class TinyCodedCost implements ResidualCost {
    private final int code;
    private final int action;

    public TinyCodedCost(int code, int action) {
      this.code = code;
      this.action = action;
    }

    @Override
    public void declare(Declarations declare) {
      declare.context("code", Shape.of(code));
      declare.parameter("w", Shape.of(3, STATE + action + code), new Initializer.Orthogonal(1));
    }

    @Override
    public Tensor stageResidual(Stage at) {
      Tensor w = Tensor.concat(1, at.x(), at.u(), at.context("code"));
      return w.linear(at.parameter("w"), Tensor.constant(new double[] {0.1, -0.2, 0}));
    }

    @Override
    public Tensor terminalResidual(Point at) {
      return at.x().times(0.5);
    }
  }

  /** One layer with tanh, added to the state, moved by a code. */
  public static final class TinyCodedDynamics implements Dynamics {
    private final int code;
    private final int action;

    public TinyCodedDynamics(int code, int action) {
      this.code = code;
      this.action = action;
    }

    @Override
    public void declare(Declarations declare) {
      declare.context("code", Shape.of(code));
      declare.parameter(
          "w", Shape.of(STATE, STATE + action + code), new Initializer.Orthogonal(0.5));
      declare.parameter("b", Shape.of(STATE), new Initializer.Constant(0));
    }

    @Override
    public int stateSize() {
      return STATE;
    }

    @Override
    public int actionSize() {
      return action;
    }

    @Override
    public Tensor next(Stage at) {
      Tensor w = Tensor.concat(1, at.x(), at.u(), at.context("code"));
      return at.x().plus(w.linear(at.parameter("w"), at.parameter("b")).tanh());
    }
  }

  /** Newton steps on the box QP, to 1e-12: exact enough for differences of solves. */
  public static final class NewtonSolver implements Solver {
    private final int iterations;

    public NewtonSolver() {
      this(30);
    }

    /** One that stops after so many iterations, wherever it is. */
    public NewtonSolver(int iterations) {
      this.iterations = iterations;
    }

    @Override
    public Solution solve(Problem problem, Array guess, Deadline deadline) {
      Objective objective = new Objective(problem.spec());
      int batch = problem.batch();
      int n = objective.size();
      double[] low = Boxes.low(problem);
      double[] high = Boxes.high(problem);
      double[] u = Guesses.inside(problem, guess, low, high);
      double[] stationarity = new double[batch];
      BoxQp qp = new BoxQp(n);
      try (CompiledProblem plan =
              new CompiledProblem(
                  new Interpreter(),
                  problem.spec(),
                  objective.expansion(Curvature.EXACT),
                  batch,
                  problem.dtype());
          CompiledProblem rollout =
              new CompiledProblem(
                  new Interpreter(), problem.spec(), objective.rollout(), batch, problem.dtype())) {
        plan.load(problem);
        for (int iteration = 0; iteration < iterations; iteration++) {
          plan.set(Objective.ACTIONS, u);
          plan.run();
          double[] gradient = plan.get("gradient");
          double[] hessian = plan.get("hessian");
          for (int b = 0; b < batch; b++) {
            stationarity[b] = Boxes.stationarity(u, gradient, low, high, b * n, n);
            step(qp, b, n, u, gradient, hessian, low, high);
          }
        }
        rollout.load(problem);
        rollout.set(Objective.ACTIONS, u);
        rollout.run();
        Status[] status = new Status[batch];
        for (int b = 0; b < batch; b++) {
          status[b] = stationarity[b] < 1e-9 ? Status.CONVERGED : Status.ITERATION_LIMIT;
        }
        return Solution.of(problem)
            .actions(u)
            .states(rollout.get("states"))
            .cost(rollout.get("cost"))
            .status(status)
            .iterations(new int[batch])
            .stationarity(stationarity)
            .build();
      }
    }

    private static void step(
        BoxQp qp,
        int b,
        int n,
        double[] u,
        double[] gradient,
        double[] hessian,
        double[] low,
        double[] high) {
      int from = b * n;
      double[] h = Arrays.copyOfRange(hessian, from * n, (from + n) * n);
      double[] g = Arrays.copyOfRange(gradient, from, from + n);
      double[] down = new double[n];
      double[] up = new double[n];
      for (int i = 0; i < n; i++) {
        down[i] = low[from + i] - u[from + i];
        up[i] = high[from + i] - u[from + i];
      }
      if (qp.solve(h, g, down, up)) {
        for (int i = 0; i < n; i++) {
          u[from + i] += qp.solution()[i];
        }
      }
    }
  }

  /** Four short episodes of two observations and one action. */
  public static final class TinyData implements Dataset {
    private final int length;

    public TinyData(int length) {
      this.length = length;
    }

    @Override
    public List<Episode> episodes() {
      List<Episode> out = new ArrayList<>();
      for (int e = 0; e < 4; e++) {
        out.add(new Episode("demo_" + e, length + e));
      }
      return out;
    }

    @Override
    public Map<String, Field> fields() {
      Map<String, Field> out = new LinkedHashMap<>();
      out.put("actions", new Field(Shape.of(1), DType.FLOAT32));
      out.put("rewards", new Field(Shape.scalar(), DType.FLOAT32));
      out.put("obs/o", new Field(Shape.of(2), DType.FLOAT32));
      return out;
    }

    @Override
    public Map<String, String> attributes() {
      return Map.of();
    }

    @Override
    public Array read(int episode, String field, int from, int count) {
      int n = fields().get(field).shape().size();
      RandomStream random = RandomStream.root(episode).child(field);
      float[] all = new float[(length + episode) * n];
      for (int i = 0; i < all.length; i++) {
        all[i] = (float) (2 * random.nextDouble() - 1);
      }
      float[] rows = Arrays.copyOfRange(all, from * n, (from + count) * n);
      return field.equals("rewards") ? Array.of(rows, count) : Array.of(rows, count, n);
    }

    @Override
    public void close() {}
  }
}
