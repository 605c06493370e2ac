package dev.difftop.app.cli.train;

import dev.difftop.api.Shapes;
import dev.difftop.api.Solver;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Planning;
import dev.difftop.assembly.PlanningAssembly;
import dev.difftop.assembly.PlanningChoices;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.PlanningPolicy;
import dev.difftop.optimization.adjoint.Adjoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of an imitating policy, made from its configuration and checked against each other. */
final class ImitationParts implements AutoCloseable {
  private final TrainConfig config;
  private final Assembly assembly;
  private final Environment environment;
  private final Planning planning;
  private final PlanningModel model;
  private final RandomStream random;

  /** Makes them for float32. */
  ImitationParts(TrainConfig config) {
    this(config, DType.FLOAT32);
  }

  /**
   * Makes them.
   *
   * @throws dev.difftop.api.config.ConfigurationException if they do not fit each other
   */
  ImitationParts(TrainConfig config, DType dtype) {
    this.config = config;
    this.assembly = new Assembly(config.engine());
    this.random = RandomStream.root(config.seed());
    this.environment = assembly.make(config.environment(), random);
    try {
      Map<String, Shape> observations = observations(config, environment.spec());
      Shapes shapes = new Shapes(observations, environment.spec().actionSize(), 0);
      PlanningChoices choices =
          new PlanningChoices(
              Optional.of(config.encoder()),
              config.dynamics(),
              config.cost(),
              config.solver(),
              config.horizon(),
              config.discount(),
              config.controlPenalty());
      this.planning = new PlanningAssembly(assembly, choices, shapes, Map.of()).assemble(random);
      prepareAdjoint(config);
      requireStart(config, planning);
      this.model =
          new PlanningModel(
              assembly.engine(),
              dtype,
              planning.encoder().orElseThrow(),
              planning.spec(),
              observations,
              random);
    } catch (RuntimeException e) {
      environment.close();
      throw e;
    }
  }

  private void prepareAdjoint(TrainConfig config) {
    config
        .adjoint()
        .prepare(planning.solver(), planning.spec(), config.adjointOptions())
        .ifPresent(
            reason -> {
              planning.solver().close();
              throw new UsageException("adjoint", reason);
            });
  }

  /** A new adjoint as configured; the caller closes it. */
  Adjoint adjoint() {
    return config.adjoint().make(assembly.engine(), config.badSamples(), config.adjointOptions());
  }

  private static void requireStart(TrainConfig config, Planning planning) {
    try {
      PlanningPolicy.requireStart(config.acting().start(), false, planning.spec());
    } catch (IllegalArgumentException e) {
      throw new UsageException("acting.start", "acting." + e.getMessage());
    }
  }

  private static Map<String, Shape> observations(TrainConfig config, EnvironmentSpec spec) {
    List<String> names =
        config.observations().isEmpty()
            ? new ArrayList<>(spec.observations().keySet())
            : config.observations();
    Map<String, Shape> out = new LinkedHashMap<>();
    for (String name : names) {
      EnvironmentSpec.Observable observable = spec.observations().get(name);
      if (observable == null) {
        throw new UsageException(
            "observations",
            "observations: found %s, %s has %s"
                .formatted(name, spec.task(), spec.observations().keySet()));
      }
      out.put(name, observable.shape());
    }
    return out;
  }

  Assembly assembly() {
    return assembly;
  }

  Environment environment() {
    return environment;
  }

  Solver solver() {
    return planning.solver();
  }

  PlanningModel model() {
    return model;
  }

  RandomStream random() {
    return random;
  }

  @Override
  public void close() {
    planning.solver().close();
    environment.close();
  }
}
