package acme.parts;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;
import dev.difftop.api.Declarations;
import dev.difftop.api.Preset;
import dev.difftop.api.Point;
import dev.difftop.api.array.Shape;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;
import java.util.List;

public final class GoalProvider implements CostProvider<GoalProvider.Config> {
  record Config(
      @Doc("whether it reads the context leaf goal") @Default("true") boolean readsGoal,
      @Doc("a weight per component of the state") @Default("[1, 1, 1]") double[] weights) {}

  /** Public, with a public constructor, in a package that is exported to nobody. */
  public static final class Goal implements Cost {
    private final Config config;
    private final Shapes shapes;

    @Inject
    public Goal(Config config, Shapes shapes) {
      this.config = config;
      this.shapes = shapes;
    }

    @Override
    public void declare(Declarations declare) {
      if (config.readsGoal()) {
        declare.context("goal", Shape.of(shapes.stateSize()));
      }
    }

    private Tensor distance(Point at) {
      Tensor to = config.readsGoal() ? at.x().minus(at.context("goal")) : at.x();
      return to.square().times(config.weights()).sum(1);
    }

    @Override
    public Tensor stage(Stage at) {
      return distance(at).plus(at.u().square().sum(1));
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(distance(at));
    }
  }

  @Override
  public String name() {
    return "goal";
  }

  @Override
  public List<Preset> presets() {
    return List.of(
        Preset.ofResource(
            "slow-drift", "drifts slowly", GoalProvider.class, "/META-INF/presets/slow-drift.yaml"));
  }

  @Override
  public String summary() {
    return "squared distance to a goal";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return Goal.class;
  }
}
