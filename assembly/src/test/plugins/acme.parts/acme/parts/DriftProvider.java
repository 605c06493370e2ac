package acme.parts;

import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.program.Engine;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;
import java.util.Optional;

public final class DriftProvider implements DynamicsProvider<DriftProvider.Config> {
  record Config(
      @Doc("nx; by default that of the state it is given") Optional<Integer> stateSize,
      @Doc("nu; by default that of the actions there are") Optional<Integer> actionSize,
      @Doc("how fast it drifts, per step") @Range(min = 0, max = 1) @Default("0.1") double rate,
      @Doc("whether it adds a state of another size to its own") @Default("false") boolean wrong) {}

  static final class Drift implements Dynamics {
    private final Config config;
    private final Shapes shapes;
    final Engine engine;

    @Inject
    Drift(Config config, Shapes shapes, Engine engine) {
      this.config = config;
      this.shapes = shapes;
      this.engine = engine;
    }

    @Override
    public int stateSize() {
      return config.stateSize().orElse(shapes.stateSize());
    }

    @Override
    public int actionSize() {
      return config.actionSize().orElse(shapes.actionSize());
    }

    @Override
    public Tensor next(Stage at) {
      Tensor moved = at.x().times(1 - config.rate()).plus(at.u().sum(1).expandDims(1));
      return config.wrong() ? moved.slice(1, 0, 1) : moved;
    }
  }

  @Override
  public String name() {
    return "drift";
  }

  @Override
  public String summary() {
    return "drifts to zero, pushed by the actions";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public Class<? extends Dynamics> implementation() {
    return Drift.class;
  }
}
