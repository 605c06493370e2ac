package dev.difftop.learning.model;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.learning.audit.GradientAudit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Initial states as the encoder of a model makes them of given observations, in float64 whatever
 * the model's format: for its numbers as they were when this was made, for others, and backwards.
 * So a {@link GradientAudit} reaches the parameters of the encoder.
 */
public final class EncodedStates implements AutoCloseable {
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

  /** The encoder's parameters by full name; not to be changed. */
  public Map<String, Array> parameters() {
    return parameters;
  }

  /** The states, (B, nz). */
  public Array states() {
    encoding.run();
    return encoding.output("state").as(DType.FLOAT64);
  }

  /** The states with another value of one parameter, (B, nz). */
  public Array statesWith(String parameter, Array value) {
    encoding.input(parameter).copyFrom(value);
    Array out = states();
    encoding.input(parameter).copyFrom(parameters.get(parameter));
    return out;
  }

  /**
   * The derivative of a loss in the states, pulled back to the encoder's parameters.
   *
   * @param statesBar (B, nz)
   * @return by full name, shaped like the parameter; none for an encoder without parameters
   */
  public Map<String, Array> pullBack(Array statesBar) {
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
