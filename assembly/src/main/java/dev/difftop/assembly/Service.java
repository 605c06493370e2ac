package dev.difftop.assembly;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;
import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.Encoder;
import dev.difftop.api.EncoderProvider;
import dev.difftop.api.EngineProvider;
import dev.difftop.api.Provider;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.program.Engine;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The services that plugins can offer. */
public enum Service {
  /** From observations to the state that the solver plans in. */
  ENCODER(Encoder.class, EncoderProvider.class),
  /** How the state moves. */
  DYNAMICS(Dynamics.class, DynamicsProvider.class),
  /** What a trajectory costs. */
  COST(Cost.class, CostProvider.class),
  /** What finds the best trajectory. */
  SOLVER(Solver.class, SolverProvider.class),
  /** The world an agent acts in. */
  ENVIRONMENT(Environment.class, EnvironmentProvider.class),
  /** Demonstrations in a file. */
  DATASET(Dataset.class, DatasetProvider.class),
  /** What compiles and runs tensor programs. */
  ENGINE(Engine.class, EngineProvider.class);

  private final Class<?> type;
  private final Class<? extends Provider<?, ?>> providerType;

  @SuppressWarnings("unchecked")
  Service(Class<?> type, Class<?> providerType) {
    this.type = type;
    this.providerType = (Class<? extends Provider<?, ?>>) providerType;
  }

  /** The interface that a part implements, such as {@link Solver}. */
  public Class<?> type() {
    return type;
  }

  /** The interface that a plugin provides, such as {@link SolverProvider}. */
  public Class<? extends Provider<?, ?>> providerType() {
    return providerType;
  }

  /** Its name in configurations and on the command line, such as {@code solver}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The service of that word. */
  public static Optional<Service> ofWord(String word) {
    return Arrays.stream(values()).filter(s -> s.word().equals(word)).findFirst();
  }

  /** The service whose parts implement {@code type}. */
  public static Optional<Service> ofType(Class<?> type) {
    return Arrays.stream(values()).filter(s -> s.type == type).findFirst();
  }

  @Override
  public String toString() {
    return word();
  }
}
