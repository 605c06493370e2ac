package dev.difftop.models.dynamics;

import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * {@code x_{t+1} = F_t [x_t; u_t] + f_t}. Context leaves: {@code F} (stages, nx, nx + nu) and
 * {@code f} (stages, nx), of every sample its own. A stage beyond the tables leads to zero: with
 * one stage less than the problem has actions, the last action enters its own cost alone.
 */
public final class LinearTimeVarying implements Dynamics {
  private final LinearTimeVaryingConfig config;
  private final Shapes shapes;

  @Inject
  public LinearTimeVarying(LinearTimeVaryingConfig config, Shapes shapes) {
    this.config = config;
    this.shapes = shapes;
  }

  @Override
  public void declare(Declarations declare) {
    int nx = stateSize();
    declare.context("F", Shape.of(config.stages(), nx, nx + actionSize()));
    declare.context("f", Shape.of(config.stages(), nx));
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
    Tensor w = Tensor.concat(1, at.x(), at.u());
    return at.at(at.context("F")).timesVector(w).plus(at.at(at.context("f")));
  }
}
