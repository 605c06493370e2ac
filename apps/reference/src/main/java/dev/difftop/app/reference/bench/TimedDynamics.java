package dev.difftop.app.reference.bench;

import dev.difftop.api.Dynamics;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Custom;
import dev.difftop.api.program.CustomFunction;
import dev.difftop.api.program.Tensor;
import java.util.concurrent.atomic.AtomicLong;

/** Dynamics that are a call of a black box, with a clock at the calls. */
final class TimedDynamics implements Dynamics {
  private final Dynamics inner;
  private final AtomicLong nanos = new AtomicLong();

  TimedDynamics(Dynamics inner) {
    this.inner = inner;
  }

  /** Nanoseconds inside the black box since this was last asked. */
  long takeNanos() {
    return nanos.getAndSet(0);
  }

  @Override
  public int stateSize() {
    return inner.stateSize();
  }

  @Override
  public int actionSize() {
    return inner.actionSize();
  }

  @Override
  public boolean supportsSecondDerivatives() {
    return inner.supportsSecondDerivatives();
  }

  @Override
  public Tensor next(Stage at) {
    Tensor next = inner.next(at);
    if (!(next.primitive() instanceof Custom call)) {
      throw new IllegalArgumentException(
          "found dynamics made of " + next.primitive() + ", expected a call of a black box");
    }
    return Tensor.custom(new Timed(call.function()), at.x(), at.u());
  }

  private final class Timed implements CustomFunction {
    private final CustomFunction function;

    Timed(CustomFunction function) {
      this.function = function;
    }

    @Override
    public String name() {
      return function.name();
    }

    @Override
    public int[] argumentSizes() {
      return function.argumentSizes();
    }

    @Override
    public int resultSize() {
      return function.resultSize();
    }

    @Override
    public void value(int rows, double[][] arguments, double[] result) {
      long begun = System.nanoTime();
      function.value(rows, arguments, result);
      nanos.addAndGet(System.nanoTime() - begun);
    }

    @Override
    public void jacobian(int rows, double[][] arguments, double[] jacobian) {
      long begun = System.nanoTime();
      function.jacobian(rows, arguments, jacobian);
      nanos.addAndGet(System.nanoTime() - begun);
    }
  }
}
