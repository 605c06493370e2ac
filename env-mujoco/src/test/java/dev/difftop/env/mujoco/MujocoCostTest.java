package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.env.mujoco.MujocoCostConfig.Term;
import dev.difftop.env.mujoco.physics.ModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MujocoCostTest {
  private static MujocoCost cost(int nx, Term... terms) {
    return new MujocoCost(
        new MujocoCostConfig(
            "walker-walk", Optional.empty(), Optional.empty(), List.of(terms), 0.5, 2, 1e-6, 2),
        new Shapes(Map.of(), 6, nx));
  }

  private static final MujocoCost COST =
      cost(
          18,
          new Term("z:torso", 1.3, 4),
          new Term("cos:rooty", 1, 2),
          new Term("sensor:torso_subtreelinvel[0]", 1, 3),
          new Term("qvel:rootx", 0.5, 1),
          new Term("upright:torso", 1, 1));

  private static Program program() {
    Tensor x = Tensor.input("x", Shape.batched(18));
    Tensor u = Tensor.input("u", Shape.batched(6));
    Tensor t = Tensor.input("t", Shape.scalar());
    Stage at =
        new Stage(
            x,
            u,
            t,
            name -> {
              throw new AssertionError(name);
            },
            name -> {
              throw new AssertionError(name);
            });
    Tensor cost = COST.stage(at);
    List<Tensor> gradient = Transforms.gradient(cost, List.of(x, u));
    return Program.of(
        List.of(x, u), Map.of("cost", cost, "dx", gradient.get(0), "du", gradient.get(1)));
  }

  private static double[] state() {
    double[] x = new double[18];
    for (int i = 0; i < 18; i++) {
      x[i] = 0.1 * Math.sin(3 * i + 1);
    }
    return x;
  }

  @Test
  void isTheSumOfItsTerms() {
    try (CompiledProgram plan = new Interpreter().compile(program(), 1, DType.FLOAT64, 1)) {
      double[] x = state();
      plan.input("x").write(0, x, 0, 18);
      plan.input("u").fill(0.5);
      plan.run();
      double height = 1.3 + x[0];
      double upright = Math.cos(x[2]);
      try (MujocoEnvironment world = new MujocoEnvironment(MujocoConfig.of("walker-walk"))) {
        world.reset(dev.difftop.api.array.RandomStream.root(1));
        world.setSimulatorState(x);
        assertEquals(height, world.observe().get("height").get(0), 1e-12);
      }
      double rest =
          4 * square(height - 1.3) + 3 * square(upright - 1) + square(x[10] - 0.5) + 0.5 * 6 * 0.25;
      double found = plan.output("cost").get(0) * 2;
      // What is left is the term of the measured velocity.
      double velocity = Math.sqrt((found - rest) / 3);
      assertTrue(velocity > 0 && velocity < 2, "velocity term " + velocity);
    }
  }

  private static double square(double x) {
    return x * x;
  }

  @Test
  void itsGradientIsThatOfDifferences() {
    try (CompiledProgram plan = new Interpreter().compile(program(), 1, DType.FLOAT64, 1)) {
      double[] x = state();
      plan.input("u").fill(0.5);
      plan.input("x").write(0, x, 0, 18);
      plan.run();
      double[] gradient = plan.output("dx").toDoubles();
      assertEquals(0.25, plan.output("du").get(3), 1e-12);
      double h = 1e-5;
      for (int i = 0; i < 18; i++) {
        double above = at(plan, x, i, h);
        double below = at(plan, x, i, -h);
        assertEquals((above - below) / (2 * h), gradient[i], 1e-6, "number " + i);
      }
    }
  }

  private static double at(CompiledProgram plan, double[] x, int i, double by) {
    double[] moved = x.clone();
    moved[i] += by;
    plan.input("x").write(0, moved, 0, 18);
    plan.run();
    return plan.output("cost").get(0);
  }

  @Test
  void badTermsAreRefused() {
    IllegalArgumentException forces =
        assertThrows(
            IllegalArgumentException.class, () -> cost(18, new Term("ctrl:left_hip", 0, 1)));
    assertTrue(forces.getMessage().contains("depends on forces or controls"));
    ModelException name =
        assertThrows(ModelException.class, () -> cost(18, new Term("z:torsoo", 0, 1)));
    assertTrue(name.getMessage().contains("did you mean \"torso\"?"), name.getMessage());
    IllegalArgumentException size =
        assertThrows(IllegalArgumentException.class, () -> cost(4, new Term("z:torso", 0, 1)));
    assertTrue(size.getMessage().contains("size 4, expected 18"), size.getMessage());
  }
}
