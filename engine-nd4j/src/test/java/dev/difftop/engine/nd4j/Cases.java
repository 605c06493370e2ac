package dev.difftop.engine.nd4j;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Contract;
import dev.difftop.api.program.MatMul;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scatter;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.api.program.Transpose;
import dev.difftop.api.program.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every operation, in every mix of batched and shared operands, as a program with its derivatives:
 * value, pull-back, directional derivative and the directional derivative of the pull-back.
 */
final class Cases {
  private Cases() {}

  /**
   * A program and where its inputs' numbers lie.
   *
   * @param low smallest number, by input
   * @param high largest number, by input
   */
  record Case(String name, Program program, List<Double> low, List<Double> high) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Operand of sample shape {@code dims} with numbers in [low, high]. */
  record Operand(double low, double high, int... dims) {}

  static Stream<Case> all() {
    return Stream.of(unary(), binary(), reductions(), shapes(), products(), tables(), networks())
        .flatMap(s -> s);
  }

  private static Stream<Case> unary() {
    return Stream.concat(
        Arrays.stream(Unary.values())
            .flatMap(
                f ->
                    of(
                        f.name(),
                        x -> Tensor.apply(f, x[0]),
                        f == Unary.LOG || f == Unary.SQRT || f == Unary.LOG1P
                            ? positive(3, 5)
                            : any(3, 5))),
        of("mish", x -> x[0].mish(), any(40)));
  }

  private static Stream<Case> binary() {
    return Stream.of(
            of("plus", x -> x[0].plus(x[1]), any(2, 3), any(2, 3)),
            of("bias", x -> x[0].plus(x[1]).tanh(), any(2, 40), any(40)),
            of("row and column", x -> x[0].times(x[1]), any(9, 1), any(11)),
            of("scalars", x -> x[0].plus(x[1]), any(), any()),
            of("minus", x -> x[0].minus(x[1]), any(3), any(2, 3)),
            of("number minus", x -> Tensor.constant(2).minus(x[0].exp()), any(3)),
            of("times a scalar", x -> x[0].times(x[1]), any(), any(2, 30)),
            of("dividedBy", x -> x[0].dividedBy(x[1]), any(2, 3), positive(3)),
            of("number dividedBy", x -> Tensor.constant(2).dividedBy(x[0]), positive(3)),
            of("dividedBy a number", x -> x[0].dividedBy(Tensor.constant(3)), any(3)),
            of("min", x -> x[0].min(x[1]), any(5), any(5)),
            of("max", x -> x[0].max(x[1]), any(2, 5), any(5)),
            of("clamp", x -> x[0].clamp(-0.3, 0.4), any(17)),
            of("power", x -> x[0].power(x[1]), positive(3), any(3)),
            of("power 2.5", x -> x[0].power(2.5), positive(3)),
            of("power of a number", x -> Tensor.constant(2).power(x[0]), any(3)),
            of("less", x -> x[0].less(x[1]).times(x[0]), any(5), any(5)),
            of("less than a number", x -> x[0].less(Tensor.constant(0.1)), any(5)),
            of("lessEqual", x -> x[0].lessEqual(x[1]).times(x[1]), any(5), any(5)),
            of("equal", x -> x[0].equal(x[1]).plus(x[1]), any(5), any(5)),
            of("where", x -> x[0].step().where(x[1], x[2]), any(4), any(2, 4), any(4)))
        .flatMap(s -> s);
  }

  private static Stream<Case> reductions() {
    return Stream.of(
            of("sum over the last axis", x -> x[0].sin().sum(-1), any(2, 30)),
            of("sum over long rows", x -> x[0].sin().sum(-1), any(2, 3000)),
            of("sum over very long rows", x -> x[0].sin().sum(-1), any(9000)),
            of("sum over the first axis", x -> x[0].sin().sum(-2), any(20, 3)),
            of("sum over two axes", x -> x[0].sum(-1, -3), any(2, 3, 2)),
            of("sumPerSample", x -> x[0].sin().sumPerSample(), any(2, 3)),
            batchedOnly("batch sum", x -> x[0].sin().sum(0), any(2, 30)),
            batchedOnly("batch sum of numbers", x -> x[0].sin().sum(0)),
            batchedOnly("batch and axis sum", x -> x[0].sin().sum(0, 2), any(2, 3)),
            batchedOnly("batch mean", x -> x[0].exp().mean(0, 1), any(2, 3)),
            of("mean", x -> x[0].exp().mean(-2), any(2, 3)),
            of("maximum over rows", x -> x[0].sin().maximum(-1), any(3, 12)),
            of("maximum over columns", x -> x[0].maximum(-2), any(3, 12)),
            of("logSumExp", x -> x[0].logSumExp(-1), any(2, 30)),
            of("softmax", x -> x[0].softmax(-1), any(3, 10)),
            of("softmax over columns", x -> x[0].softmax(-2), any(3, 2)),
            of("dot", x -> x[0].dot(x[1]), any(2, 3), any(3)))
        .flatMap(s -> s);
  }

  private static Stream<Case> shapes() {
    return Stream.of(
            of("swapLastAxes", x -> x[0].sin().swapLastAxes().exp(), any(2, 3)),
            of("transpose of a copy", x -> flat(x[0].swapLastAxes(), 6).exp(), any(2, 3)),
            of(
                "transpose",
                x -> Tensor.apply(new Transpose(List.of(2, 0, 1)), x[0].sin()),
                any(2, 3, 2)),
            of("slice", x -> x[0].sin().slice(-1, 1, 2).exp(), any(2, 4)),
            of("get", x -> x[0].sin().get(-2, 1), any(2, 14)),
            of("concat", x -> Tensor.concat(-1, x[0], x[1].sin(), x[0]), any(2, 2), any(2, 3)),
            of("concat, twice the same", x -> Tensor.concat(-1, x[0].sin(), x[0].sin()), any(3)),
            of(
                "concat of concat",
                x -> Tensor.concat(-1, x[0], Tensor.concat(-1, x[1].sin(), x[0])).exp(),
                any(12),
                any(13)),
            of(
                "concat, first axis",
                x -> Tensor.concat(-2, x[0].sin(), x[1]),
                any(1, 3),
                any(2, 3)),
            of("stack", x -> Tensor.stack(-1, x[0], x[1].sin()), any(3), any(3)),
            of("broadcast", x -> x[0].sin().broadcastTo(Shape.batched(2, 3)), any(2, 1)),
            of("broadcast, new axis", x -> x[0].broadcastTo(Shape.batched(2, 3)), any(3)),
            of("sum of padded slices", x -> paddedSlices(x[0]), any(4, 3)))
        .flatMap(s -> s);
  }

  private static Tensor flat(Tensor x, int n) {
    return x.shape().isBatched() ? x.reshape(-1, n) : x.reshape(n);
  }

  private static Tensor paddedSlices(Tensor x) {
    Tensor sum = x.get(-2, 0).sin();
    for (int i = 1; i < 4; i++) {
      sum = sum.times(x.get(-2, i)).plus(x.get(-2, i - 1));
    }
    return sum;
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
        all.add(of(name + " along two, single b", f, any(prepend(2, prepend(3, a))), any(b)));
      }
    }
    Function<Tensor[], Tensor> contract = x -> Tensor.apply(new Contract(), x[0], x[1]);
    all.add(batchedOnly("contract", contract, any(2, 3), any(2, 4)));
    all.add(batchedOnly("contract, one row", contract, any(1, 3), any(1, 4)));
    all.add(batchedOnly("contract along", contract, any(2, 2, 3), any(2, 2, 1)));
    all.add(
        batchedOnly(
            "contract of slices",
            x ->
                Tensor.apply(
                    new Contract(), x[0].slice(-2, 1, 2), x[0].slice(-2, 0, 2).slice(-1, 1, 2)),
            any(4, 3)));
    all.add(of("timesVector", x -> x[0].timesVector(x[1]), any(2, 3), any(3)));
    all.add(of("row times matrix", x -> x[0].matmul(x[1]), any(1, 70), any(70, 65)));
    all.add(of("outer product", x -> x[0].matmul(x[1], false, true), any(5, 1), any(6, 1)));
    all.add(of("product of slices", x -> slices(x[0], x[1]), any(3, 8), any(7, 9)));
    all.add(of("product of a broadcast", x -> broadcastProduct(x[0], x[1]), any(1, 4), any(4, 3)));
    all.add(of("large product", x -> x[0].matmul(x[1], false, true), any(3, 300), any(130, 300)));
    return all.stream().flatMap(s -> s);
  }

  private static Tensor slices(Tensor a, Tensor b) {
    return a.slice(-1, 2, 4).matmul(b.slice(-2, 1, 4).slice(-1, 3, 5));
  }

  private static Tensor broadcastProduct(Tensor a, Tensor b) {
    Shape rows = a.shape().isBatched() ? Shape.batched(3, 4) : Shape.of(3, 4);
    return a.broadcastTo(rows).matmul(b).tanh();
  }

  private static int[] prepend(int size, int[] dims) {
    return IntStream.concat(IntStream.of(size), IntStream.of(dims)).toArray();
  }

  private static Stream<Case> tables() {
    Operand one = new Operand(-0.6, 4.4);
    Operand many = new Operand(-0.6, 4.4, 2, 3);
    return Stream.of(
            of("gather one row", x -> x[0].sin().gather(x[1].stopGradient()), any(4, 2), one),
            of("gather rows", x -> x[0].sin().gather(x[1].stopGradient()), any(4, 2), many),
            of("gather numbers", x -> x[0].gather(x[1].stopGradient()).exp(), any(4), many),
            of("scatter shared", x -> scatter(x, false), any(2, 3, 2), many),
            of("scatter per sample", x -> scatter(x, true), any(2, 3, 2), many))
        .flatMap(s -> s);
  }

  private static Tensor scatter(Tensor[] x, boolean perSample) {
    return Tensor.apply(new Scatter(4, perSample), x[0].sin(), x[1].stopGradient());
  }

  private static Stream<Case> networks() {
    return Stream.of(
            of("linear", x -> x[0].linear(x[1], x[2]), any(3), any(2, 3), any(2)),
            of("linear along", x -> x[0].linear(x[1], x[2]), any(2, 3), any(2, 3), any(2)),
            of("wide linear", x -> x[0].linear(x[1], x[2]).elu(), any(70), any(80, 70), any(80)),
            of("layerNorm", x -> x[0].layerNorm(x[1], x[2], 1e-5), any(2, 40), any(40), any(40)),
            of(
                "perceptron",
                x -> x[0].linear(x[1], x[2]).elu().linear(x[3], x[4]).tanh(),
                any(3),
                any(40, 3),
                any(40),
                any(2, 40),
                any(2)),
            of("simplicial embedding", x -> flat(parts(x[0]).softmax(-1), 60).times(x[0]), any(60)))
        .flatMap(s -> s);
  }

  private static Tensor parts(Tensor x) {
    return x.shape().isBatched() ? x.reshape(-1, 6, 10) : x.reshape(6, 10);
  }

  static Operand any(int... dims) {
    return new Operand(-1.5, 1.5, dims);
  }

  private static Operand positive(int... dims) {
    return new Operand(0.5, 1.5, dims);
  }

  private static Stream<Case> of(String name, Function<Tensor[], Tensor> f, Operand... operands) {
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
    Operand[] all = operands.length == 0 ? new Operand[] {any()} : operands;
    return Stream.of(build(name, f, (1 << all.length) - 1, all));
  }

  private static Case build(
      String name, Function<Tensor[], Tensor> f, int batched, Operand... operands) {
    Tensor[] x = new Tensor[operands.length];
    List<Double> low = new ArrayList<>();
    List<Double> high = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      int[] dims = operands[i].dims();
      x[i] = Tensor.input("x" + i, (batched >> i & 1) == 1 ? Shape.batched(dims) : Shape.of(dims));
      low.add(operands[i].low());
      high.add(operands[i].high());
    }
    List<Tensor> shapes = Arrays.stream(x).toList();
    return new Case(
        name + " " + shapes.stream().map(t -> t.shape().toString()).toList(),
        withDerivatives(x, f.apply(x.clone())),
        low,
        high);
  }

  /** Further inputs: directions of the inputs, then a cotangent; numbers in [-1, 1]. */
  static Program withDerivatives(Tensor[] x, Tensor y) {
    List<Tensor> inputs = new ArrayList<>(List.of(x));
    List<Tensor> wrt = List.of(x);
    List<Tensor> directions = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      directions.add(Tensor.input("d" + i, x[i].shape()));
    }
    Tensor cotangent = Tensor.input("bar", y.shape());
    inputs.addAll(directions);
    inputs.add(cotangent);
    List<Tensor> pulled = Transforms.vjp(List.of(y), List.of(cotangent), wrt);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    outputs.put("dy", Transforms.jvp(List.of(y), wrt, directions).get(0));
    List<Tensor> second = Transforms.jvp(pulled, wrt, directions);
    for (int i = 0; i < x.length; i++) {
      outputs.put("bar x" + i, pulled.get(i));
      outputs.put("d bar x" + i, second.get(i));
    }
    return Program.of(inputs, outputs);
  }
}
