package dev.difftop.models.dynamics;

import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.program.Tensor;
import dev.difftop.models.ContextInputs;
import dev.difftop.networks.Mlp;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;

/**
 * {@code z' = net([z; a])}, or {@code z' = z + net([z; a])}, which may be normalised. Head {@code
 * termination}, if asked for: the logit of the probability that z is terminal.
 */
public final class MlpDynamics implements Dynamics {
  private static final String TERMINATION = "termination";

  private final MlpDynamicsConfig config;
  private final Shapes shapes;
  private final ContextInputs context;
  private final Mlp network;
  private final Optional<Mlp> termination;

  @Inject
  public MlpDynamics(MlpDynamicsConfig config, Shapes shapes) {
    config.normalization().check(shapes.stateSize());
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
            config.weights().initializer(config.residual() ? 0.1 : 1),
            config.layerNorm());
    this.termination =
        config.termination() ? Optional.of(newTermination(shapes)) : Optional.empty();
  }

  private Mlp newTermination(Shapes shapes) {
    return new Mlp(
        TERMINATION + "/",
        shapes.stateSize(),
        config.hidden(),
        1,
        config.activation(),
        config.weights().initializer(1),
        new Initializer.Constant(0),
        config.layerNorm());
  }

  @Override
  public void declare(Declarations declare) {
    context.declare(declare);
    network.declare(declare);
    config.normalization().declare(shapes.stateSize(), declare);
    termination.ifPresent(t -> t.declare(declare));
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
    Tensor next = config.residual() ? at.x().plus(out) : out;
    return config.normalization().apply(next, shapes.stateSize(), at::parameter);
  }

  @Override
  public Set<String> heads() {
    return termination.isPresent() ? Set.of(TERMINATION) : Set.of();
  }

  @Override
  public Tensor head(String name, Stage at) {
    return name.equals(TERMINATION) && termination.isPresent()
        ? termination.get().apply(at.x(), at::parameter).squeeze(1)
        : Dynamics.super.head(name, at);
  }
}
