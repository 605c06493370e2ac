package dev.difftop.testkit;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Contract;
import dev.difftop.api.program.Conv2d;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scan;
import dev.difftop.api.program.Scatter;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.api.program.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Programs that together use every primitive, with operands batched and shared in every mix, small
 * and large. The operands' numbers keep away from kinks and poles.
 */
public final class Programs {
  private static final ToDoubleFunction<Random> ANY = Random::nextGaussian;
  private static final ToDoubleFunction<Random> POSITIVE = r -> 0.5 + r.nextDouble();
  private static final ToDoubleFunction<Random> AWAY =
      r -> (r.nextBoolean() ? 1 : -1) * (0.2 + r.nextDouble());
  private static final ToDoubleFunction<Random> INDEX = r -> r.nextInt(6) - 1;

  private record Operand(ToDoubleFunction<Random> domain, int... sample) {}

  private Programs() {}

  /** Values: every primitive in every mix of batched and shared operands. */
  public static Stream<TestProgram> all() {
    return Stream.of(
            elementwise(),
            reductions(),
            shapes(),
            products(),
            convolutions(),
            solves(),
            scans(),
            tables(),
            networks())
        .flatMap(s -> s);
  }

  /** For each of {@link #all}: directional derivatives, pull-backs, and second derivatives. */
  public static Stream<TestProgram> derivatives() {
    return all()
        .flatMap(p -> Stream.of(forward(p), reverse(p), forward(reverse(p)), reverse(forward(p))));
  }

  /** Large enough to fill every tile of an engine and to leave a rest. */
  public static Stream<TestProgram> large() {
    return Stream.of(
            mixes("large matmul", x -> x[0].matmul(x[1]), any(37, 130), any(130, 71)),
            mixes("large linear", x -> x[0].linear(x[1], x[2]), any(203), any(131, 203), any(131)),
            mixes("large chain", x -> x[0].times(x[1]).tanh().plus(2).log(), any(3001), any(3001)),
            mixes("large conv2d", x -> large(x[0], x[1]), any(3, 13, 11), any(5, 3, 4, 3)),
            reversed("pull-back of a large conv2d", any(3, 13, 11), any(5, 3, 4, 3)),
            mixes("large solve", x -> wide(x[0]).solve(x[1]), any(40, 40), any(40, 3)),
            mixes("large scan", x -> rollout(x[0], x[1], x[2]), any(67), any(3, 67), any(67, 67)),
            pulledScan(any(67), any(3, 67), any(67, 67)),
            mixes("large sum", x -> x[0].sin().sumPerSample(), any(57, 61)),
            mixes("large rows", x -> x[0].softmax(-1).sum(1), any(33, 129)),
            mixes("large transpose", x -> x[0].swapLastAxes().exp(), any(67, 45)))
        .flatMap(s -> s)
        .filter(p -> p.program().outputs().get(0).shape().isBatched());
  }

  private static Tensor large(Tensor x, Tensor w) {
    return Tensor.apply(new Conv2d(2, 2), x, w);
  }

  private static Tensor wide(Tensor x) {
    return x.plus(Tensor.identity(x.shape().dim(-1)).times(40));
  }

  private static Stream<TestProgram> reversed(String name, Operand... operands) {
    return mixes(name, x -> large(x[0], x[1]), operands).map(Programs::reverse);
  }

  /** Values and directional derivatives in all inputs. */
  public static TestProgram forward(TestProgram p) {
    return derived("jvp of " + p, p, p.program().jvp(names(p)));
  }

  /** Values and pull-backs to all inputs. */
  public static TestProgram reverse(TestProgram p) {
    return derived("vjp of " + p, p, p.program().vjp(names(p)));
  }

  private static String[] names(TestProgram p) {
    return IntStream.range(0, p.program().inputs().size())
        .mapToObj(p.program()::inputName)
        .toArray(String[]::new);
  }

  private static TestProgram derived(String name, TestProgram p, Program derivative) {
    List<ToDoubleFunction<Random>> domains = new ArrayList<>(p.domains());
    while (domains.size() < derivative.inputs().size()) {
      domains.add(ANY);
    }
    return new TestProgram(name, derivative, domains);
  }

  private static Stream<TestProgram> elementwise() {
    List<Stream<TestProgram>> all = new ArrayList<>();
    for (Unary f : Unary.values()) {
      boolean positive = f == Unary.LOG || f == Unary.SQRT || f == Unary.LOG1P;
      Operand operand = new Operand(positive ? POSITIVE : AWAY, 2, 3);
      all.add(mixes(f.name(), x -> Tensor.apply(f, x[0]), operand));
    }
    for (Binary f : Binary.values()) {
      boolean positive = f == Binary.POWER || f == Binary.DIVIDE;
      Operand operand = new Operand(positive ? POSITIVE : AWAY, 2, 3);
      all.add(mixes(f.name(), x -> binary(f, x[0], x[1]), operand, operand));
    }
    all.add(mixes("row and column", x -> x[0].times(x[1]), any(4, 1), any(3)));
    all.add(mixes("scalars", x -> x[0].plus(x[1]).sin(), any(), any()));
    all.add(mixes("where", x -> x[0].step().where(x[1], x[2]), away(4), any(2, 4), any(4)));
    all.add(mixes("clamp", x -> x[0].clamp(-0.1, 0.15), away(6)));
    all.add(mixes("mish", x -> x[0].mish(), any(4)));
    all.add(mixes("power 3", x -> x[0].power(3), any(4)));
    all.add(mixes("stop", x -> x[0].times(x[0].sin().stopGradient()), any(4)));
    all.add(mixes("constant", x -> x[0].times(new double[] {1, -2, 3}).plus(0.5), any(2, 3)));
    all.add(mixes("batch size", x -> x[0].dividedBy(Tensor.batchSize()), any(2)));
    all.add(mixes("chain", x -> x[0].tanh().times(x[1]).plus(x[0]).sin().exp(), any(7), any(7)));
    return all.stream().flatMap(s -> s);
  }

  private static Tensor binary(Binary f, Tensor a, Tensor b) {
    boolean batched = a.shape().isBatched() || b.shape().isBatched();
    Shape common = batched ? Shape.batched(2, 3) : Shape.of(2, 3);
    return Tensor.apply(f, a.broadcastTo(common), b.broadcastTo(common));
  }

  private static Stream<TestProgram> reductions() {
    return Stream.of(
            mixes("sum, last axis", x -> x[0].sum(-1), any(2, 3)),
            mixes("sum, first axis", x -> x[0].sum(-2), any(2, 3)),
            mixes("sum, outer axes", x -> x[0].sum(-1, -3), any(2, 3, 2)),
            batched("batch sum", x -> x[0].sin().sum(0), any(2, 3)),
            batched("batch and axis sum", x -> x[0].sum(0, 2), any(2, 3)),
            batched("batch mean", x -> x[0].exp().mean(0, 1), any(3)),
            mixes("maximum", x -> x[0].maximum(-2), any(3, 2)),
            mixes("logSumExp", x -> x[0].logSumExp(-1), any(2, 3)),
            mixes("softmax", x -> x[0].softmax(-2), any(3, 2)),
            mixes("simNorm", x -> x[0].simNorm(3), any(2, 6)),
            mixes("maxPool", x -> x[0].maxPool(-2, x[1].step()), any(4, 2), away(4)))
        .flatMap(s -> s);
  }

  private static Stream<TestProgram> shapes() {
    return Stream.of(
            mixes("reshape", x -> x[0].sin().swapLastAxes().expandDims(-1).cos(), any(2, 3)),
            batched("transpose", x -> x[0].sin().transpose(0, 3, 1, 2), any(2, 3, 2)),
            mixes("swap", x -> x[0].swapLastAxes().times(2), any(2, 3, 2)),
            mixes("slice", x -> x[0].sin().slice(-1, 1, 2), any(2, 4)),
            mixes("slice of a middle axis", x -> x[0].sin().slice(-2, 1, 1), any(2, 3, 2)),
            mixes("concat", x -> Tensor.concat(-1, x[0], x[1].sin(), x[0]), any(2, 2), any(2, 3)),
            mixes("concat of rows", x -> Tensor.concat(-2, x[0].sin(), x[1]), any(1, 3), any(2, 3)),
            mixes("stack", x -> Tensor.stack(-1, x[0], x[1].sin()), any(3), any(3)),
            mixes("broadcast", x -> x[0].sin().broadcastTo(Shape.batched(4, 2, 3)), any(2, 1)),
            mixes("output that is an input", x -> x[0], any(3)))
        .flatMap(s -> s);
  }

  private static Stream<TestProgram> products() {
    List<Stream<TestProgram>> all = new ArrayList<>();
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        int[] a = ta ? new int[] {4, 2} : new int[] {2, 4};
        int[] b = tb ? new int[] {3, 4} : new int[] {4, 3};
        String name = "matmul " + (ta ? "T" : "N") + (tb ? "T" : "N");
        Function<Tensor[], Tensor> f = x -> x[0].matmul(x[1], ta, tb);
        all.add(mixes(name, f, any(a), any(b)));
        all.add(mixes(name + " along, single b", f, any(along(a)), any(b)));
        all.add(mixes(name + " along", f, any(along(a)), any(along(b))));
      }
    }
    Function<Tensor[], Tensor> contract = x -> Tensor.apply(new Contract(), x[0], x[1]);
    all.add(batched("contract", contract, any(2, 3), any(2, 4)));
    all.add(batched("contract along", contract, any(2, 2, 3), any(2, 2, 1)));
    all.add(mixes("timesVector", x -> x[0].timesVector(x[1]), any(2, 3), any(3)));
    all.add(mixes("linear", x -> x[0].linear(x[1], x[2]), any(3), any(2, 3), any(2)));
    return all.stream().flatMap(s -> s);
  }

  private static int[] along(int[] matrix) {
    return new int[] {2, matrix[0], matrix[1]};
  }

  private static Stream<TestProgram> convolutions() {
    Function<Tensor[], Tensor> plain = x -> Tensor.apply(new Conv2d(1, 0), x[0], x[1]);
    Function<Tensor[], Tensor> wide = x -> Tensor.apply(new Conv2d(2, 1), x[0], x[1]);
    return Stream.of(
            mixes("conv2d", plain, any(2, 4, 3), any(3, 2, 2, 3)),
            mixes("conv2d, stride and padding", wide, any(2, 5, 4), any(3, 2, 3, 2)),
            mixes("conv2d of a part", x -> plain.apply(cut(x)), any(3, 4, 3), any(3, 1, 2, 3)),
            mixes("conv2d along", wide, any(2, 1, 4, 4), any(2, 1, 3, 3)),
            mixes("conv2d along, own kernels", wide, any(2, 1, 3, 3), any(2, 2, 1, 2, 2)),
            mixes("convolution", x -> convolved(x), any(2, 5, 5), any(2, 2, 3, 3), any(2)))
        .flatMap(s -> s);
  }

  /** Images that do not lie side by side in memory. */
  private static Tensor[] cut(Tensor[] x) {
    Tensor image = x[0].sin().slice(-3, 1, 1);
    return new Tensor[] {image.swapLastAxes(), x[1].swapLastAxes()};
  }

  private static Tensor convolved(Tensor[] x) {
    return x[0].conv2d(x[1], x[2], 2, 1).relu().conv2d(x[1].sin(), x[2], 1, 1);
  }

  private static Stream<TestProgram> solves() {
    return Stream.of(
            mixes("solve", x -> regular(x[0]).solve(x[1]), any(3, 3), any(3, 2)),
            mixes("solve for a vector", x -> regular(x[0]).solve(x[1]), any(3, 3), any(3)),
            mixes("solve along", x -> regular(x[0]).solve(x[1]), any(2, 2, 2), any(2, 2, 1)),
            mixes("solve positive", x -> gram(x[0]).solvePositive(x[1]), any(3, 3), any(3, 2)))
        .flatMap(s -> s);
  }

  private static Tensor regular(Tensor x) {
    return x.plus(Tensor.identity(x.shape().dim(-1)).times(5));
  }

  private static Tensor gram(Tensor x) {
    return x.matmul(x, false, true).times(0.3).plus(Tensor.identity(x.shape().dim(-1)));
  }

  private static Stream<TestProgram> scans() {
    return Stream.of(
            mixes("scan", x -> rollout(x[0], x[1], x[2]), any(2), any(3, 2), any(2, 2)),
            mixes("scan of a part", x -> partScanned(x[0], x[1]), any(4), any(2, 3)),
            mixes("scan in a scan", x -> nested(x[0], x[1]), any(2), any(3, 2)),
            batched("scan over batch sums", x -> mixing(x[0], x[1]), any(2), any(3, 2)))
        .flatMap(s -> s);
  }

  /** States, an accumulated cost that starts as a shared zero, and outputs of every step. */
  private static Tensor rollout(Tensor start, Tensor actions, Tensor weight) {
    double scale = 1.0 / start.shape().dim(-1);
    Scan.Result r =
        Scan.over(
            3,
            List.of(start, Tensor.constant(0)),
            List.of(actions),
            (carry, action) -> {
              Tensor x = carry.get(0);
              Tensor next = weight.sin().timesVector(x).tanh().plus(action.get(0));
              Tensor cost = carry.get(1).plus(x.square().sum(-1).times(scale));
              return new Scan.Step(List.of(next, cost), List.of(x.times(action.get(0))));
            });
    Tensor all = r.outputs().get(0).sum(-2);
    return Tensor.concat(-1, r.carry().get(0), r.carry().get(1).expandDims(-1), all);
  }

  /** Operands that do not lie side by side in memory. */
  private static Tensor partScanned(Tensor start, Tensor sequence) {
    Tensor leaf = start.slice(-1, 2, 2);
    return Scan.over(
            3,
            List.of(start.slice(-1, 1, 2)),
            List.of(sequence.swapLastAxes()),
            (carry, entry) -> Scan.Step.of(carry.get(0).times(leaf).plus(entry.get(0)).sin()))
        .carry()
        .get(0);
  }

  private static Tensor nested(Tensor start, Tensor sequence) {
    return Scan.over(
            3,
            List.of(start),
            List.of(sequence),
            (carry, entry) ->
                Scan.Step.of(
                    Scan.over(
                            2,
                            List.of(carry.get(0)),
                            List.of(),
                            (x, none) -> Scan.Step.of(x.get(0).times(entry.get(0)).tanh()))
                        .carry()
                        .get(0)))
        .carry()
        .get(0);
  }

  private static Tensor mixing(Tensor start, Tensor sequence) {
    Scan.Result r =
        Scan.over(
            3,
            List.of(start, Tensor.zeros(Shape.of(2))),
            List.of(sequence),
            (carry, entry) -> {
              Tensor x = carry.get(0).plus(entry.get(0)).tanh();
              return Scan.Step.of(x.plus(carry.get(1)), carry.get(1).plus(x.square().sum(0)));
            });
    return r.carry().get(1);
  }

  private static Stream<TestProgram> pulledScan(Operand... operands) {
    return mixes("pull-back of a large scan", x -> rollout(x[0], x[1], x[2]), operands)
        .map(Programs::reverse);
  }

  private static Stream<TestProgram> tables() {
    Operand one = new Operand(INDEX);
    Operand many = new Operand(INDEX, 2, 3);
    return Stream.of(
            mixes("gather row", x -> x[0].sin().gather(x[1].stopGradient()), any(4, 2), one),
            mixes("gather", x -> x[0].sin().gather(x[1].stopGradient()), any(4, 2), many),
            mixes("gather numbers", x -> x[0].gather(x[1].stopGradient()).exp(), any(4), many),
            mixes("scatter", x -> scatter(x, false), any(2, 3, 2), many),
            mixes("scatter per sample", x -> scatter(x, true), any(2, 3, 2), many))
        .flatMap(s -> s);
  }

  private static Tensor scatter(Tensor[] x, boolean perSample) {
    return Tensor.apply(new Scatter(4, perSample), x[0].sin(), x[1].stopGradient());
  }

  private static Stream<TestProgram> networks() {
    return Stream.of(
            mixes("layerNorm", x -> x[0].layerNorm(x[1], x[2], 1e-5), any(2, 4), any(4), any(4)),
            mixes(
                "perceptron",
                x -> x[0].linear(x[1], x[2]).elu().linear(x[3], x[4]).tanh(),
                any(3),
                any(4, 3),
                any(4),
                any(2, 4),
                any(2)),
            mixes("jacobian", x -> Transforms.jacobian(squashed(x), x[0]), any(3), any(4, 3)),
            batched(
                "hessian", x -> Transforms.hessian(squashed(x).sum(-1), x[0]), any(3), any(4, 3)))
        .flatMap(s -> s);
  }

  private static Tensor squashed(Tensor[] x) {
    return x[1].timesVector(x[0]).tanh();
  }

  private static Operand any(int... sample) {
    return new Operand(ANY, sample);
  }

  private static Operand away(int... sample) {
    return new Operand(AWAY, sample);
  }

  /** Every mix of batched and shared operands; of more than three: all, none, each one. */
  private static Stream<TestProgram> mixes(
      String name, Function<Tensor[], Tensor> f, Operand... operands) {
    int all = (1 << operands.length) - 1;
    IntStream mixes =
        operands.length <= 3
            ? IntStream.rangeClosed(0, all)
            : IntStream.concat(
                IntStream.of(0, all), IntStream.range(0, operands.length).map(i -> 1 << i));
    return mixes.mapToObj(mix -> build(name, f, mix, operands));
  }

  private static Stream<TestProgram> batched(
      String name, Function<Tensor[], Tensor> f, Operand... operands) {
    return Stream.of(build(name, f, (1 << operands.length) - 1, operands));
  }

  private static TestProgram build(
      String name, Function<Tensor[], Tensor> f, int batched, Operand... operands) {
    Tensor[] x = new Tensor[operands.length];
    for (int i = 0; i < x.length; i++) {
      int[] sample = operands[i].sample();
      boolean own = (batched >> i & 1) == 1;
      x[i] = Tensor.input("x" + i, own ? Shape.batched(sample) : Shape.of(sample));
    }
    Map<String, Tensor> y = new LinkedHashMap<>();
    y.put("y", f.apply(x.clone()));
    String shapes = Arrays.stream(x).map(t -> t.shape().toString()).toList().toString();
    return new TestProgram(
        name + " " + shapes,
        Program.of(List.of(x), y),
        Arrays.stream(operands).map(Operand::domain).toList());
  }
}
