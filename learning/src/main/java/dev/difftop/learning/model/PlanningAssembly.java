package dev.difftop.learning.model;

import dev.difftop.api.Chosen;
import dev.difftop.api.Collaborators;
import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Parts;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.ProblemSpec.Leaves;
import dev.difftop.api.ProblemSpec.Parameter;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solver;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
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
 * program once: what does not fit is reported before anything runs, with both parts and both
 * shapes.
 */
public final class PlanningAssembly {
  private final Parts parts;
  private final Choices choices;
  private final Shapes observed;
  private final Map<String, Shape> given;

  /**
   * The parts of a problem, and its size.
   *
   * @param encoder from observations to the state; empty where the state is observed itself
   * @param dynamics how the state moves
   * @param cost what is minimised
   * @param horizon H, number of actions
   * @param discount γ in (0, 1]
   * @param controlPenalty ρ of ρ/2 |u|² in every stage
   */
  public record Choices(
      Optional<Chosen<Encoder>> encoder,
      Chosen<Dynamics> dynamics,
      Chosen<Cost> cost,
      int horizon,
      double discount,
      double controlPenalty) {}

  /**
   * Parts that fit each other.
   *
   * @param encoder if the state is not observed itself
   * @param spec dynamics, cost, horizon, discount
   */
  public record Planning(Optional<Encoder> encoder, ProblemSpec spec) {}

  /**
   * An assembly of one problem.
   *
   * @param observed observations and actions of the environment or dataset, and the size of the
   *     state where there is no encoder
   * @param given context leaves that come with every solve, by name, with their sample shapes
   */
  public PlanningAssembly(Parts parts, Choices choices, Shapes observed, Map<String, Shape> given) {
    this.parts = parts;
    this.choices = choices;
    this.observed = observed;
    this.given = given;
  }

  /**
   * Makes and checks everything.
   *
   * @param random the stream of the run
   * @throws IllegalArgumentException if the parts do not fit each other; lists everything
   */
  public Planning assemble(RandomStream random) {
    Optional<Encoder> encoder =
        choices
            .encoder()
            .map(c -> parts.make(c, Collaborators.of(observed.withStateSize(0), random)));
    Map<String, Shape> context = new LinkedHashMap<>(given);
    // Declaring happens once in a part's life, so the encoder that is traced here is made again.
    encoder.ifPresent(e -> refuseContext(traceEncoder(fresh(random))));
    Shapes shapes =
        encoder
            .map(e -> observed.withStateSize(e.stateSize()))
            .orElse(observed)
            .withContext(context);
    Dynamics dynamics = parts.make(choices.dynamics(), Collaborators.of(shapes, random));
    checkSizes(dynamics, shapes);
    Cost cost = parts.make(choices.cost(), Collaborators.of(shapes, random));
    ProblemSpec spec =
        explained(
            choices.dynamics().name() + " and " + choices.cost().name(),
            () ->
                new ProblemSpec(
                    dynamics,
                    cost,
                    choices.horizon(),
                    choices.discount(),
                    choices.controlPenalty()));
    checkContext(spec, context);
    trace(spec);
    return new Planning(encoder, spec);
  }

  private Encoder fresh(RandomStream random) {
    return parts.make(
        choices.encoder().orElseThrow(), Collaborators.of(observed.withStateSize(0), random));
  }

  /**
   * Makes a solver for such problems.
   *
   * @throws IllegalArgumentException if it cannot solve them, with its reason
   */
  public static Solver solver(
      Parts parts, Chosen<Solver> choice, ProblemSpec spec, RandomStream random) {
    Shapes shapes = new Shapes(Map.of(), spec.actionSize(), spec.stateSize());
    Solver solver = parts.make(choice, Collaborators.of(shapes, random));
    solver
        .refusal(spec)
        .ifPresent(
            reason -> {
              solver.close();
              throw new IllegalArgumentException(
                  "solver %s cannot solve this: %s".formatted(choice.name(), reason));
            });
    return solver;
  }

  /** What an encoder makes beside the state would have to reach every solve and come back. */
  private void refuseContext(Map<String, Shape> made) {
    if (!made.isEmpty()) {
      throw new IllegalArgumentException(
          "encoder %s makes the context leaves %s, which learned policies do not pass on; let its"
                  .formatted(choices.encoder().orElseThrow().name(), made.keySet())
              + " state hold what dynamics and cost need");
    }
  }

  /** Traces the encoder; returns the context leaves it makes. */
  private Map<String, Shape> traceEncoder(Encoder encoder) {
    return explained(
        "encoder " + choices.encoder().orElseThrow().name(),
        () -> {
          Map<String, Parameter> declared = new LinkedHashMap<>();
          encoder.declare(ProblemSpec.collect("encoder", declared, new LinkedHashMap<>()));
          Map<String, Tensor> parameters = new LinkedHashMap<>();
          declared.forEach(
              (n, p) ->
                  parameters.put(n.substring("encoder/".length()), Tensor.input(n, p.shape())));
          return traceWith(encoder, parameters);
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
    Shape expected = Shape.batched(encoder.stateSize());
    if (!state.shape().equals(expected)) {
      throw new IllegalArgumentException(
          "its state has shape %s, expected %s".formatted(state.shape(), expected));
    }
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

  private void checkSizes(Dynamics dynamics, Shapes shapes) {
    List<String> violations = new ArrayList<>();
    if (dynamics.stateSize() != shapes.stateSize()) {
      String maker = choices.encoder().map(e -> "encoder " + e.name()).orElse("the environment");
      violations.add(
          "%s gives a state of shape (%d), dynamics %s takes (%d)"
              .formatted(
                  maker, shapes.stateSize(), choices.dynamics().name(), dynamics.stateSize()));
    }
    if (dynamics.actionSize() != shapes.actionSize()) {
      violations.add(
          "the environment takes actions of shape (%d), dynamics %s takes (%d)"
              .formatted(shapes.actionSize(), choices.dynamics().name(), dynamics.actionSize()));
    }
    refuse(violations);
  }

  private void checkContext(ProblemSpec spec, Map<String, Shape> made) {
    List<String> violations = new ArrayList<>();
    String readers =
        "dynamics %s or cost %s".formatted(choices.dynamics().name(), choices.cost().name());
    spec.context()
        .forEach(
            (name, shape) -> {
              Shape found = made.get(name);
              if (found == null) {
                violations.add(
                    "%s reads the context leaf %s of shape %s, which nothing makes; there are %s"
                        .formatted(readers, name, shape, made.keySet()));
              } else if (!found.equals(shape)) {
                violations.add(
                    "the context leaf %s has shape %s, %s takes %s"
                        .formatted(name, found, readers, shape));
              }
            });
    refuse(violations);
  }

  private static void refuse(List<String> violations) {
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", violations));
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
        "dynamics " + choices.dynamics().name(),
        () -> Program.of(inputs, Map.of("next", spec.next(x, u, t, leaves))));
    explained("cost " + choices.cost().name(), () -> traceCost(spec, x, u, t, leaves, inputs));
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

  private static <T> T explained(String who, Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(who + ": " + e.getMessage(), e);
    }
  }
}
