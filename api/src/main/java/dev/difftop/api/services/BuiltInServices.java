package dev.difftop.api.services;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;
import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.Encoder;
import dev.difftop.api.EncoderProvider;
import dev.difftop.api.EngineProvider;
import dev.difftop.api.Parts;
import dev.difftop.api.ServiceType;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.program.Engine;
import java.util.List;
import java.util.ServiceLoader;

/** The services of this module. */
public final class BuiltInServices {
  private BuiltInServices() {}

  /** From observations to the state that the solver plans in. */
  public static final class Encoders implements ServiceType<Encoder> {
    @Override
    public String word() {
      return "encoder";
    }

    @Override
    public Class<Encoder> type() {
      return Encoder.class;
    }

    @Override
    public Class<?> providerType() {
      return EncoderProvider.class;
    }

    @Override
    public ServiceLoader<?> load(ModuleLayer layer) {
      return ServiceLoader.load(layer, EncoderProvider.class);
    }

    @Override
    public ServiceLoader<?> load(ClassLoader loader) {
      return ServiceLoader.load(EncoderProvider.class, loader);
    }
  }

  /** How the state moves. */
  public static final class AllDynamics implements ServiceType<Dynamics> {
    @Override
    public String word() {
      return "dynamics";
    }

    @Override
    public Class<Dynamics> type() {
      return Dynamics.class;
    }

    @Override
    public Class<?> providerType() {
      return DynamicsProvider.class;
    }

    @Override
    public ServiceLoader<?> load(ModuleLayer layer) {
      return ServiceLoader.load(layer, DynamicsProvider.class);
    }

    @Override
    public ServiceLoader<?> load(ClassLoader loader) {
      return ServiceLoader.load(DynamicsProvider.class, loader);
    }
  }

  /** Cost of a trajectory. */
  public static final class Costs implements ServiceType<Cost> {
    @Override
    public String word() {
      return "cost";
    }

    @Override
    public Class<Cost> type() {
      return Cost.class;
    }

    @Override
    public Class<?> providerType() {
      return CostProvider.class;
    }

    @Override
    public ServiceLoader<?> load(ModuleLayer layer) {
      return ServiceLoader.load(layer, CostProvider.class);
    }

    @Override
    public ServiceLoader<?> load(ClassLoader loader) {
      return ServiceLoader.load(CostProvider.class, loader);
    }
  }

  /** Trajectory optimisation. */
  public static final class Solvers implements ServiceType<Solver> {
    @Override
    public String word() {
      return "solver";
    }

    @Override
    public Class<Solver> type() {
      return Solver.class;
    }

    @Override
    public Class<?> providerType() {
      return SolverProvider.class;
    }

    @Override
    public ServiceLoader<?> load(ModuleLayer layer) {
      return ServiceLoader.load(layer, SolverProvider.class);
    }

    @Override
    public ServiceLoader<?> load(ClassLoader loader) {
      return ServiceLoader.load(SolverProvider.class, loader);
    }
  }

  /** The world that a policy acts in. */
  public static final class Environments implements ServiceType<Environment> {
    @Override
    public String word() {
      return "environment";
    }

    @Override
    public Class<Environment> type() {
      return Environment.class;
    }

    @Override
    public Class<?> providerType() {
      return EnvironmentProvider.class;
    }

    @Override
    public ServiceLoader<?> load(ModuleLayer layer) {
      return ServiceLoader.load(layer, EnvironmentProvider.class);
    }

    @Override
    public ServiceLoader<?> load(ClassLoader loader) {
      return ServiceLoader.load(EnvironmentProvider.class, loader);
    }
  }

  /** Demonstrations in files. */
  public static final class Datasets implements ServiceType<Dataset> {
    @Override
    public String word() {
      return "dataset";
    }

    @Override
    public Class<Dataset> type() {
      return Dataset.class;
    }

    @Override
    public Class<?> providerType() {
      return DatasetProvider.class;
    }

    @Override
    public ServiceLoader<?> load(ModuleLayer layer) {
      return ServiceLoader.load(layer, DatasetProvider.class);
    }

    @Override
    public ServiceLoader<?> load(ClassLoader loader) {
      return ServiceLoader.load(DatasetProvider.class, loader);
    }
  }

  /** Compiles and runs tensor programs. */
  public static final class Engines implements ServiceType<Engine> {
    @Override
    public String word() {
      return "engine";
    }

    @Override
    public Class<Engine> type() {
      return Engine.class;
    }

    @Override
    public Class<?> providerType() {
      return EngineProvider.class;
    }

    /** All but an engine. */
    @Override
    public List<Class<?>> collaborators() {
      return List.of(Shapes.class, RandomStream.class, Parts.class);
    }

    @Override
    public ServiceLoader<?> load(ModuleLayer layer) {
      return ServiceLoader.load(layer, EngineProvider.class);
    }

    @Override
    public ServiceLoader<?> load(ClassLoader loader) {
      return ServiceLoader.load(EngineProvider.class, loader);
    }
  }
}
