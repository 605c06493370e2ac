package dev.difftop.app.reference.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The network is the one of the comparison: its numbers are those of the same network in PyTorch
 * 1.13, in float64.
 */
class PlanningNetworkTest {
  /** Element i of input k, of n columns, is {@code 1.5 sin(0.37 i + k) / √n}. */
  private static CompiledProgram run(Program program) {
    CompiledProgram plan = new Interpreter().compile(program, 2, DType.FLOAT64);
    for (int k = 0; k < program.inputs().size(); k++) {
      Array array = plan.input(k);
      double size = 1.5 / Math.sqrt(array.shape().dim(array.shape().rank() - 1));
      for (int i = 0; i < array.size(); i++) {
        array.set(i, size * Math.sin(0.37 * i + k));
      }
    }
    plan.run();
    return plan;
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
  }

  @Test
  void valueAndGradientAreThoseOfPytorch() {
    try (CompiledProgram plan = run(PlanningNetwork.gradient())) {
      assertArrayEquals(
          new double[] {5.396282057454384, 5.404113055868555},
          plan.output("value").toDoubles(),
          1e-12);
      double[] gradient = plan.output("gradient").toDoubles();
      assertEquals(0.01541124064157349, norm(gradient), 1e-14);
      assertEquals(0.00014893247255610945, gradient[0], 1e-14, "sample 0, action 0");
      assertEquals(0.0024198581598273913, gradient[30 + 25], 1e-14, "sample 1, action 4");
    }
  }

  @Test
  void hessianVectorProductIsThatOfPytorch() {
    try (CompiledProgram plan = run(PlanningNetwork.hessianVector())) {
      double[] product = plan.output(0).toDoubles();
      assertEquals(0.006517447442540372, norm(product), 1e-14);
      assertEquals(-0.0008123129670606371, product[0], 1e-14, "sample 0, action 0");
      assertEquals(-0.0005105661828158426, product[30 + 25], 1e-14, "sample 1, action 4");
    }
  }
}
