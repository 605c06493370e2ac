package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A planning objective of full width (latent 50, width 512) with its gradients in actions, state
 * and all weights: the same bytes on one, two and four threads and from run to run.
 */
class PlanningThreadsTest {
  private static final int HORIZON = 2;

  private final List<Tensor> inputs = new ArrayList<>();

  private Tensor input(Shape shape) {
    Tensor t = Tensor.input("input " + inputs.size(), shape);
    inputs.add(t);
    return t;
  }

  /** Weights and biases of three layers. */
  private Tensor[] network(int in, int out) {
    return new Tensor[] {
      input(Shape.of(512, in)), input(Shape.of(512)),
      input(Shape.of(512, 512)), input(Shape.of(512)),
      input(Shape.of(out, 512)), input(Shape.of(out))
    };
  }

  private static Tensor apply(Tensor[] w, Tensor x, boolean normalised) {
    Tensor first = x.linear(w[0], w[1]);
    Tensor one = Tensor.filled(Shape.of(512), 1);
    Tensor hidden =
        normalised ? first.layerNorm(one, Tensor.zeros(Shape.of(512)), 1e-5).tanh() : first.elu();
    return hidden.linear(w[2], w[3]).elu().linear(w[4], w[5]);
  }

  private Program gradients() {
    Tensor z = input(Shape.batched(50));
    Tensor a = input(Shape.batched(HORIZON, 6));
    Tensor[] dynamics = network(56, 50);
    Tensor[] reward = network(56, 1);
    Tensor[] q1 = network(56, 1);
    Tensor[] q2 = network(56, 1);
    Tensor value = Tensor.constant(0);
    Tensor state = z;
    for (int t = 0; t < HORIZON; t++) {
      Tensor x = Tensor.concat(-1, state, a.get(1, t));
      value = value.plus(apply(reward, x, false).squeeze(-1));
      state = apply(dynamics, x, false);
    }
    Tensor last = Tensor.concat(-1, state, a.get(1, 0).tanh());
    value = value.plus(apply(q1, last, true).min(apply(q2, last, true)).squeeze(-1));
    List<Tensor> gradients = Transforms.gradient(value, inputs);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("value", value);
    outputs.put("sum", value.sum(0));
    for (int i = 0; i < gradients.size(); i++) {
      outputs.put("gradient of input " + i, gradients.get(i));
    }
    return Program.of(inputs, outputs);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 1", "FLOAT32, 5", "FLOAT32, 32", "FLOAT32, 256",
    "FLOAT64, 1", "FLOAT64, 5", "FLOAT64, 32", "FLOAT64, 256"
  })
  void theBytesDependNeitherOnThreadsNorOnTheRun(DType dtype, int batch) {
    Program program = gradients();
    List<double[]> values = new ArrayList<>(Runs.inputs(program, batch, List.of(), List.of(), 5));
    for (double[] v : values) {
      for (int i = 0; i < v.length; i++) {
        v[i] *= v.length > 512 * 40 ? 0.05 : 1;
      }
    }
    List<double[]> expected = null;
    for (int threads : new int[] {1, 2, 4}) {
      try (CompiledProgram plan = Runs.ENGINE.compile(program, batch, dtype, threads)) {
        for (int run = 0; run < 2; run++) {
          List<double[]> found = Runs.run(plan, values);
          expected = expected == null ? found : expected;
          for (int i = 0; i < found.size(); i++) {
            String what =
                "%s, %d threads, run %d".formatted(program.outputNames().get(i), threads, run);
            assertArrayEquals(expected.get(i), found.get(i), what);
          }
        }
      }
    }
  }
}
