package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.CustomFunction;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bytes on one, two, four threads, also where samples are summed. */
class ThreadsTest {
  /**
   * A network with its gradients in weights and input: losses, sums over the batch, contractions.
   */
  private static Program training() {
    Tensor x = Tensor.input("x", Shape.batched(3, 20));
    Tensor w1 = Tensor.input("w1", Shape.of(70, 20));
    Tensor b1 = Tensor.input("b1", Shape.of(70));
    Tensor w2 = Tensor.input("w2", Shape.of(5, 70));
    Tensor target = Tensor.input("target", Shape.batched(3, 5));
    Tensor hidden = x.linear(w1, b1).elu();
    Tensor y = hidden.linear(w2, Tensor.zeros(Shape.of(5))).softmax(-1);
    Tensor loss = y.minus(target).square().sumPerSample().mean(0).plus(w1.square().sum(0, 1));
    List<Tensor> inputs = List.of(x, w1, b1, w2, target);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("loss", loss);
    outputs.put("y", y);
    List<Tensor> gradients = Transforms.gradient(loss, inputs);
    for (int i = 0; i < gradients.size(); i++) {
      outputs.put("gradient " + i, gradients.get(i));
    }
    return Program.of(inputs, outputs);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, 1", "FLOAT32, 9", "FLOAT32, 64", "FLOAT32, 150", "FLOAT64, 64"})
  void trainingGivesTheSameBytes(DType dtype, int batch) {
    Program program = training();
    List<double[]> inputs = Runs.inputs(program, batch, List.of(), List.of(), 5);
    List<double[]> expected = Runs.run(Runs.ENGINE, program, batch, dtype, 1, inputs);
    for (int threads : new int[] {1, 2, 3, 4, 64}) {
      List<double[]> found = Runs.run(Runs.ENGINE, program, batch, dtype, threads, inputs);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(
            expected.get(i), found.get(i), program.outputNames().get(i) + ", threads " + threads);
      }
    }
    Runs.assertAgrees(
        "training", program, batch, dtype, inputs, dtype == DType.FLOAT32 ? 1e-5 : 1e-12);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aFailureReachesTheCallerAndLeavesThePlanUsable(int threads) {
    Tensor x = Tensor.input("x", Shape.batched(2));
    Program program =
        Program.of(
            List.of(x), Map.of("y", Tensor.custom(new Refusing(), x.sin()).sum(0), "z", x.cos()));
    try (CompiledProgram plan = Runs.ENGINE.compile(program, 30, DType.FLOAT64, threads)) {
      plan.input(0).fill(1);
      plan.input(0).set(59, -1);
      String message = assertThrows(IllegalArgumentException.class, plan::run).getMessage();
      assertEquals("negative", message);
      plan.input(0).fill(0);
      plan.run();
      assertArrayEquals(new double[] {30}, plan.output("y").toDoubles());
    }
  }

  /** Answers 1, refuses negative arguments. */
  private record Refusing() implements CustomFunction {
    @Override
    public String name() {
      return "refusing";
    }

    @Override
    public int[] argumentSizes() {
      return new int[] {2};
    }

    @Override
    public int resultSize() {
      return 1;
    }

    @Override
    public void value(int rows, double[][] arguments, double[] result) {
      for (double v : arguments[0]) {
        if (v < 0) {
          throw new IllegalArgumentException("negative");
        }
      }
      java.util.Arrays.fill(result, 1);
    }

    /** The value is 1 whatever the arguments. */
    @Override
    public void jacobian(int rows, double[][] arguments, double[] jacobian) {
      java.util.Arrays.fill(jacobian, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void plansOfOneEngineRunSideBySide(int threads) throws InterruptedException {
    Program program = training();
    List<double[]> inputs = Runs.inputs(program, 40, List.of(), List.of(), 5);
    List<double[]> expected = Runs.run(Runs.ENGINE, program, 40, DType.FLOAT32, 1, inputs);
    List<Thread> callers = new ArrayList<>();
    List<List<double[]>> found = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread caller =
          new Thread(
              () -> {
                List<double[]> outputs =
                    Runs.run(Runs.ENGINE, program, 40, DType.FLOAT32, threads, inputs);
                synchronized (found) {
                  found.add(outputs);
                }
              });
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(4, found.size());
    for (List<double[]> outputs : found) {
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), outputs.get(i));
      }
    }
  }
}
