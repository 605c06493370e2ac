package acme.broken;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.Doc;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.TimeStep;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An environment that observes something else than it states. */
final class BrokenEnvironment implements Environment, Environment.Goal {
  record Config(@Doc("what goes wrong") String how) {}

  private final String how;

  @Inject
  BrokenEnvironment(Config config) {
    how = config.how();
  }

  @Override
  public EnvironmentSpec spec() {
    Map<String, EnvironmentSpec.Observable> stated = new LinkedHashMap<>();
    stated.put("a", new EnvironmentSpec.Observable(Shape.of(2), DType.FLOAT64));
    stated.put("b", new EnvironmentSpec.Observable(Shape.of(1), DType.FLOAT64));
    return new EnvironmentSpec("broken", stated, 1, 0.1, 5, 1);
  }

  @Override
  public TimeStep reset(RandomStream random) {
    Map<String, Array> observed = new LinkedHashMap<>();
    observed.put("a", Array.zeros(DType.FLOAT64, Shape.of(how.equals("shape") ? 3 : 2)));
    if (!how.equals("missing")) {
      observed.put(
          "b",
          Array.zeros(how.equals("dtype") ? DType.FLOAT32 : DType.FLOAT64, Shape.of(1)));
    }
    return new TimeStep(observed, 0, TimeStep.End.NONE, "");
  }

  @Override
  public TimeStep step(double[] action) {
    int[] none = {};
    return none[3] > 0 ? null : null;
  }

  @Override
  public Optional<Boolean> success() {
    return Optional.of(true);
  }

  @Override
  public void close() {}

  /** Offers it. */
  public static final class Provider implements EnvironmentProvider<Config> {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String summary() {
      return "an environment that breaks its contract";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }

    @Override
    public Class<? extends Environment> implementation() {
      return BrokenEnvironment.class;
    }
  }
}
