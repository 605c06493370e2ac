package dev.difftop.models;

import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.Mlp;
import jakarta.inject.Inject;

/** {@code z' = net([z; a])}, or {@code z' = z + net([z; a])}. */
final class MlpDynamics implements Dynamics {
  private final MlpDynamicsConfig config;
  private final Shapes shapes;
  private final ContextInputs context;
  private final Mlp network;

  @Inject
  MlpDynamics(MlpDynamicsConfig config, Shapes shapes) {
    this.config = config;
    this.shapes = shapes;
    this.context = new ContextInputs("dynamics mlp", config.context(), shapes);
    this.network =
        new Mlp(
            "",
            shapes.stateSize() + shapes.actionSize() + context.size(),
            config.hidden(),
            shapes.stateSize(),
            config.activation(),
            config.weights().initializer(1),
            config.weights().initializer(config.residual() ? 0.1 : 1));
  }

  @Override
  public void declare(Declarations declare) {
    context.declare(declare);
    network.declare(declare);
  }

  @Override
  public int stateSize() {
    return shapes.stateSize();
  }

  @Override
  public int actionSize() {
    return shapes.actionSize();
  }

  @Override
  public Tensor next(Stage at) {
    Tensor out = network.apply(context.append(at, at.x(), at.u()), at::parameter);
    return config.residual() ? at.x().plus(out) : out;
  }
}
