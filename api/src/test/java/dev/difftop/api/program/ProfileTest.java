package dev.difftop.api.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfileTest {
  @Test
  void listsTheSlowestStepFirst() {
    Profile profile =
        new Profile(
            4,
            30,
            List.of(new Profile.Step("quick", 1000, 5), new Profile.Step("slow", 50_000, 25)));
    List<String> lines = profile.toString().lines().toList();
    assertTrue(lines.get(0).contains("30.0 us per run, mean of 4 runs"), lines::toString);
    assertTrue(lines.get(2).matches(" *25\\.0 +83\\.3% +2\\.0 +slow"), lines::toString);
    assertTrue(lines.get(3).matches(" *5\\.0 +16\\.7% +0\\.2 +quick"), lines::toString);
  }

  @Test
  void theInterpreterCountsAndProfilesEveryTensor() {
    Tensor x = Tensor.input("x", Shape.batched(3));
    Tensor w = Tensor.input("w", Shape.of(2, 3));
    Tensor y = x.linear(w, Tensor.constant(new double[] {1, 2}));
    Program program = Program.of(List.of(x, w), Map.of("y", y));
    try (CompiledProgram plan = new Interpreter().compile(program, 5, DType.FLOAT64)) {
      assertTrue(plan.operationCount() >= 5 * 2 * 2 * 3, "the product's");
      Profile profile = plan.profile(2);
      assertEquals(program.nodes().size(), profile.steps().size());
      assertTrue(profile.steps().stream().anyMatch(s -> s.operations() == 5 * 2 * 2 * 3));
      assertEquals(
          plan.operationCount(),
          profile.steps().stream().mapToLong(Profile.Step::operations).sum());
      assertThrows(IllegalArgumentException.class, () -> plan.profile(0));
      plan.close();
      assertThrows(IllegalStateException.class, () -> plan.profile(1));
    }
  }
}
