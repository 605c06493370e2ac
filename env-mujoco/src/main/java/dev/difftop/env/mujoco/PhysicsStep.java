package dev.difftop.env.mujoco;

import dev.difftop.api.program.CustomFunction;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A number of physics steps as a function of state and action, row by row; see {@link PhysicsRow}.
 *
 * <p>A part of a model has no end of its own, so the native memory is freed once this function is
 * unreachable.
 */
final class PhysicsStep implements CustomFunction {
  private static final Cleaner CLEANER = Cleaner.create();

  private final String task;
  private final int threads;
  private final int nx;
  private final int nu;
  private final Pool pool;

  /**
   * The step of a model.
   *
   * @param model belongs to the step from now on, and is closed if the step cannot be made
   * @param maker makes simulations of the model, with the parameters of the task
   * @param physicsSteps physics steps per step of the function
   * @param differenceStep step of the central differences
   * @param threads that share the rows of a call
   */
  PhysicsStep(
      String task,
      Model model,
      Function<Model, Simulation> maker,
      int physicsSteps,
      double differenceStep,
      int threads) {
    this.task = task;
    this.threads = threads;
    try {
      ActionScale actions = new ActionScale(model);
      this.nx = PhysicsState.size(model);
      this.nu = actions.size();
      this.pool =
          new Pool(
              model,
              () -> new PhysicsRow(maker.apply(model), actions, physicsSteps, differenceStep));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    CLEANER.register(this, pool::close);
  }

  @Override
  public String name() {
    return "mujoco " + task;
  }

  @Override
  public int[] argumentSizes() {
    return new int[] {nx, nu};
  }

  @Override
  public int resultSize() {
    return nx;
  }

  @Override
  public void value(int rows, double[][] arguments, double[] result) {
    each(rows, (row, i) -> row.value(arguments[0], arguments[1], i, result));
  }

  @Override
  public void jacobian(int rows, double[][] arguments, double[] jacobian) {
    each(rows, (row, i) -> row.jacobian(arguments[0], arguments[1], i, jacobian));
  }

  private interface Work {
    void on(PhysicsRow row, int number);
  }

  private void each(int rows, Work work) {
    try {
      RowWork.share(rows, threads, (from, upTo) -> some(from, upTo, work));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private void some(int from, int upTo, Work work) {
    PhysicsRow row = pool.take();
    try {
      for (int i = from; i < upTo; i++) {
        work.on(row, i);
      }
    } finally {
      pool.give(row);
    }
  }

  /** Pooled workers, lent for one call; holds no reference to its owner. */
  private static final class Pool {
    private final Model model;
    private final Supplier<PhysicsRow> maker;
    private final ConcurrentLinkedQueue<PhysicsRow> idle = new ConcurrentLinkedQueue<>();

    Pool(Model model, Supplier<PhysicsRow> maker) {
      this.model = model;
      this.maker = maker;
      idle.add(maker.get());
    }

    PhysicsRow take() {
      PhysicsRow row = idle.poll();
      return row != null ? row : maker.get();
    }

    void give(PhysicsRow row) {
      idle.add(row);
    }

    void close() {
      idle.forEach(PhysicsRow::close);
      model.close();
    }
  }
}
