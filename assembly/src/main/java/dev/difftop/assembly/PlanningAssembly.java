package dev.difftop.assembly;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.ProblemSpec.Leaves;
import dev.difftop.api.ProblemSpec.Parameter;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solver;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes the parts of a trajectory problem in their order, hands the shapes along, and traces every
 * program once: what does not fit is said before anything runs, with both plugins and both shapes.
 */
public final class PlanningAssembly {
  private final Assembly assembly;
  private final PlanningChoices choices;
  private final Shapes observed;
  private final Map<String, Shape> given;

  /**
   * An assembly of one problem.
   *
   * @param assembly makes the parts
   * @param choices which parts
   * @param observed observations and actions of the environment or dataset, and the size of the
   *     state where there is no encoder
   * @param given context leaves that come with every solve, by name, with their sample shapes
   */
  public PlanningAssembly(
      Assembly assembly, PlanningChoices choices, Shapes observed, Map<String, Shape> given) {
    this.assembly = assembly;
    this.choices = choices;
    this.observed = observed;
    this.given = given;
  }

  /**
   * Makes and checks everything.
   *
   * @param random the stream of the run
   * @throws ConfigurationException if the parts do not fit each other
   * @throws PartException if a part cannot be made
   */
  public Planning assemble(RandomStream random) {
    Optional<Encoder> encoder =
        choices.encoder().map(c -> assembly.make(c, observed.withStateSize(0), random));
    Map<String, Parameter> encoderParameters = new LinkedHashMap<>();
    Map<String, Shape> context = new LinkedHashMap<>(given);
    encoder.ifPresent(e -> context.putAll(traceEncoder(e, encoderParameters)));

    Shapes shapes = encoder.map(e -> observed.withStateSize(e.stateSize())).orElse(observed);
    Dynamics dynamics = assembly.make(choices.dynamics(), shapes, random);
    checkSizes(dynamics, shapes);
    Cost cost = assembly.make(choices.cost(), shapes, random);
    ProblemSpec spec =
        explained(
            "",
            choices.dynamics() + " and " + choices.cost(),
            () ->
                new ProblemSpec(
                    dynamics,
                    cost,
                    choices.horizon(),
                    choices.discount(),
                    choices.controlPenalty()));
    checkContext(spec, context);
    trace(spec);
    Solver solver = assembly.make(choices.solver(), shapes, random);
    solver
        .refusal(spec)
        .ifPresent(
            reason -> {
              solver.close();
              throw fault("solver", "%s cannot solve this: %s".formatted(choices.solver(), reason));
            });
    // Declaring happens once in a part's life, and that of the traced encoder is over.
    Optional<Encoder> fresh =
        choices.encoder().map(c -> assembly.make(c, observed.withStateSize(0), random));
    return new Planning(fresh, encoderParameters, spec, solver);
  }

  /** Traces the encoder; returns the context leaves it makes. */
  private Map<String, Shape> traceEncoder(Encoder encoder, Map<String, Parameter> parameters) {
    Choice<Encoder> choice = choices.encoder().orElseThrow();
    return explained(
        "encoder",
        choice.toString(),
        () -> {
          Map<String, Parameter> declared = new LinkedHashMap<>();
          encoder.declare(ProblemSpec.collect("encoder", declared, new LinkedHashMap<>()));
          declared.forEach((n, p) -> parameters.put(n.substring("encoder/".length()), p));
          return traceWith(encoder, inputs(parameters));
        });
  }

  private Map<String, Shape> traceWith(Encoder encoder, Map<String, Tensor> parameters) {
    Map<String, Tensor> observations = new LinkedHashMap<>();
    observed
        .observations()
        .forEach((n, s) -> observations.put(n, Tensor.input("obs/" + n, Shape.batched(s.dims()))));
    Function<String, Tensor> own =
        name ->
            Optional.ofNullable(parameters.get(name))
                .orElseThrow(
                    () -> new IllegalArgumentException("parameter " + name + " was not declared"));
    Encoder.Reading reading = new Encoder.Reading(observations, own);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    Tensor state = encoder.encode(reading);
    requireShape("its state", state.shape(), Shape.batched(encoder.stateSize()));
    outputs.put("state", state);
    Map<String, Tensor> context = encoder.context(reading);
    context.forEach((n, leaf) -> outputs.put("context " + n, leaf));
    List<Tensor> leaves = new ArrayList<>(observations.values());
    leaves.addAll(parameters.values());
    Program.of(leaves, outputs);
    Map<String, Shape> made = new LinkedHashMap<>();
    context.forEach((n, leaf) -> made.put(n, leaf.shape().sample()));
    return made;
  }

  private static Map<String, Tensor> inputs(Map<String, Parameter> parameters) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters.forEach((n, p) -> tensors.put(n, Tensor.input(n, p.shape())));
    return tensors;
  }

  private void checkSizes(Dynamics dynamics, Shapes shapes) {
    List<Violation> faults = new ArrayList<>();
    if (dynamics.stateSize() != shapes.stateSize()) {
      String maker = choices.encoder().map(Choice::toString).orElse("the environment");
      faults.add(
          new Violation(
              "dynamics",
              "%s gives a state of shape (%d), %s takes (%d)"
                  .formatted(maker, shapes.stateSize(), choices.dynamics(), dynamics.stateSize())));
    }
    if (dynamics.actionSize() != shapes.actionSize()) {
      faults.add(
          new Violation(
              "dynamics",
              "the environment takes actions of shape (%d), %s takes (%d)"
                  .formatted(shapes.actionSize(), choices.dynamics(), dynamics.actionSize())));
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults);
    }
  }

  private void checkContext(ProblemSpec spec, Map<String, Shape> made) {
    List<Violation> faults = new ArrayList<>();
    spec.context()
        .forEach(
            (name, shape) -> {
              Shape found = made.get(name);
              if (found == null) {
                faults.add(
                    new Violation(
                        "",
                        "%s or %s reads the context leaf %s of shape %s, which nothing makes; there are %s"
                            .formatted(
                                choices.dynamics(), choices.cost(), name, shape, made.keySet())));
              } else if (!found.equals(shape)) {
                faults.add(
                    new Violation(
                        "",
                        "the context leaf %s has shape %s, %s or %s takes %s"
                            .formatted(name, found, choices.dynamics(), choices.cost(), shape)));
              }
            });
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults);
    }
  }

  private void trace(ProblemSpec spec) {
    Leaves leaves = Leaves.inputs(spec);
    Tensor x = Tensor.input("x", Shape.batched(spec.stateSize()));
    Tensor u = Tensor.input("u", Shape.batched(spec.actionSize()));
    Tensor t = Tensor.input("t", Shape.scalar());
    List<Tensor> inputs = new ArrayList<>(List.of(x, u, t));
    inputs.addAll(leaves.context().values());
    inputs.addAll(leaves.parameters().values());
    explained(
        "dynamics",
        choices.dynamics().toString(),
        () -> Program.of(inputs, Map.of("next", spec.next(x, u, t, leaves))));
    explained("cost", choices.cost().toString(), () -> traceCost(spec, x, u, t, leaves, inputs));
  }

  private static Program traceCost(
      ProblemSpec spec, Tensor x, Tensor u, Tensor t, Leaves leaves, List<Tensor> inputs) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("stage", spec.stage(x, u, t, leaves));
    outputs.put("terminal", spec.terminalCost(x, leaves));
    if (spec.hasResiduals()) {
      outputs.put("stage residual", spec.stageResidual(x, u, t, leaves));
      Tensor last = spec.terminalResidual(x, leaves);
      if (last != null) {
        outputs.put("terminal residual", last);
      }
    }
    return Program.of(inputs, outputs);
  }

  private static void requireShape(String what, Shape found, Shape expected) {
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "%s has shape %s, expected %s".formatted(what, found, expected));
    }
  }

  private static <T> T explained(String path, String who, Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw fault(path, who + ": " + e.getMessage());
    }
  }

  private static ConfigurationException fault(String path, String message) {
    return new ConfigurationException(new Violation(path, message));
  }
}
