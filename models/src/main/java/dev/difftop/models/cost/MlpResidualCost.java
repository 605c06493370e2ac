package dev.difftop.models.cost;

import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.program.Tensor;
import dev.difftop.models.ContextInputs;
import dev.difftop.networks.Mlp;
import jakarta.inject.Inject;

/**
 * {@code l = 1/2 |stage([z; a])|²} and {@code V = 1/2 |terminal(z)|²}: learned, never negative,
 * with residuals for Gauss-Newton steps. Parameters: {@code stage/...} and {@code terminal/...}.
 */
public final class MlpResidualCost implements ResidualCost {
  private final ContextInputs context;
  private final Mlp stage;
  private final Mlp terminal;

  @Inject
  public MlpResidualCost(MlpResidualCostConfig config, Shapes shapes) {
    this.context = new ContextInputs("cost mlp-residual", config.context(), shapes);
    int nz = shapes.stateSize() + context.size();
    int in = nz + shapes.actionSize();
    int out = config.residuals();
    Initializer last = config.weights().initializer(1);
    this.stage =
        new Mlp(
            "stage/",
            in,
            config.hidden(),
            out,
            config.activation(),
            config.weights().initializer(1),
            last);
    this.terminal =
        new Mlp(
            "terminal/",
            nz,
            config.hidden(),
            out,
            config.activation(),
            config.weights().initializer(1),
            last);
  }

  @Override
  public void declare(Declarations declare) {
    context.declare(declare);
    stage.declare(declare);
    terminal.declare(declare);
  }

  @Override
  public Tensor stageResidual(Stage at) {
    return stage.apply(context.append(at, at.x(), at.u()), at::parameter);
  }

  @Override
  public Tensor terminalResidual(Point at) {
    return terminal.apply(context.append(at, at.x()), at::parameter);
  }
}
