package dev.difftop.learner.imitation;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.optim.GradientSum;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The gradient of {@code Σ_b z̄_b · h(o_b) + w |f(h(o), a, y) - h(o')|²} in the parameters of
 * encoder and dynamics and in the codes: what the adjoint leaves to the encoder, and the
 * consistency loss. {@code o'} is observed one planned action later; its state is a target, through
 * which no gradient goes.
 */
final class EncoderPullBack implements AutoCloseable {
  private static final String NEXT = "next ";
  private static final String TAKEN = "taken action";
  private static final String CODE_GRADIENT = "gradient of the code";

  private final PlanningModel model;
  private final ImitationConfig config;
  private final Demonstrations data;
  private final Normalizers normalizers;
  private final Map<String, Tensor> theta;
  private final CompiledProgram program;

  EncoderPullBack(
      PlanningModel model,
      ImitationConfig config,
      Demonstrations data,
      Normalizers normalizers,
      int threads) {
    this.model = model;
    this.config = config;
    this.data = data;
    this.normalizers = normalizers;
    this.theta = model.encoderInputs();
    this.program = model.engine().compile(trace(), config.batch(), model.dtype(), threads);
    model.parameters().bindTo(program);
  }

  private Program trace() {
    ProblemSpec spec = model.spec();
    Map<String, Tensor> now = model.observationInputs("");
    Map<String, Tensor> next = model.observationInputs(NEXT);
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(spec);
    theta.putAll(leaves.parameters());
    Tensor stateBar = Tensor.input(PlanningModel.STATE_BAR, Shape.batched(spec.stateSize()));
    Tensor taken = Tensor.input(TAKEN, Shape.batched(spec.actionSize()));
    Tensor state = model.encode(now, theta);
    Tensor target = model.encode(next, theta).stopGradient();
    Tensor predicted = spec.next(state, taken, Tensor.constant(0), leaves);
    Tensor consistency = predicted.minus(target).square().mean(0, 1);
    Tensor total = stateBar.dot(state).sum(0).plus(consistency.times(config.consistency()));
    Map<String, Tensor> wrt = new LinkedHashMap<>(theta);
    Optional.ofNullable(leaves.context().get(CodePrior.LEAF))
        .ifPresent(code -> wrt.put(CODE_GRADIENT, code));
    List<Tensor> gradient = Transforms.gradient(total, List.copyOf(wrt.values()));
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("consistency", consistency);
    int i = 0;
    for (String name : wrt.keySet()) {
      out.put(name, gradient.get(i++));
    }
    List<Tensor> inputs = new ArrayList<>(now.values());
    inputs.addAll(next.values());
    inputs.addAll(wrt.values());
    inputs.add(stateBar);
    inputs.add(taken);
    return Program.of(inputs, out);
  }

  /**
   * Adds the gradient in the parameters.
   *
   * @param stateBar derivative of the loss in the encoded states, (B, nz)
   * @param codes as the solves had them, (B, size)
   * @return the consistency loss, not weighted
   */
  double run(int[] rows, Array stateBar, Optional<Array> codes, GradientSum gradients) {
    for (String key : data.observationShapes().keySet()) {
      Normalizer normalizer = normalizers.observations().get(key);
      data.gather(key, rows, 0, normalizer, program.input(key));
      data.gather(key, rows, config.chunk(), normalizer, program.input(NEXT + key));
    }
    double[] taken = data.gatherActions(rows, config.chunk(), normalizers.actions());
    program.input(TAKEN).write(0, taken, 0, taken.length);
    program.input(PlanningModel.STATE_BAR).copyFrom(stateBar);
    codes.ifPresent(code -> program.input(CodePrior.LEAF).copyFrom(code));
    program.run();
    theta.keySet().forEach(name -> gradients.add(name, program.output(name)));
    return program.output("consistency").get(0);
  }

  /** Derivative of the weighted consistency loss in the codes of the last run, (B, size). */
  Array codeCotangent() {
    return program.output(CODE_GRADIENT);
  }

  @Override
  public void close() {
    program.close();
  }
}
