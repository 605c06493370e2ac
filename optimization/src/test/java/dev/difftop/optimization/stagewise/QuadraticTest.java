package dev.difftop.optimization.stagewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.StageExpansion;
import dev.difftop.testkit.LinearQuadratic;
import dev.difftop.testkit.Problems;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Linear-quadratic problems are recognised, and their matrices fetched. */
class QuadraticTest {
  private final Problem lq = LinearQuadratic.random(3, 2, 4, 2, 7).problem();
  private final Program matrices = new StageExpansion(lq.spec()).quadratic().orElseThrow();

  @Test
  void onlyLinearQuadraticProblemsAreRecognised() {
    assertTrue(
        new StageExpansion(LinearQuadratic.doubleIntegrator(3, 1).spec()).quadratic().isPresent());
    assertFalse(new StageExpansion(Problems.pendulum(3, 1, 1).spec()).quadratic().isPresent());
  }

  @Test
  void whatIsFetchedIsWhatTheProgramComputes() {
    Map<String, LeafForms.Form[]> forms = LeafForms.of(matrices).orElseThrow();
    try (CompiledProgram plan = new Interpreter().compile(matrices, 2, DType.FLOAT64)) {
      lq.context().forEach((name, array) -> plan.input(name).copyFrom(array));
      plan.run();
      for (String name : matrices.outputNames()) {
        double[] computed = plan.output(name).toDoubles();
        LeafForms.Form[] found = forms.get(name);
        for (int i = 0; i < computed.length; i++) {
          assertEquals(
              computed[i], value(found[i % found.length], i / found.length), 1e-15, name + i);
        }
      }
    }
  }

  private double value(LeafForms.Form form, int sample) {
    double sum = form.constant();
    for (int k = 0; k < form.inputs().length; k++) {
      Array leaf = lq.context().get(matrices.inputName(form.inputs()[k]));
      int size = leaf.size() / 2;
      sum += form.factors()[k] * leaf.get(sample * size + form.elements()[k]);
    }
    return sum;
  }

  @Test
  void productsOfLeavesAreNotFetched() {
    Tensor a = Tensor.input("a", dev.difftop.api.array.Shape.batched(2));
    Program square = Program.of(List.of(a), Map.of("y", a.times(a)));
    assertTrue(LeafForms.of(square).isEmpty());
    Program sums = Program.of(List.of(a), Map.of("y", a.times(2).plus(a.times(3)).plus(1)));
    LeafForms.Form form = LeafForms.of(sums).orElseThrow().get("y")[1];
    assertEquals(5, form.factors()[0]);
    assertEquals(1, form.elements()[0]);
    assertEquals(1, form.constant());
  }
}
