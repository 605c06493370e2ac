package dev.difftop.learning.model;

import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import java.util.Set;

/**
 * Dynamics whose next state has its components moved by half the size of the state. An ablation: a
 * policy that really plans does worse with it, one that only reads its first state does not.
 */
public final class PermutedDynamics implements Dynamics {
  private final Dynamics dynamics;

  /** Of other dynamics, whose parameters it has. */
  public PermutedDynamics(Dynamics dynamics) {
    this.dynamics = dynamics;
  }

  @Override
  public void declare(Declarations declare) {
    dynamics.declare(declare);
  }

  @Override
  public Set<String> heads() {
    return dynamics.heads();
  }

  @Override
  public Tensor head(String name, Stage at) {
    return dynamics.head(name, at);
  }

  @Override
  public int stateSize() {
    return dynamics.stateSize();
  }

  @Override
  public int actionSize() {
    return dynamics.actionSize();
  }

  @Override
  public boolean supportsSecondDerivatives() {
    return dynamics.supportsSecondDerivatives();
  }

  @Override
  public Tensor next(Stage at) {
    Tensor next = dynamics.next(at);
    int half = stateSize() / 2;
    return Tensor.concat(1, next.slice(1, half, stateSize() - half), next.slice(1, 0, half));
  }
}
