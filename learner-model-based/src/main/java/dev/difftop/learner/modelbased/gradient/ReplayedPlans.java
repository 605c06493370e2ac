package dev.difftop.learner.modelbased.gradient;

import dev.difftop.api.Chosen;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learner.modelbased.acting.Planner;
import dev.difftop.learning.audit.AuditSample;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.model.EncodedStates;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.PlanningModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Plans from the first states of replayed sequences in float64, with the loss of the policy
 * gradient: {@code -w mean min(Q̃1, Q̃2)(s, a*_0)}, linear in a*_0 at a solution.
 */
final class ReplayedPlans implements AuditSample {
  private final Chosen<Solver> solver;
  private final EncodedStates states;
  private final CompiledProgram values;
  private final double weight;
  private final Problem problem;

  /**
   * Plans of one planner.
   *
   * @param observed sequences by observation, (B, H + 1, ...), B at least {@code samples}
   * @param weight of the loss
   */
  ReplayedPlans(
      ModelUpdate update,
      Planner planner,
      Chosen<Solver> solver,
      Map<String, Array> observed,
      int samples,
      double weight) {
    this.solver = solver;
    this.weight = weight;
    PlanningModel model = planner.model();
    Map<String, Array> first = new LinkedHashMap<>();
    model
        .observations()
        .keySet()
        .forEach(name -> first.put(name, firstOf(observed.get(name), samples)));
    this.states = new EncodedStates(model, first, samples);
    this.values =
        model.engine().compile(PlanGradient.valueProgram(update.world()), samples, DType.FLOAT64);
    first.forEach((name, o) -> values.input(name).copyFrom(o));
    for (String name : update.world().observationCriticParameters()) {
      values.input(name).copyFrom(update.parameters().arrays().get(name));
    }
    Problem trained = model.problem(states.states(), planner.low(), planner.high());
    this.problem =
        new Problem(
            model.spec(),
            DType.FLOAT64,
            states.states(),
            planner.low(),
            planner.high(),
            Map.of(),
            trained.parameters());
  }

  private static Array firstOf(Array sequences, int samples) {
    int[] dims = sequences.shape().dims();
    int[] first = Arrays.copyOfRange(dims, 1, dims.length);
    first[0] = samples;
    Array out = Array.zeros(DType.FLOAT64, Shape.of(first));
    int sequence = sequences.size() / dims[0];
    int one = sequence / dims[1];
    double[] row = new double[one];
    for (int b = 0; b < samples; b++) {
      sequences.read(b * sequence, row, 0, one);
      out.write(b * one, row, 0, one);
    }
    return out;
  }

  @Override
  public Problem problem() {
    return problem;
  }

  @Override
  public Optional<Chosen<Solver>> solver() {
    return Optional.of(solver);
  }

  @Override
  public GradientAudit.Subject at(Solution solution) {
    FirstActions.take(solution, values.input(PlanGradient.ACTION));
    values.run();
    double[] weights =
        FirstActions.cotangent(solution, values.output(PlanGradient.GRADIENT), weight);
    return new GradientAudit.Subject(problem, solution, weights, Optional.of(states));
  }

  @Override
  public void close() {
    states.close();
    values.close();
  }
}
