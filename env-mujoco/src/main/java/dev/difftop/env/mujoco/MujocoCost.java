package dev.difftop.env.mujoco;

import dev.difftop.api.Point;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.tasks.custom.Feature;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code 1/2 [Σ w_i (feature_i(x) - target_i)² + r |u|²]} with features of the physics: places of
 * bodies, sensors, numbers of the state. Features that are one number of the state, or its sine or
 * cosine, are differentiated exactly, the others by differences.
 */
public final class MujocoCost implements ResidualCost {
  private final MujocoCostConfig config;
  private final List<Feature> features = new ArrayList<>();
  private final FeatureFunction measured;

  /**
   * The cost.
   *
   * @throws IllegalArgumentException on an unknown task or feature, a feature of forces or
   *     controls, or a state of another size than the physics'
   */
  @Inject
  MujocoCost(MujocoCostConfig config, Shapes shapes) {
    this.config = config;
    TaskDefinition task = MujocoConfig.definition(config.task(), config.model(), config.custom());
    Model model = task.newModel(config.model());
    List<Feature> others = new ArrayList<>();
    try {
      require(shapes, PhysicsState.size(model));
      for (MujocoCostConfig.Term term : config.terms()) {
        Feature feature = Feature.parse(term.of(), model);
        if (!feature.isOfMotion()) {
          throw new IllegalArgumentException(
              "term %s: a cost of the state cannot use it, since it depends on forces or controls"
                  .formatted(term.of()));
        }
        features.add(feature);
        if (feature.stateNumber() < 0) {
          others.add(feature);
        }
      }
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    measured = new FeatureFunction(model, task, others, config.differenceStep(), config.threads());
  }

  private static void require(Shapes shapes, int nx) {
    if (shapes.stateSize() != nx) {
      throw new IllegalArgumentException(
          "cost mujoco: the state has size %d, expected %d, that of the physics"
              .formatted(shapes.stateSize(), nx));
    }
  }

  @Override
  public Tensor stageResidual(Stage at) {
    Tensor state = residual(at.x());
    return config.action() == 0
        ? state
        : Tensor.concat(1, state, at.u().times(Math.sqrt(config.action())));
  }

  @Override
  public Tensor terminalResidual(Point at) {
    return config.terminal() == 0 ? null : residual(at.x()).times(Math.sqrt(config.terminal()));
  }

  @Override
  public boolean supportsSecondDerivatives() {
    return measured.resultSize() == 0;
  }

  private Tensor residual(Tensor x) {
    Tensor others = measured.resultSize() == 0 ? null : Tensor.custom(measured, x);
    List<Tensor> residuals = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < features.size(); i++) {
      Feature feature = features.get(i);
      MujocoCostConfig.Term term = config.terms().get(i);
      Tensor value = feature.stateNumber() < 0 ? others.get(1, next++) : ofState(feature, x);
      residuals.add(value.minus(term.target()).times(Math.sqrt(term.weight())).expandDims(1));
    }
    return Tensor.concat(1, residuals.toArray(Tensor[]::new));
  }

  private static Tensor ofState(Feature feature, Tensor x) {
    Tensor number = x.get(1, feature.stateNumber());
    return switch (feature.kind()) {
      case "sin" -> number.sin();
      case "cos" -> number.cos();
      default -> number;
    };
  }
}
