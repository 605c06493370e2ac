package dev.difftop.api.program;

import static dev.difftop.api.program.Cases.BATCH;
import static dev.difftop.api.program.Numbers.assertClose;
import static dev.difftop.api.program.Numbers.dot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Cases.Case;
import dev.difftop.api.program.Cases.Domain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Composite programs drawn at random: what holds for every operation holds for what it makes. */
class RandomProgramTest {
  private static final int TRIES = 150;
  private final Tensor x = Tensor.input("x", Shape.batched(3));
  private final Tensor u = Tensor.input("u", Shape.batched(2, 3));
  private final Tensor s = Tensor.input("s", Shape.batched());
  private final Tensor w = Tensor.input("w", Shape.of(3, 3));
  private final List<Tensor> inputs = List.of(x, u, s, w);

  /** A program of sample shape (); equal seeds build equal programs. */
  private Tensor build(long seed) {
    Random random = new Random(seed);
    List<Tensor> pool = new ArrayList<>(inputs);
    int operations = 3 + random.nextInt(8);
    for (int i = 0; i < operations; i++) {
      Tensor a = pool.get(random.nextInt(pool.size()));
      Tensor b = pool.get(random.nextInt(pool.size()));
      pool.add(step(random.nextInt(18), a, b, random));
    }
    Tensor cost = Tensor.constant(0);
    for (Tensor t : pool.subList(inputs.size(), pool.size())) {
      cost = cost.plus(t.sumPerSample().times(random.nextGaussian()));
    }
    return cost.plus(s).broadcastTo(Shape.batched());
  }

  private static Tensor step(int kind, Tensor a, Tensor b, Random random) {
    boolean rowA = Shaping.sample(a).length >= 1;
    boolean vectorA = Shaping.sample(a).length == 1;
    boolean matrixA = Shaping.sample(a).length == 2;
    boolean joins = rowA && Arrays.equals(Shaping.sample(a), Shaping.sample(b));
    return switch (kind) {
      case 0 -> a.tanh();
      case 1 -> a.sin().times(b.cos().sumPerSample());
      case 2 -> a.square().plus(1).sqrt();
      case 3 -> a.sigmoid().plus(b.sumPerSample().softplus());
      case 4 -> joins ? a.times(b.tanh()) : a.cos();
      case 5 -> rowA ? a.softmax(-1) : a.atan();
      case 6 -> rowA ? a.logSumExp(-1) : a.times(0.3).exp();
      case 7 -> matrixA ? a.tanh().matmul(a, false, true).times(0.3) : a.mish();
      case 8 -> rowA ? a.slice(-1, random.nextInt(last(a)), 1) : a.square().log1p();
      case 9 -> joins ? Tensor.concat(-1, a, b).sum(-1) : a.negate();
      case 10 -> matrixA ? a.swapLastAxes() : a.square().plus(0.5).reciprocal();
      case 11 -> a.dividedBy(b.sumPerSample().square().plus(1));
      case 12 -> rowA ? a.gather(Tensor.constant(new double[] {0, 0, 1})) : a.sin();
      case 13 -> rowA && last(a) == 3 ? a.tanh().simNorm(3) : a.sigmoid();
      case 14 -> vectorA ? gram(a).solve(a) : a.cos();
      case 15 -> vectorA ? gram(a).solvePositive(a.sin()) : a.sin();
      case 16 -> matrixA ? scanned(a, b) : a.atan();
      default -> rowA ? a.minus(a.mean(-1).expandDims(-1)) : a.tanh().power(2);
    };
  }

  private static Tensor gram(Tensor a) {
    Tensor column = a.tanh().expandDims(-1);
    return column.matmul(column, false, true).plus(Tensor.identity(last(a)));
  }

  /** Rows one after the other, with what a whole other tensor adds to each. */
  private static Tensor scanned(Tensor a, Tensor b) {
    Tensor start = a.get(-2, 0);
    Scan.Result scan =
        Scan.over(
            Shaping.sample(a)[0],
            List.of(start),
            List.of(a),
            (carry, row) -> {
              Tensor next = carry.get(0).sin().plus(row.get(0)).plus(b.tanh().sumPerSample());
              return new Scan.Step(List.of(next.tanh()), List.of(next.cos()));
            });
    return scan.outputs().get(0).plus(scan.carry().get(0));
  }

  private static int last(Tensor t) {
    int[] dims = Shaping.sample(t);
    return dims[dims.length - 1];
  }

  private DerivativeTest.Derived derived(long seed) {
    Domain domain = r -> 0.7 * r.nextGaussian();
    List<Domain> domains = inputs.stream().map(t -> domain).toList();
    return new DerivativeTest.Derived(
        new Case("random " + seed, inputs, domains, build(seed)), seed);
  }

  @Property(tries = TRIES, seed = "1")
  void firstDerivativesAgreeWithDifferences(@ForAll long seed) {
    DerivativeTest.Derived d = derived(seed);
    assertClose(d.alongDirection(d.y), d.run(d.dy), 1e-7, "jvp");
  }

  @Property(tries = TRIES, seed = "2")
  void secondDerivativesAgreeWithDifferences(@ForAll long seed) {
    DerivativeTest.Derived d = derived(seed);
    List<Tensor> second = Transforms.jvp(d.pulled, d.x, d.dx);
    for (int i = 0; i < d.x.size(); i++) {
      assertClose(d.alongDirection(d.pulled.get(i)), d.run(second.get(i)), 1e-7, "second " + i);
    }
  }

  @Property(tries = TRIES, seed = "3")
  void reverseIsTheTransposeOfForward(@ForAll long seed) {
    DerivativeTest.Derived d = derived(seed);
    double forward = dot(d.value(d.bar), d.run(d.dy));
    double reverse = 0;
    for (int i = 0; i < d.x.size(); i++) {
      reverse += dot(d.run(d.pulled.get(i)), d.value(d.dx.get(i)));
    }
    assertClose(new double[] {forward}, new double[] {reverse}, 1e-12, "<v, J u>");
  }

  @Property(tries = TRIES, seed = "4")
  void theHessianIsSymmetricHoweverItIsMade(@ForAll long seed) {
    DerivativeTest.Derived d = derived(seed);
    Tensor full = Transforms.hessian(d.y, x);
    double[] h = d.run(full);
    double[] transposed = d.run(full.swapLastAxes());
    assertClose(h, transposed, 1e-11, "symmetry");
    Tensor direction = x.sin();
    double[] product = d.run(Transforms.hessianVector(d.y, x, direction));
    assertClose(d.run(full.timesVector(direction)), product, 1e-12, "H d");
  }

  @Property(tries = TRIES, seed = "5")
  void anExtraAxisIsALoop(@ForAll long seed) {
    DerivativeTest.Derived d = derived(seed);
    List<Tensor> outputs = List.of(d.y, d.pulled.get(3), d.dy);
    Tensor many = Tensor.input("many", Shape.batched(2, 3));
    Tensor weights = Tensor.input("weights", Shape.of(2, 3, 3));
    List<Tensor> mapped = Transforms.vmap(outputs, List.of(x, w), List.of(many, weights), 2);
    Random random = new Random(seed);
    double[] xs = random.doubles(BATCH * 6L, -1, 1).toArray();
    double[] ws = random.doubles(18, -1, 1).toArray();
    double[][] found = run(d, mapped, many, weights, xs, ws);
    for (int copy = 0; copy < 2; copy++) {
      double[] own = Numbers.copy(xs, many.shape(), BATCH, 2, copy);
      double[] weight = Numbers.copy(ws, weights.shape(), BATCH, 2, copy);
      double[][] expected = run(d, outputs, x, w, own, weight);
      for (int k = 0; k < expected.length; k++) {
        double[] entry = Numbers.copy(found[k], mapped.get(k).shape(), BATCH, 2, copy);
        assertClose(expected[k], entry, 1e-12, "output " + k + " of copy " + copy);
      }
    }
  }

  private static double[][] run(
      DerivativeTest.Derived d,
      List<Tensor> outputs,
      Tensor x,
      Tensor w,
      double[] xs,
      double[] ws) {
    List<Tensor> inputs = new ArrayList<>(d.inputs);
    List<double[]> values = new ArrayList<>(d.values);
    inputs.set(0, x);
    values.set(0, xs);
    inputs.set(3, w);
    values.set(3, ws);
    return Numbers.run(outputs, inputs, values, BATCH);
  }

  @Property(tries = TRIES, seed = "6")
  void equalProgramsAreOne(@ForAll long seed) {
    Tensor first = build(seed);
    Tensor second = build(seed);
    Program both = Program.of(inputs, Map.of("a", first, "b", second));
    assertSame(both.outputs().get(0), both.outputs().get(1));
    Program one = Program.of(inputs, Map.of("a", first));
    assertEquals(one.nodes().size(), both.nodes().size());
  }
}
