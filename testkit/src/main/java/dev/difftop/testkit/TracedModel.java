package dev.difftop.testkit;

import dev.difftop.api.Declarations;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * A part under test, traced: its inputs with ways to draw their numbers, its leaves, its outputs.
 */
final class TracedModel {
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<ToDoubleFunction<Random>> domains = new ArrayList<>();
  private final Map<String, Tensor> leaves = new LinkedHashMap<>();
  private final Map<String, ProblemSpec.Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> outputs = new LinkedHashMap<>();

  /** A further input, whose numbers are drawn one by one. */
  Tensor input(String name, Shape shape, ToDoubleFunction<Random> domain) {
    Tensor input = Tensor.input(name, shape);
    inputs.add(input);
    domains.add(domain);
    return input;
  }

  /** Makes inputs of all leaves that a part declares. */
  void declare(Consumer<Declarations> part, ToDoubleFunction<Random> contextDomain) {
    Map<String, Shape> context = new LinkedHashMap<>();
    part.accept(ProblemSpec.collect("own", parameters, context));
    parameters.forEach((name, p) -> leaves.put(name, input(name, p.shape(), Random::nextGaussian)));
    context.forEach(
        (name, shape) ->
            leaves.put(
                "context " + name,
                input("context " + name, Shape.batched(shape.dims()), contextDomain)));
  }

  /** A leaf; one that was not declared is refused. */
  private Tensor leaf(String key, String name) {
    Tensor leaf = leaves.get(key);
    if (leaf == null) {
      throw new IllegalArgumentException(name + " was not declared; there are " + leaves.keySet());
    }
    return leaf;
  }

  Tensor parameter(String name) {
    return leaf("own/" + name, "parameter " + name);
  }

  Tensor context(String name) {
    return leaf("context " + name, "context leaf " + name);
  }

  void output(String name, Tensor tensor) {
    outputs.put(name, tensor);
  }

  Map<String, Tensor> outputs() {
    return outputs;
  }

  /** The declared parameters and context leaves as tensors. */
  Map<String, Tensor> leaves() {
    return leaves;
  }

  Program program() {
    return Program.of(inputs, outputs);
  }

  /** A program of the same inputs with other outputs and further inputs. */
  Program program(Map<String, Tensor> outputs, List<Tensor> more) {
    List<Tensor> all = new ArrayList<>(inputs);
    all.addAll(more);
    return Program.of(all, outputs);
  }

  List<Tensor> inputs() {
    return inputs;
  }

  /**
   * Numbers for all inputs: parameters as they start, moved a little so that zeros hide nothing;
   * all else as its domain says.
   *
   * @param spread scales all but the parameters and the time
   */
  double[][] values(int batch, long seed, double spread) {
    Random random = new Random(seed);
    double[][] out = new double[inputs.size()][];
    for (int i = 0; i < out.length; i++) {
      String name = program().inputName(i);
      ToDoubleFunction<Random> domain = domains.get(i);
      ProblemSpec.Parameter p = parameters.get(name);
      out[i] =
          p == null
              ? new double[inputs.get(i).shape().withBatch(batch).size()]
              : p.initializer().values(p.shape(), RandomStream.root(seed).child(name));
      Arrays.setAll(
          out[i],
          p == null
              ? k -> (name.equals("t") ? 1 : spread) * domain.applyAsDouble(random)
              : moved(out[i].clone(), random)::applyAsDouble);
    }
    return out;
  }

  private static java.util.function.IntToDoubleFunction moved(double[] start, Random random) {
    return k -> {
      double change = 0.05 * (2 * random.nextDouble() - 1);
      return start[k] == 0 ? change : start[k] * (1 + change);
    };
  }
}
