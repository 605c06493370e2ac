package dev.difftop.testkit;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.ForwardingCost;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Random problems that are hard for a solver. All numbers of a problem are context leaves, so that
 * a few specs serve for any number of problems and one batch mixes all kinds of trouble.
 */
final class HardProblems {
  /** What hurts about a sample. */
  enum Trouble {
    /** Nothing: convex, well scaled. */
    NONE(true),
    /** A weight is not a number. */
    NAN(false),
    /** A weight is infinite. */
    INFINITE(false),
    /** Half of all rows and columns are zero. */
    ZERO_ROWS(false),
    /** Two rows are equal. */
    DUPLICATE_ROWS(false),
    /** One direction only, of size 1e-8. */
    TINY_RANK_ONE(false),
    /** One direction only, of size 1e8. */
    HUGE_RANK_ONE(false),
    /** Curvature of both signs; with residuals, residuals that bend. */
    INDEFINITE(false),
    /** No cost at all. */
    FLAT(true),
    /** Some bounds touch. */
    TOUCHING_BOUNDS(true),
    /** All bounds touch. */
    FIXED(true),
    /** The guess lies in a corner of the box. */
    CORNER(true),
    /** Curvatures from 1e-6 to 1e6. */
    CURVATURE_RATIO(false),
    /** Curvature of both signs and no box. */
    UNBOUNDED(false);

    private final boolean solvable;

    Trouble(boolean solvable) {
      this.solvable = solvable;
    }

    /** Whether every solver that converges must converge on it. */
    boolean isSolvable() {
      return solvable;
    }
  }

  /**
   * A batch with its guess.
   *
   * @param troubles of each sample
   * @param scale largest weight of each sample, squared where the cost squares it
   */
  record Batch(Problem problem, Array guess, Trouble[] troubles, double[] scale) {
    /** The same computed in another format. */
    Batch in(DType dtype) {
      return new Batch(Problems.in(problem, dtype), guess, troubles, scale);
    }

    /** One sample as a batch of one. */
    Batch alone(int b) {
      return new Batch(
          Alone.of(problem, b),
          Alone.row(guess, b),
          new Trouble[] {troubles[b]},
          new double[] {scale[b]});
    }

    /** This batch with the values of one slot in place of its own. */
    Batch withSlot(int b, Batch from) {
      problem.context().forEach((name, leaf) -> copyRow(from.problem.context().get(name), leaf, b));
      copyRow(from.problem.initialState(), problem.initialState(), b);
      copyRow(from.problem.low(), problem.low(), b);
      copyRow(from.problem.high(), problem.high(), b);
      copyRow(from.guess, guess, b);
      troubles[b] = from.troubles[b];
      scale[b] = from.scale[b];
      return this;
    }

    private static void copyRow(Array from, Array to, int b) {
      int length = from.size() / from.shape().dim(0);
      double[] row = new double[length];
      from.read(b * length, row, 0, length);
      to.write(b * length, row, 0, length);
    }
  }

  /** Sizes nx, nu, H: one step, one action, more actions than states. */
  private static final int[][] SIZES = {{2, 1, 1}, {3, 2, 4}, {1, 1, 6}, {2, 3, 2}};

  private static final int RESIDUALS = 3;

  private HardProblems() {}

  /** The forms of problems: for each of some sizes a general cost and one with residuals. */
  static List<ProblemSpec> specs() {
    return java.util.Arrays.stream(SIZES)
        .flatMap(s -> java.util.stream.Stream.of(spec(s, false), spec(s, true)))
        .toList();
  }

  /** The same forms with limits on states and on sums of actions. */
  static List<ProblemSpec> limitedSpecs() {
    return specs().stream()
        .map(s -> new ProblemSpec(s.dynamics(), new Limited(s.cost()), s.horizon(), s.discount()))
        .toList();
  }

  private static ProblemSpec spec(int[] s, boolean residuals) {
    Cost cost = residuals ? new Rows(s[0], s[1]) : new General(s[0], s[1]);
    return new ProblemSpec(new Wave(s[0], s[1]), cost, s[2], 0.95);
  }

  /** A batch of a spec. */
  static Batch draw(ProblemSpec spec, int batch, RandomStream random) {
    Map<String, Array> context = new LinkedHashMap<>();
    spec.context()
        .forEach(
            (name, shape) ->
                context.put(
                    name,
                    Array.zeros(DType.FLOAT64, Shape.batched(shape.dims()).withBatch(batch))));
    Shape actions = Shape.of(batch, spec.horizon(), spec.actionSize());
    Problem problem =
        new Problem(
            spec,
            DType.FLOAT64,
            normal(random, Shape.of(batch, spec.stateSize())),
            Array.zeros(DType.FLOAT64, actions),
            Array.zeros(DType.FLOAT64, actions),
            context,
            Map.of());
    Batch drawn =
        new Batch(
            problem, Array.zeros(DType.FLOAT64, actions), new Trouble[batch], new double[batch]);
    Trouble[] all = Trouble.values();
    for (int b = 0; b < batch; b++) {
      Trouble trouble = all[random.nextInt(all.length)];
      drawn.troubles[b] = trouble;
      fillContext(drawn, b, random);
      fillBox(drawn, b, trouble, random);
    }
    return drawn;
  }

  private static void fillContext(Batch drawn, int b, RandomStream random) {
    Map<String, Array> context = drawn.problem.context();
    boolean general = context.containsKey("hessian");
    Trouble trouble = drawn.troubles[b];
    if (context.containsKey("limit")) {
      context.get("limit").set(b, 0.2 + Math.abs(random.nextGaussian()));
    }
    fill(context.get("transition"), b, 0.5, random);
    fill(context.get("control"), b, 1, random);
    fill(context.get("wave"), b, trouble.isSolvable() ? 0 : 0.3, random);
    if (general) {
      drawn.scale[b] = fillHessian(context.get("hessian"), b, trouble, random);
      fill(
          context.get("slope"),
          b,
          trouble == Trouble.FLAT ? 0 : Math.min(drawn.scale[b], 1),
          random);
    } else {
      drawn.scale[b] = fillRows(context.get("rows"), b, trouble, random);
      fill(context.get("target"), b, trouble == Trouble.FLAT ? 0 : 1, random);
      fill(context.get("bend"), b, trouble == Trouble.INDEFINITE ? 1 : 0, random);
    }
  }

  private static void fill(Array leaf, int b, double scale, RandomStream random) {
    int length = leaf.size() / leaf.shape().dim(0);
    for (int i = 0; i < length; i++) {
      leaf.set(b * length + i, scale * random.nextGaussian());
    }
  }

  /** A symmetric matrix with the trouble in it; returns its scale. */
  private static double fillHessian(Array leaf, int b, Trouble trouble, RandomStream random) {
    int n = leaf.shape().dim(1);
    double[][] basis = new double[n][n];
    double[] size = new double[n];
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < n; i++) {
        basis[k][i] = random.nextGaussian() / Math.sqrt(n);
      }
      size[k] = eigenvalue(trouble, k, random);
    }
    if (trouble == Trouble.DUPLICATE_ROWS) {
      basis[n - 1] = basis[0];
    }
    double scale = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double sum = trouble.isSolvable() && trouble != Trouble.FLAT && i == j ? 0.3 : 0;
        for (int k = 0; k < n; k++) {
          sum += size[k] * basis[k][i] * basis[k][j];
        }
        boolean zero = trouble == Trouble.ZERO_ROWS && (i % 2 == 1 || j % 2 == 1);
        leaf.set((b * n + i) * n + j, zero ? 0 : sum);
        scale = Math.max(scale, Math.abs(sum));
      }
    }
    spoil(leaf, b * n * n + random.nextInt(n * n), trouble);
    return scale;
  }

  private static double eigenvalue(Trouble trouble, int k, RandomStream random) {
    return switch (trouble) {
      case TINY_RANK_ONE -> k == 0 ? 1e-8 : 0;
      case HUGE_RANK_ONE -> k == 0 ? 1e8 : 0;
      case INDEFINITE, UNBOUNDED -> random.nextGaussian();
      case FLAT -> 0;
      case CURVATURE_RATIO -> Math.pow(10, 6 - 12 * random.nextDouble());
      default -> 1;
    };
  }

  private static double fillRows(Array leaf, int b, Trouble trouble, RandomStream random) {
    int rows = leaf.shape().dim(1);
    int n = leaf.shape().dim(2);
    double scale = 0;
    for (int r = 0; r < rows; r++) {
      double size = rowSize(trouble, r, random);
      for (int i = 0; i < n; i++) {
        int at = (b * rows + r) * n + i;
        boolean copied = trouble == Trouble.DUPLICATE_ROWS && r > 0;
        double value = copied ? leaf.get(at - n) : size * random.nextGaussian();
        leaf.set(at, trouble == Trouble.ZERO_ROWS && r % 2 == 0 ? 0 : value);
        scale = Math.max(scale, value * value);
      }
    }
    spoil(leaf, b * rows * n + random.nextInt(rows * n), trouble);
    return scale;
  }

  private static double rowSize(Trouble trouble, int row, RandomStream random) {
    return switch (trouble) {
      case TINY_RANK_ONE -> row == 0 ? 1e-8 : 0;
      case HUGE_RANK_ONE -> row == 0 ? 1e8 : 0;
      case FLAT -> 0;
      case CURVATURE_RATIO -> Math.pow(10, 3 - 6 * random.nextDouble());
      default -> 1;
    };
  }

  private static void spoil(Array leaf, int at, Trouble trouble) {
    if (trouble == Trouble.NAN) {
      leaf.set(at, Double.NaN);
    } else if (trouble == Trouble.INFINITE) {
      leaf.set(at, Double.POSITIVE_INFINITY);
    }
  }

  private static void fillBox(Batch drawn, int b, Trouble trouble, RandomStream random) {
    int n = drawn.guess.size() / drawn.troubles.length;
    for (int i = b * n; i < (b + 1) * n; i++) {
      double centre = 0.5 * random.nextGaussian();
      boolean touches =
          trouble == Trouble.FIXED || (trouble == Trouble.TOUCHING_BOUNDS && random.nextBoolean());
      boolean open = trouble == Trouble.UNBOUNDED;
      double half = touches ? 0 : 0.1 + 2 * random.nextDouble();
      double low = open ? Double.NEGATIVE_INFINITY : centre - half;
      double high = open ? Double.POSITIVE_INFINITY : centre + half;
      drawn.problem.low().set(i, low);
      drawn.problem.high().set(i, high);
      double inside = centre + half * (2 * random.nextDouble() - 1);
      drawn.guess.set(i, trouble == Trouble.CORNER ? (random.nextBoolean() ? low : high) : inside);
    }
  }

  private static Array normal(RandomStream random, Shape shape) {
    Array out = Array.zeros(DType.FLOAT64, shape);
    for (int i = 0; i < out.size(); i++) {
      out.set(i, random.nextGaussian());
    }
    return out;
  }

  /** {@code x' = A x + B u + a sin(x)}. */
  private record Wave(int nx, int nu) implements Dynamics {
    @Override
    public void declare(Declarations declare) {
      declare.context("transition", Shape.of(nx, nx));
      declare.context("control", Shape.of(nx, nu));
      declare.context("wave", Shape.of(nx));
    }

    @Override
    public int stateSize() {
      return nx;
    }

    @Override
    public int actionSize() {
      return nu;
    }

    @Override
    public Tensor next(Stage at) {
      Tensor linear =
          at.context("transition")
              .timesVector(at.x())
              .plus(at.context("control").timesVector(at.u()));
      return linear.plus(at.context("wave").times(at.x().sin()));
    }
  }

  /** {@code 1/2 w'Hw + g'w} with {@code w = [x; u]}; at the end with the part of x. */
  private record General(int nx, int nu) implements Cost {
    @Override
    public void declare(Declarations declare) {
      declare.context("hessian", Shape.of(nx + nu, nx + nu));
      declare.context("slope", Shape.of(nx + nu));
    }

    @Override
    public Tensor stage(Stage at) {
      return of(at, Tensor.concat(1, at.x(), at.u()));
    }

    @Override
    public Terminal terminal(Point at) {
      Tensor none = at.x().slice(1, 0, 1).times(0).broadcastTo(Shape.batched(1));
      Tensor[] parts = new Tensor[nu + 1];
      java.util.Arrays.fill(parts, none);
      parts[0] = at.x();
      return Terminal.of(of(at, Tensor.concat(1, parts)));
    }

    private static Tensor of(Point at, Tensor w) {
      Tensor bent = at.context("hessian").timesVector(w).times(w).sum(1).times(0.5);
      return bent.plus(at.context("slope").times(w).sum(1));
    }
  }

  /** Another cost where no sum of actions, nor the first component at the end, exceeds a number. */
  private static final class Limited extends ForwardingCost implements ConstrainedCost {
    Limited(Cost cost) {
      super(cost);
    }

    @Override
    public void declare(Declarations declare) {
      super.declare(declare);
      declare.context("limit", Shape.of(1));
    }

    @Override
    public double penalty() {
      return 100;
    }

    @Override
    public Tensor inequalities(Stage at) {
      return at.u().sum(1).expandDims(1).minus(at.context("limit"));
    }

    @Override
    public Tensor terminalInequalities(Point at) {
      return at.x().slice(1, 0, 1).minus(at.context("limit"));
    }
  }

  /** Residuals {@code W w - y + c (W w)²}. */
  private record Rows(int nx, int nu) implements ResidualCost {
    @Override
    public void declare(Declarations declare) {
      declare.context("rows", Shape.of(RESIDUALS, nx + nu));
      declare.context("target", Shape.of(RESIDUALS));
      declare.context("bend", Shape.of(RESIDUALS));
    }

    @Override
    public Tensor stageResidual(Stage at) {
      Tensor product = at.context("rows").timesVector(Tensor.concat(1, at.x(), at.u()));
      Tensor bent = at.context("bend").times(product.square());
      return product.minus(at.context("target")).plus(bent);
    }
  }
}
