package dev.difftop.learner.modelbased.acting;

import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.model.WorldModel;
import java.util.ArrayList;
import java.util.List;

/** Learned dynamics of an {@link ExtendedState}. */
final class ExtendedDynamics implements Dynamics {
  private final Dynamics inner;
  private final ExtendedState layout;

  ExtendedDynamics(Dynamics inner, ExtendedState layout) {
    this.inner = inner;
    this.layout = layout;
  }

  @Override
  public void declare(Declarations declare) {
    inner.declare(declare);
  }

  @Override
  public int stateSize() {
    return layout.size();
  }

  @Override
  public int actionSize() {
    return inner.actionSize();
  }

  @Override
  public Tensor next(Stage at) {
    Tensor z = inner.next(layout.latentAt(at));
    if (layout.freesLastAction()) {
      // The further stage moves nothing: its action belongs to the last latent state.
      Tensor last = column(layout.isLastStage(at));
      z = z.times(Tensor.constant(1).minus(last)).plus(layout.latent(at.x()).times(last));
    }
    List<Tensor> parts = new ArrayList<>(List.of(z));
    if (layout.terminates()) {
      Stage reached = new Stage(z, at.u(), at.t(), at::context, at::parameter);
      Tensor ends = inner.head(WorldModel.TERMINATION, reached).sigmoid();
      Tensor continues = Tensor.constant(1).minus(ends);
      if (layout.freesLastAction()) {
        Tensor last = layout.isLastStage(at);
        continues = continues.times(Tensor.constant(1).minus(last)).plus(last);
      }
      parts.add(layout.survival(at.x()).times(continues).expandDims(1));
    }
    if (layout.ensemble() > 0) {
      parts.add(layout.weights(at.x()));
    }
    if (layout.freesLastAction()) {
      parts.add(at.u());
    }
    return Tensor.concat(1, parts.toArray(Tensor[]::new));
  }

  private static Tensor column(Tensor x) {
    return x.shape().isBatched() ? x.expandDims(1) : x;
  }

  @Override
  public boolean supportsSecondDerivatives() {
    return inner.supportsSecondDerivatives();
  }
}
