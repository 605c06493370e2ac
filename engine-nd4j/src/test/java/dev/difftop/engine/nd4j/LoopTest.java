package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.CustomFunction;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scan;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.engine.nd4j.rewrite.UnrolledLoops;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops against the same steps written one after the other. */
class LoopTest {
  private final Tensor start = Tensor.input("start", Shape.batched(6));
  private final Tensor weight = Tensor.input("weight", Shape.of(6, 6));

  private Tensor actions(int steps) {
    return Tensor.input("actions", Shape.batched(steps, 6));
  }

  private Tensor next(Tensor x, Tensor u) {
    return x.linear(weight, Tensor.zeros(Shape.of(6))).tanh().plus(u);
  }

  private Tensor cost(Tensor x) {
    return x.square().sum(-1);
  }

  private Tensor scanned(Tensor actions, int steps) {
    return Scan.over(
            steps,
            List.of(start, Tensor.constant(0)),
            List.of(actions),
            (carry, entry) ->
                Scan.Step.of(
                    next(carry.get(0), entry.get(0)), carry.get(1).plus(cost(carry.get(0)))))
        .carry()
        .get(1);
  }

  private Tensor unrolled(Tensor actions, int steps) {
    Tensor x = start;
    Tensor sum = Tensor.constant(0);
    for (int t = 0; t < steps; t++) {
      sum = sum.plus(cost(x));
      x = next(x, actions.get(1, t));
    }
    return sum;
  }

  private Program program(Tensor cost, Tensor actions) {
    List<Tensor> inputs = List.of(start, weight, actions);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("cost", cost);
    List<Tensor> gradient = Transforms.gradient(cost, inputs);
    List<Tensor> directions = inputs.stream().map(Tensor::sin).toList();
    List<Tensor> second = Transforms.jvp(gradient, inputs, directions);
    for (int i = 0; i < inputs.size(); i++) {
      outputs.put("gradient " + i, gradient.get(i));
      outputs.put("product " + i, second.get(i));
    }
    return Program.of(inputs, outputs);
  }

  /** The mode that looks for numbers that are not finite writes loops out, both directions'. */
  @Test
  void writtenOutItIsTheSame() {
    Tensor actions = actions(5);
    Program loop = program(scanned(actions, 5), actions);
    Program flat = UnrolledLoops.unroll(loop);
    assertTrue(loop.nodes().stream().anyMatch(t -> t.primitive() instanceof Scan));
    assertTrue(flat.nodes().stream().noneMatch(t -> t.primitive() instanceof Scan));
    List<double[]> inputs = Runs.inputs(loop, 3, List.of(), List.of(), 3);
    Interpreter interpreter = new Interpreter();
    List<double[]> expected = Runs.run(interpreter, loop, 3, DType.FLOAT64, 1, inputs);
    List<double[]> found = Runs.run(interpreter, flat, 3, DType.FLOAT64, 1, inputs);
    for (int i = 0; i < expected.size(); i++) {
      Runs.assertClose("output " + i, expected.get(i), found.get(i), 1e-13);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void givesWhatTheStepsGiveOneByOne(int threads) {
    int steps = 4;
    int batch = 37;
    Tensor actions = actions(steps);
    Program loop = program(scanned(actions, steps), actions);
    Program plain = program(unrolled(actions, steps), actions);
    List<double[]> inputs = Runs.inputs(loop, batch, List.of(), List.of(), 3);
    List<double[]> expected = Runs.run(Runs.ENGINE, plain, batch, DType.FLOAT64, 1, inputs);
    List<double[]> found = Runs.run(Runs.ENGINE, loop, batch, DType.FLOAT64, threads, inputs);
    for (int i = 0; i < expected.size(); i++) {
      Runs.assertClose(loop.outputNames().get(i), expected.get(i), found.get(i), 1e-12);
    }
  }

  /** Neither tensors nor steps of the plan grow with the horizon. */
  @Test
  void aProgramDoesNotGrowWithItsNumberOfSteps() {
    List<Integer> tensors = new ArrayList<>();
    List<Integer> lines = new ArrayList<>();
    List<Long> operations = new ArrayList<>();
    for (int steps : new int[] {3, 300}) {
      Tensor actions = actions(steps);
      Program program = program(scanned(actions, steps), actions);
      tensors.add(program.nodes().size());
      try (CompiledProgram plan = Runs.ENGINE.compile(program, 2, DType.FLOAT32)) {
        lines.add(plan.dump().split("\n").length);
        operations.add(plan.operationCount());
      }
    }
    assertEquals(tensors.get(0), tensors.get(1));
    assertEquals(lines.get(0), lines.get(1));
    assertTrue(operations.get(1) > 50 * operations.get(0), operations.toString());
  }

  /** What is stated beforehand is what more steps cost. */
  @Test
  void theStatedMemoryIsWhatStepsCost() {
    long[] bytes = new long[2];
    long[] stated = new long[2];
    int[] horizons = {10, 110};
    int batch = 16;
    for (int i = 0; i < 2; i++) {
      Tensor actions = actions(horizons[i]);
      Tensor cost = scanned(actions, horizons[i]);
      stated[i] = ((Scan) cost.primitive()).loop().backwardBytes(batch, DType.FLOAT32);
      Program program =
          Program.of(
              List.of(start, weight, actions), Map.of("g", Transforms.gradient(cost, weight)));
      try (CompiledProgram plan = Runs.ENGINE.compile(program, batch, DType.FLOAT32)) {
        plan.run();
        bytes[i] = plan.memoryBytes();
      }
    }
    long inputs = 100L * batch * 6 * Float.BYTES;
    long costs = 100L * batch * Float.BYTES;
    long grown = bytes[1] - bytes[0] - inputs;
    long more = stated[1] - stated[0];
    // The cost is carried but not needed on the way back, and memory comes in cache lines.
    assertTrue(grown <= more && grown >= more - costs - 1024, grown + " of " + more);
  }

  /** A black box that fails after some calls. */
  private static final class Failing implements CustomFunction {
    @Override
    public String name() {
      return "failing";
    }

    @Override
    public int[] argumentSizes() {
      return new int[] {6};
    }

    @Override
    public int resultSize() {
      return 6;
    }

    @Override
    public void value(int rows, double[][] arguments, double[] result) {
      throw new IllegalStateException("no more");
    }

    @Override
    public void jacobian(int rows, double[][] arguments, double[] jacobian) {
      throw new IllegalStateException("no more");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aFailureInAStepIsPassedOn(int threads) {
    Failing failing = new Failing();
    Tensor sum =
        Scan.over(
                3,
                List.of(start, Tensor.zeros(Shape.of(6))),
                List.of(),
                (carry, none) ->
                    Scan.Step.of(
                        Tensor.custom(failing, carry.get(0)),
                        carry.get(1).plus(carry.get(0).sum(0))))
            .carry()
            .get(1);
    Program program = Program.of(List.of(start), Map.of("sum", sum));
    try (CompiledProgram plan = Runs.ENGINE.compile(program, 40, DType.FLOAT64, threads)) {
      for (int i = 0; i < 2; i++) {
        String message = assertThrows(IllegalStateException.class, plan::run).getMessage();
        assertEquals("no more", message);
      }
    }
  }
}
