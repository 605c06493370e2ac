package dev.difftop.learning.model;

import dev.difftop.api.Problem;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.learning.audit.DerivedInput;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Initial states as the encoder of a model makes them of given observations, in float64 whatever
 * the model's format: for its numbers as they were when this was made, for others, and backwards.
 * So a {@link GradientAudit} reaches the parameters of the encoder.
 */
public final class EncodedStates implements DerivedInput, AutoCloseable {
  private final Map<String, Array> parameters = new LinkedHashMap<>();
  private final CompiledProgram encoding;
  private final Optional<CompiledProgram> pullBack;

  /**
   * States of some observations.
   *
   * @param observations normalised, by name, each (B, ...) with the shapes of the model
   */
  public EncodedStates(PlanningModel model, Map<String, Array> observations, int batch) {
    model
        .encoderParameters()
        .forEach(
            name -> parameters.put(name, model.parameters().arrays().get(name).as(DType.FLOAT64)));
    this.encoding = compile(model, model.encoding(), observations, batch);
    this.pullBack =
        parameters.isEmpty()
            ? Optional.empty()
            : Optional.of(compile(model, model.encodingPullBack(), observations, batch));
  }

  private CompiledProgram compile(
      PlanningModel model, Program program, Map<String, Array> observations, int batch) {
    CompiledProgram plan = model.engine().compile(program, batch, DType.FLOAT64);
    observations.forEach((name, values) -> plan.input(name).copyFrom(values));
    parameters.forEach((name, values) -> plan.input(name).copyFrom(values));
    return plan;
  }

  /** {@inheritDoc} Those of the encoder. */
  @Override
  public Map<String, Array> parameters() {
    return parameters;
  }

  /** The states, (B, nz). */
  public Array states() {
    encoding.run();
    return encoding.output("state").as(DType.FLOAT64);
  }

  @Override
  public Problem with(Problem problem, String parameter, Array value) {
    return new Problem(
        problem.spec(),
        problem.dtype(),
        statesWith(parameter, value),
        problem.low(),
        problem.high(),
        problem.context(),
        problem.parameters());
  }

  @Override
  public Map<String, Array> pullBack(Gradients gradients) {
    return pullBack(gradients.initialState());
  }

  private Array statesWith(String parameter, Array value) {
    encoding.input(parameter).copyFrom(value);
    Array out = states();
    encoding.input(parameter).copyFrom(parameters.get(parameter));
    return out;
  }

  /** From the derivative in the states, (B, nz); none for an encoder without parameters. */
  private Map<String, Array> pullBack(Array statesBar) {
    Map<String, Array> out = new LinkedHashMap<>();
    pullBack.ifPresent(
        plan -> {
          plan.input(PlanningModel.STATE_BAR).copyFrom(statesBar);
          plan.run();
          parameters.keySet().forEach(name -> out.put(name, plan.output(name).as(DType.FLOAT64)));
        });
    return out;
  }

  @Override
  public void close() {
    encoding.close();
    pullBack.ifPresent(CompiledProgram::close);
  }
}
