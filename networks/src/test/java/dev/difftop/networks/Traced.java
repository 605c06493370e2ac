package dev.difftop.networks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.testkit.Differences;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** A network on one input, with random values: its output, and its derivatives checked. */
final class Traced {
  static final int BATCH = 3;

  private final Program program;
  private final Program gradient;
  private final double[][] values;

  Traced(
      Consumer<Declarations> network,
      Shape input,
      BiFunction<Tensor, Function<String, Tensor>, Tensor> apply) {
    DeclaredParameters declared = new DeclaredParameters();
    network.accept(declared);
    Map<String, Tensor> theta = declared.inputs();
    Tensor x = Tensor.input("x", input);
    Tensor y = apply.apply(x, theta::get);
    List<Tensor> inputs = new ArrayList<>(List.of(x));
    inputs.addAll(theta.values());
    program = Program.of(inputs, Map.of("y", y));
    Tensor loss = y.square().sumPerSample().sum(0);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("loss", loss);
    List<Tensor> derivatives = Transforms.gradient(loss, inputs);
    for (int i = 0; i < inputs.size(); i++) {
      out.put("d" + i, derivatives.get(i));
    }
    gradient = Program.of(inputs, out);
    values = new double[inputs.size()][];
    RandomStream random = RandomStream.root(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = normal(inputs.get(i).shape().withBatch(BATCH).size(), random.child(i));
    }
  }

  static double[] normal(int size, RandomStream random) {
    double[] out = new double[size];
    for (int i = 0; i < size; i++) {
      out[i] = 0.7 * random.nextGaussian();
    }
    return out;
  }

  /** The values of the input; to be changed. */
  double[] x() {
    return values[0];
  }

  /** The values of a parameter; to be changed. */
  double[] parameter(String name) {
    return values[program.inputIndex(name)];
  }

  double[] run() {
    return run(program)[0];
  }

  private double[][] run(Program which) {
    try (CompiledProgram compiled = new Interpreter().compile(which, BATCH, DType.FLOAT64)) {
      for (int i = 0; i < values.length; i++) {
        compiled.input(i).write(0, values[i], 0, values[i].length);
      }
      compiled.run();
      double[][] out = new double[which.outputs().size()][];
      for (int i = 0; i < out.length; i++) {
        out[i] = compiled.output(i).toDoubles();
      }
      return out;
    }
  }

  /** The gradient in input and parameters against central differences, along five directions. */
  void checkDerivatives() {
    double[][] derivatives = run(gradient);
    for (int k = 0; k < 5; k++) {
      double[][] direction = new double[values.length][];
      double expected = 0;
      for (int i = 0; i < values.length; i++) {
        direction[i] = normal(values[i].length, RandomStream.root(100 + k).child(i));
        for (int j = 0; j < direction[i].length; j++) {
          expected += direction[i][j] * derivatives[i + 1][j];
        }
      }
      double found = Differences.along(gradient, 0, BATCH, values, direction)[0];
      assertEquals(expected, found, 1e-6 * Math.max(1, Math.abs(expected)));
    }
  }
}
