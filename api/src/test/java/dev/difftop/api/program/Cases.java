package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The table of operations under test: each with sample shapes, in every mix of batched and shared.
 */
final class Cases {
  static final int BATCH = 3;

  private Cases() {}

  /** Where the numbers of an operand lie. */
  interface Domain {
    double draw(Random random);

    Domain ANY = r -> r.nextGaussian();
    Domain POSITIVE = r -> 0.5 + r.nextDouble();
    Domain AWAY_FROM_ZERO = r -> (r.nextBoolean() ? 1 : -1) * (0.2 + r.nextDouble());
  }

  /** Operands of one operation. */
  record Operand(Domain domain, int... sample) {}

  /** One operation with operands of fixed shapes. */
  static final class Case {
    final String name;
    final List<Tensor> inputs;
    final List<Domain> domains;
    final Tensor y;

    Case(String name, List<Tensor> inputs, List<Domain> domains, Tensor y) {
      this.name = name;
      this.inputs = inputs;
      this.domains = domains;
      this.y = y;
    }

    List<double[]> draw(Random random) {
      List<double[]> out = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        Domain domain = domains.get(i);
        out.add(
            IntStream.range(0, Numbers.size(inputs.get(i), BATCH))
                .mapToDouble(k -> domain.draw(random))
                .toArray());
      }
      return out;
    }

    @Override
    public String toString() {
      return name + " " + inputs.stream().map(t -> t.shape().toString()).toList();
    }
  }

  static Stream<Case> all() {
    return Stream.concat(
        differentiable(), of("stopGradient", x -> x[0].times(x[0].sin().stopGradient()), any(4)));
  }

  /** All whose derivatives are the slopes of their values. */
  static Stream<Case> differentiable() {
    return Stream.of(
            unary(),
            binary(),
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

  private static Stream<Case> unary() {
    Stream<Case> named =
        Arrays.stream(Unary.values())
            .flatMap(
                f -> {
                  boolean positive = f == Unary.LOG || f == Unary.SQRT || f == Unary.LOG1P;
                  Domain domain = positive ? Domain.POSITIVE : Domain.AWAY_FROM_ZERO;
                  return of(f.name(), x -> Tensor.apply(f, x[0]), new Operand(domain, 2, 3));
                });
    return Stream.concat(
        named,
        Stream.of(
                of("mish", x -> x[0].mish(), any(4)),
                of("power 3", x -> x[0].power(3), any(4)),
                of("power 2.5", x -> x[0].power(2.5), positive(4)),
                of("power -1", x -> x[0].power(-1), away(4)),
                of("clamp", x -> x[0].clamp(-0.1, 0.15), away(6)))
            .flatMap(s -> s));
  }

  private static Stream<Case> binary() {
    return Stream.of(
            of("plus", x -> x[0].plus(x[1]), any(2, 3), any(2, 3)),
            of("plus along rows", x -> x[0].plus(x[1]), any(2, 3), any(3)),
            of("plus of row and column", x -> x[0].plus(x[1]), any(2, 1), any(3)),
            of("plus of scalars", x -> x[0].plus(x[1]), any(), any()),
            of("minus", x -> x[0].minus(x[1]), any(3), any(2, 3)),
            of("minus of itself", x -> x[0].square().minus(x[0]), any(3)),
            of("times", x -> x[0].times(x[1]), any(2, 3), any(2, 3)),
            of("times a scalar", x -> x[0].times(x[1]), any(), any(2, 3)),
            of("dividedBy", x -> x[0].dividedBy(x[1]), any(2, 3), away(3)),
            of("number dividedBy", x -> Tensor.constant(2).dividedBy(x[0]), away(3)),
            of("min", x -> x[0].min(x[1]), any(5), any(5)),
            of("max", x -> x[0].max(x[1]), any(2, 5), any(5)),
            of("power", x -> x[0].power(x[1]), positive(3), any(3)),
            of("less", x -> x[0].less(x[1]).times(x[0]), any(5), any(5)),
            of("lessEqual", x -> x[0].lessEqual(x[1]).times(x[1]), any(5), any(5)),
            of("equal", x -> x[0].equal(x[1]).plus(x[1]), any(5), any(5)),
            of("where", x -> x[0].where(x[1], x[2]), any(4), any(2, 4), any(4)),
            of("where of a mask", x -> x[0].step().where(x[0].sin(), x[0].exp()), away(6)))
        .flatMap(s -> s);
  }

  private static Stream<Case> reductions() {
    return Stream.of(
            of("sum over the last axis", x -> x[0].sum(-1), any(2, 3)),
            of("sum over two axes", x -> x[0].sum(-1, -3), any(2, 3, 2)),
            of("sumPerSample", x -> x[0].sin().sumPerSample(), any(2, 3)),
            batchedOnly("batch sum", x -> x[0].sin().sum(0), any(2, 3)),
            batchedOnly("batch and axis sum", x -> x[0].sin().sum(0, 2), any(2, 3)),
            batchedOnly("batch mean", x -> x[0].exp().mean(0, 1), any(2, 3)),
            of("mean", x -> x[0].exp().mean(-2), any(2, 3)),
            of("maximum", x -> x[0].maximum(-2), any(3, 2)),
            of("logSumExp", x -> x[0].logSumExp(-1), any(2, 3)),
            of("softmax", x -> x[0].softmax(-2), any(3, 2)),
            of("simNorm", x -> x[0].simNorm(3), any(2, 6)),
            of("maxPool", x -> x[0].sin().maxPool(-2, mask(x[1])), any(4, 2), away(4)),
            of("maxPool of no points", x -> x[0].maxPool(-1, Tensor.zeros(Shape.of(3))), any(3)),
            of("maxPool along", x -> x[0].maxPool(-2, mask(x[1])), any(2, 3, 2), away(2, 3)),
            of("dot", x -> x[0].dot(x[1]), any(2, 3), any(3)))
        .flatMap(s -> s);
  }

  private static Tensor mask(Tensor x) {
    return x.step();
  }

  private static Stream<Case> shapes() {
    return Stream.of(
            of("reshape", x -> x[0].sin().reshapeSample(3, 2), any(2, 3)),
            of("expandDims at the end", x -> x[0].sin().expandDims(-1), any(2)),
            of("swapLastAxes", x -> x[0].sin().swapLastAxes(), any(2, 3)),
            of("transpose", x -> Tensor.apply(Transpose.by(2, 0, 1), x[0].sin()), any(2, 3, 2)),
            of("slice", x -> x[0].sin().slice(-1, 1, 2), any(2, 4)),
            of("get", x -> x[0].sin().get(-2, 1), any(2, 4)),
            of("slice of slice", x -> x[0].slice(-1, 1, 3).slice(-1, 1, 1), any(2, 5)),
            of("concat", x -> Tensor.concat(-1, x[0], x[1].sin(), x[0]), any(2, 2), any(2, 3)),
            of(
                "concat, first axis",
                x -> Tensor.concat(-2, x[0].sin(), x[1]),
                any(1, 3),
                any(2, 3)),
            of(
                "slice of concat",
                x -> Tensor.concat(-1, x[0], x[1]).slice(-1, 1, 2),
                any(2),
                any(3)),
            of("stack", x -> Tensor.stack(-1, x[0], x[1].sin()), any(3), any(3)),
            of("broadcast", x -> x[0].sin().broadcastTo(Shape.batched(2, 3)), any(2, 1)),
            of("broadcast, new axis", x -> x[0].broadcastTo(Shape.batched(2, 3)), any(3)))
        .flatMap(s -> s);
  }

  private static Stream<Case> products() {
    List<Stream<Case>> all = new ArrayList<>();
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        int[] a = ta ? new int[] {4, 2} : new int[] {2, 4};
        int[] b = tb ? new int[] {3, 4} : new int[] {4, 3};
        String name = new MatMul(ta, tb).name();
        Function<Tensor[], Tensor> f = x -> x[0].matmul(x[1], ta, tb);
        all.add(of(name, f, any(a), any(b)));
        all.add(of(name + " along, single b", f, any(prepend(2, a)), any(b)));
        all.add(of(name + " along", f, any(prepend(2, a)), any(prepend(2, b))));
        all.add(
            of(
                name + " along two",
                f,
                any(prepend(2, prepend(1, a))),
                any(prepend(2, prepend(1, b)))));
        all.add(of(name + " along two, single b", f, any(prepend(2, prepend(2, a))), any(b)));
        if (ta == tb) {
          all.add(of(name + " of itself", x -> x[0].matmul(x[0], ta, !tb), any(2, 3)));
        }
      }
    }
    all.add(batchedOnly("contract", x -> Contract.of(x[0], x[1]), any(2, 3), any(2, 4)));
    all.add(
        batchedOnly("contract along", x -> Contract.of(x[0], x[1]), any(2, 2, 3), any(2, 2, 1)));
    all.add(of("timesVector", x -> x[0].timesVector(x[1]), any(2, 3), any(3)));
    all.add(of("linear", x -> x[0].linear(x[1], x[2]), any(3), any(2, 3), any(2)));
    all.add(of("linear along", x -> x[0].linear(x[1], x[2]), any(2, 3), any(2, 3), any(2)));
    return all.stream().flatMap(s -> s);
  }

  private static Stream<Case> convolutions() {
    Conv2d plain = new Conv2d(1, 0);
    Conv2d wide = new Conv2d(2, 1);
    Conv2dInput back = new Conv2dInput(5, 4, 2, 1);
    Conv2dWeight shared = new Conv2dWeight(3, 2, 2, 1, false);
    Conv2dWeight own = new Conv2dWeight(3, 2, 2, 1, true);
    return Stream.of(
            of("conv2d", pair(plain), any(2, 4, 3), any(3, 2, 2, 3)),
            of("conv2d, stride and padding", pair(wide), any(2, 5, 4), any(3, 2, 3, 2)),
            of("conv2d along", pair(wide), any(2, 1, 4, 4), any(2, 1, 3, 3)),
            of("conv2d along, own kernels", pair(wide), any(2, 1, 3, 3), any(2, 2, 1, 2, 2)),
            of("conv2d of itself", x -> square(x[0]), any(2, 2, 3, 3)),
            of(
                "conv2d with bias",
                x -> x[0].conv2d(x[1], x[2], 2, 0).tanh(),
                any(1, 5, 5),
                any(2, 1, 3, 3),
                any(2)),
            of("transposed conv2d", pair(back), any(3, 3, 3), any(3, 2, 3, 2)),
            of("transposed conv2d along", pair(back), any(2, 1, 3, 3), any(1, 2, 3, 2)),
            of("conv2d weight", pair(shared), any(2, 5, 4), any(3, 3, 3)),
            of("conv2d weight along", pair(shared), any(2, 1, 5, 4), any(2, 2, 3, 3)),
            batchedOnly("conv2d weight per sample", pair(own), any(2, 5, 4), any(3, 3, 3)))
        .flatMap(s -> s);
  }

  private static Function<Tensor[], Tensor> pair(Primitive p) {
    return x -> Tensor.apply(p, x[0], x[1]);
  }

  /** Images and kernels made of the same numbers. */
  private static Tensor square(Tensor x) {
    Tensor image = x.sliceSample(0, 0, 1).reshapeSample(2, 3, 3);
    return Tensor.apply(new Conv2d(1, 1), image.sin(), x);
  }

  private static Stream<Case> solves() {
    return Stream.of(
            of("solve", x -> x[0].plus(spread(3)).solve(x[1]), any(3, 3), any(3, 2)),
            of("solve for a vector", x -> x[0].plus(spread(3)).solve(x[1]), any(3, 3), any(3)),
            of("solve along", x -> x[0].plus(spread(2)).solve(x[1]), any(2, 2, 2), any(2, 2, 1)),
            of(
                "solve transposed",
                x -> Tensor.apply(new Solve(true, false), x[0].plus(spread(3)), x[1]),
                any(3, 3),
                any(3, 2)),
            of("solve with exchanges", x -> exchanged(x[0]).solve(x[1]), any(3, 3), any(3, 1)),
            of("solve positive", x -> gram(x[0]).solvePositive(x[1]), any(3, 3), any(3, 2)),
            of(
                "solve positive along",
                x -> gram(x[0]).solvePositive(x[1]),
                any(2, 2, 2),
                any(2, 2)))
        .flatMap(s -> s);
  }

  /** Keeps random matrices away from singular ones. */
  private static Tensor spread(int n) {
    return Tensor.identity(n).times(5);
  }

  /** Its rows in another order: elimination must exchange them. */
  private static Tensor exchanged(Tensor x) {
    return Tensor.constant(new double[] {0, 1, 0, 0, 0, 1, 1, 0, 0}, 3, 3)
        .broadcastTo(x.shape())
        .matmul(x.plus(spread(3)));
  }

  private static Tensor gram(Tensor x) {
    return x.matmul(x, false, true).times(0.3).plus(Tensor.identity(Shaping.sample(x)[1]));
  }

  private static Stream<Case> scans() {
    return Stream.of(
            of("scan", x -> rollout(x[0], x[1], x[2]), any(2), any(3, 2), any(2, 2)),
            of("scan without sequences", x -> repeated(x[0], x[1]), any(2), any(2, 2)),
            of("scan of outputs", x -> outputsOnly(x[0], x[1]), any(2), any(3, 2)),
            of("scan in a scan", x -> nested(x[0], x[1]), any(2), any(2, 2)),
            of("scan of a constant carry", x -> counted(x[0]), any(3, 2)),
            batchedOnly("scan over batch sums", x -> mixing(x[0], x[1]), any(2), any(3, 2)))
        .flatMap(s -> s);
  }

  /** States, an accumulated cost that starts as a shared zero, and outputs of every step. */
  private static Tensor rollout(Tensor start, Tensor actions, Tensor weight) {
    Scan.Result r =
        Scan.over(
            3,
            List.of(start, Tensor.constant(0)),
            List.of(actions),
            (carry, action) -> {
              Tensor x = carry.get(0);
              Tensor u = action.get(0);
              Tensor next = weight.sin().timesVector(x).tanh().plus(u);
              Tensor cost = carry.get(1).plus(x.square().sum(-1));
              return new Scan.Step(List.of(next, cost), List.of(x.times(u)));
            });
    Tensor all = r.outputs().get(0).reshapeSample(6);
    return Tensor.concat(-1, r.carry().get(0), r.carry().get(1).reshapeSample(1), all);
  }

  private static Tensor repeated(Tensor start, Tensor weight) {
    return Scan.over(
            4,
            List.of(start),
            List.of(),
            (carry, none) -> Scan.Step.of(weight.timesVector(carry.get(0)).sin()))
        .carry()
        .get(0);
  }

  private static Tensor outputsOnly(Tensor start, Tensor actions) {
    return Scan.over(
            3,
            List.of(start),
            List.of(actions),
            (carry, action) -> {
              Tensor x = carry.get(0).times(action.get(0));
              return new Scan.Step(List.of(x), List.of(x.exp()));
            })
        .outputs()
        .get(0);
  }

  private static Tensor nested(Tensor start, Tensor sequence) {
    return Scan.over(
            2,
            List.of(start),
            List.of(sequence),
            (carry, entry) ->
                Scan.Step.of(
                    repeated(carry.get(0).plus(entry.get(0)), Tensor.identity(2).times(0.7))))
        .carry()
        .get(0);
  }

  private static Tensor counted(Tensor sequence) {
    return Scan.over(
            3,
            List.of(Tensor.constant(1)),
            List.of(sequence),
            (carry, entry) ->
                new Scan.Step(
                    List.of(carry.get(0).plus(1)), List.of(entry.get(0).sin().times(carry.get(0)))))
        .outputs()
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

  private static Stream<Case> tables() {
    Domain index = r -> r.nextInt(6) - 1;
    Operand one = new Operand(index);
    Operand many = new Operand(index, 2, 3);
    return Stream.of(
            of("gather one row", x -> x[0].sin().gather(x[1].stopGradient()), any(4, 2), one),
            of("gather rows", x -> x[0].sin().gather(x[1].stopGradient()), any(4, 2), many),
            of("gather numbers", x -> x[0].gather(x[1].stopGradient()).exp(), any(4), many),
            of("gather constant row", x -> x[0].sin().gather(Tensor.constant(2)), any(4, 2)),
            of(
                "gather constant rows",
                x -> x[0].sin().gather(Tensor.constant(new double[] {2, 0, 2, 9})),
                any(4, 2)),
            scatter("scatter shared", false, any(2, 3, 2), many),
            scatter("scatter per sample", true, any(2, 3, 2), many),
            scatter("scatter one row", false, any(2), one))
        .flatMap(s -> s);
  }

  private static Stream<Case> scatter(String name, boolean perSample, Operand... operands) {
    return of(
        name,
        x -> Tensor.apply(new Scatter(4, perSample), x[0].sin(), x[1].stopGradient()),
        operands);
  }

  private static Stream<Case> networks() {
    return Stream.of(
            of("layerNorm", x -> x[0].layerNorm(x[1], x[2], 1e-5), any(2, 4), any(4), any(4)),
            of(
                "perceptron",
                x -> x[0].linear(x[1], x[2]).elu().linear(x[3], x[4]).tanh(),
                any(3),
                any(4, 3),
                any(4),
                any(2, 4),
                any(2)),
            of(
                "simplicial embedding",
                x -> x[0].reshapeSample(2, 3).softmax(-1).reshapeSample(6).times(x[0]),
                any(6)))
        .flatMap(s -> s);
  }

  static Operand any(int... sample) {
    return new Operand(Domain.ANY, sample);
  }

  private static Operand positive(int... sample) {
    return new Operand(Domain.POSITIVE, sample);
  }

  private static Operand away(int... sample) {
    return new Operand(Domain.AWAY_FROM_ZERO, sample);
  }

  private static int[] prepend(int size, int[] dims) {
    return Shaping.insert(dims, 0, size);
  }

  /** Every mix of batched and shared operands; with more than three, all or each one batched. */
  static Stream<Case> of(String name, Function<Tensor[], Tensor> f, Operand... operands) {
    int all = (1 << operands.length) - 1;
    IntStream mixes =
        operands.length <= 3
            ? IntStream.rangeClosed(0, all)
            : IntStream.concat(
                IntStream.of(0, all), IntStream.range(0, operands.length).map(i -> 1 << i));
    return mixes.mapToObj(mix -> build(name, f, mix, operands));
  }

  private static Stream<Case> batchedOnly(
      String name, Function<Tensor[], Tensor> f, Operand... operands) {
    return Stream.of(build(name, f, (1 << operands.length) - 1, operands));
  }

  private static Case build(
      String name, Function<Tensor[], Tensor> f, int batched, Operand... operands) {
    Tensor[] x = new Tensor[operands.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = Tensor.input("x" + i, Shaping.shape((batched >> i & 1) == 1, operands[i].sample()));
    }
    return new Case(
        name,
        List.of(x),
        Arrays.stream(operands).map(Operand::domain).toList(),
        f.apply(x.clone()));
  }
}
