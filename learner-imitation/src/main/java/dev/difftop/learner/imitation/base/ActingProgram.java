package dev.difftop.learner.imitation.base;

import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.model.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Programs of planners: of one sample, bound to parameters that are learned or loaded. */
public final class ActingProgram {
  private ActingProgram() {}

  /**
   * Compiles a program and binds the parameters that it reads.
   *
   * @param inputs those beside the parameters
   * @param outputs by name, given the parameters by full name
   * @param batch samples at once
   */
  public static CompiledProgram compile(
      Engine engine,
      Parameters parameters,
      List<Tensor> inputs,
      int batch,
      Function<Function<String, Tensor>, Map<String, Tensor>> outputs) {
    Map<String, Tensor> theta = new LinkedHashMap<>();
    Map<String, Tensor> read = new LinkedHashMap<>();
    parameters
        .arrays()
        .forEach((name, array) -> theta.put(name, Tensor.input(name, array.shape())));
    Map<String, Tensor> out =
        outputs.apply(
            name -> {
              read.put(name, theta.get(name));
              return theta.get(name);
            });
    List<Tensor> all = new ArrayList<>(inputs);
    all.addAll(read.values());
    CompiledProgram compiled = engine.compile(Program.of(all, out), batch, DType.FLOAT32);
    parameters.bindTo(compiled);
    return compiled;
  }
}
