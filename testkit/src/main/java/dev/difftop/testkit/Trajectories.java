package dev.difftop.testkit;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What actions lead to in a problem, in float64 by the interpreter: the judge of what a solver says
 * about its solution.
 *
 * @param states rollout of the actions, (B, H + 1, nx)
 * @param cost J, one per sample
 * @param gradient dJ/du, (B, H, nu)
 */
public record Trajectories(double[] states, double[] cost, double[] gradient) {
  /**
   * Rolls out.
   *
   * @param actions (B, H, nu), row-major
   */
  public static Trajectories of(Problem problem, double[] actions) {
    ProblemSpec spec = problem.spec();
    try (CompiledProgram plan =
        new Interpreter().compile(program(spec), problem.batch(), DType.FLOAT64)) {
      plan.input(0).copyFrom(problem.initialState());
      plan.input(1).write(0, actions, 0, actions.length);
      problem.context().forEach((name, array) -> plan.input(name).copyFrom(array));
      problem.parameters().forEach((name, array) -> plan.input(name).copyFrom(array));
      plan.run();
      return new Trajectories(
          plan.output("states").toDoubles(),
          plan.output("cost").toDoubles(),
          plan.output("gradient").toDoubles());
    }
  }

  /**
   * Traces the rollout: inputs initial state, actions and leaves, outputs {@code states}, {@code
   * cost}, {@code gradient}, and {@code violation}, 0 where all limits are kept.
   */
  static Program program(ProblemSpec spec) {
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(spec);
    Tensor x0 = Tensor.input("initial state", Shape.batched(spec.stateSize()));
    Tensor u = Tensor.input("actions", Shape.batched(spec.horizon(), spec.actionSize()));
    Tensor x = x0;
    Tensor cost = Tensor.zeros(Shape.batched());
    Tensor violation = Tensor.zeros(Shape.batched());
    List<Tensor> states = new ArrayList<>(List.of(x0));
    for (int t = 0; t < spec.horizon(); t++) {
      Tensor action = u.get(1, t);
      cost = cost.plus(spec.stage(x, action, Tensor.constant(t), leaves));
      for (Tensor limit : spec.limits(x, action, Tensor.constant(t), leaves).violations()) {
        violation = violation.max(limit);
      }
      x = spec.next(x, action, Tensor.constant(t), leaves);
      states.add(x);
    }
    cost = cost.plus(spec.terminalCost(x, leaves));
    for (Tensor limit : spec.terminalLimits(x, leaves).violations()) {
      violation = violation.max(limit);
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("states", Tensor.stack(1, states.toArray(Tensor[]::new)));
    outputs.put("cost", cost);
    outputs.put("violation", violation);
    outputs.put("gradient", Transforms.gradient(cost, u));
    List<Tensor> inputs = new ArrayList<>(List.of(x0, u));
    inputs.addAll(leaves.context().values());
    inputs.addAll(leaves.parameters().values());
    return Program.of(inputs, outputs);
  }

  /**
   * Largest |dJ/du| of a sample on the free set: components strictly inside the box, or on a bound
   * with a gradient that points inwards.
   *
   * @param actions those the gradient was taken at
   */
  public double stationarity(Problem problem, Array actions, int sample) {
    int n = gradient.length / problem.batch();
    double largest = 0;
    for (int i = 0; i < n; i++) {
      double u = actions.get(sample * n + i);
      double g = gradient[sample * n + i];
      double low = problem.low(sample, i);
      double high = problem.high(sample, i);
      boolean held = low == high || (u <= low && g > 0) || (u >= high && g < 0);
      largest = held ? largest : Math.max(largest, Math.abs(g));
    }
    return largest;
  }
}
