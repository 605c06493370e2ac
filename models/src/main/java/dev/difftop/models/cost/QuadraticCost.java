package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * {@code 1/2 w' C_t w + c_t' w} in {@code w = [x_t; u_t]}, nothing at the end. Context leaves:
 * {@code C} (stages, n, n) and {@code c} (stages, n), n = nx + nu, of every sample its own; only
 * the symmetric part of C counts.
 */
public final class QuadraticCost implements Cost {
  private final QuadraticCostConfig config;
  private final int n;

  @Inject
  public QuadraticCost(QuadraticCostConfig config, Shapes shapes) {
    this.config = config;
    this.n = shapes.stateSize() + shapes.actionSize();
  }

  @Override
  public void declare(Declarations declare) {
    declare.context("C", Shape.of(config.stages(), n, n));
    declare.context("c", Shape.of(config.stages(), n));
  }

  @Override
  public Tensor stage(Stage at) {
    Tensor w = Tensor.concat(1, at.x(), at.u());
    Tensor slope = at.at(at.context("C")).timesVector(w).times(0.5).plus(at.at(at.context("c")));
    return slope.dot(w);
  }

  @Override
  public Terminal terminal(Point at) {
    return Terminal.none();
  }
}
