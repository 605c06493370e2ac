package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.program.Tensor;
import dev.difftop.models.ContextInputs;
import dev.difftop.networks.Mlp;
import jakarta.inject.Inject;

/**
 * Learned costs, {@code l = stage([z; a])} and, if wanted, {@code V = terminal(z)}. They can be
 * negative and have no bound: give the problem a control penalty, or the actions a box. Parameters:
 * {@code stage/...} and {@code terminal/...}.
 */
public final class MlpCost implements Cost {
  private final boolean hasTerminal;
  private final ContextInputs context;
  private final Mlp stage;
  private final Mlp terminal;

  @Inject
  public MlpCost(MlpCostConfig config, Shapes shapes) {
    this.hasTerminal = config.terminal();
    this.context = new ContextInputs("cost mlp", config.context(), shapes);
    int nz = shapes.stateSize() + context.size();
    Initializer last = config.weights().initializer(1);
    this.stage =
        new Mlp(
            "stage/",
            nz + shapes.actionSize(),
            config.hidden(),
            1,
            config.activation(),
            config.weights().initializer(1),
            last);
    this.terminal =
        new Mlp(
            "terminal/",
            nz,
            config.hidden(),
            1,
            config.activation(),
            config.weights().initializer(1),
            last);
  }

  @Override
  public void declare(Declarations declare) {
    context.declare(declare);
    stage.declare(declare);
    if (hasTerminal) {
      terminal.declare(declare);
    }
  }

  @Override
  public Tensor stage(Stage at) {
    return stage.apply(context.append(at, at.x(), at.u()), at::parameter).squeeze(1);
  }

  @Override
  public Terminal terminal(Point at) {
    return hasTerminal
        ? Terminal.of(terminal.apply(context.append(at, at.x()), at::parameter).squeeze(1))
        : Terminal.none();
  }
}
