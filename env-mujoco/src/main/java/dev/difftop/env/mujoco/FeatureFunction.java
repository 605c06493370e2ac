package dev.difftop.env.mujoco;

import dev.difftop.api.program.CustomFunction;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.custom.Feature;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Features of the physics as a function of the state; its Jacobian by central differences. */
final class FeatureFunction implements CustomFunction {
  private static final Cleaner CLEANER = Cleaner.create();

  private final List<Feature> features;
  private final double differenceStep;
  private final int threads;
  private final int nx;
  private final Pool pool;

  /**
   * The function.
   *
   * @param model belongs to the function from now on, and is closed once that is unreachable
   */
  FeatureFunction(
      Model model,
      TaskDefinition task,
      List<Feature> features,
      double differenceStep,
      int threads) {
    this.features = List.copyOf(features);
    this.differenceStep = differenceStep;
    this.threads = threads;
    this.nx = PhysicsState.size(model);
    this.pool = new Pool(model, task);
    CLEANER.register(this, pool::close);
  }

  @Override
  public String name() {
    return "features " + features;
  }

  @Override
  public int[] argumentSizes() {
    return new int[] {nx};
  }

  @Override
  public int resultSize() {
    return features.size();
  }

  @Override
  public void value(int rows, double[][] arguments, double[] result) {
    each(
        rows,
        (simulation, i) -> {
          double[] x = Arrays.copyOfRange(arguments[0], i * nx, (i + 1) * nx);
          measure(simulation, x, result, i * features.size());
        });
  }

  @Override
  public void jacobian(int rows, double[][] arguments, double[] jacobian) {
    int m = features.size();
    each(
        rows,
        (simulation, i) -> {
          double[] x = Arrays.copyOfRange(arguments[0], i * nx, (i + 1) * nx);
          double[] above = new double[m];
          double[] below = new double[m];
          for (int j = 0; j < nx; j++) {
            double kept = x[j];
            double h = differenceStep * Math.max(1, Math.abs(kept));
            x[j] = kept + h;
            measure(simulation, x, above, 0);
            x[j] = kept - h;
            measure(simulation, x, below, 0);
            x[j] = kept;
            for (int k = 0; k < m; k++) {
              jacobian[(i * m + k) * nx + j] = (above[k] - below[k]) / (2 * h);
            }
          }
        });
  }

  private void measure(Simulation simulation, double[] x, double[] out, int offset) {
    boolean sound = Arrays.stream(x).allMatch(Double::isFinite);
    if (sound) {
      try {
        PhysicsState.write(simulation, x, 0);
        simulation.updateKinematics();
      } catch (MujocoException e) {
        simulation.reset();
        sound = false;
      }
    }
    for (int k = 0; k < features.size(); k++) {
      out[offset + k] = sound ? features.get(k).of(simulation) : Double.NaN;
    }
  }

  private interface Work {
    void on(Simulation simulation, int row);
  }

  private void each(int rows, Work work) {
    try {
      RowWork.share(
          rows,
          threads,
          (from, upTo) -> {
            Simulation simulation = pool.take();
            try {
              for (int i = from; i < upTo; i++) {
                work.on(simulation, i);
              }
            } finally {
              pool.give(simulation);
            }
          });
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Pooled simulations, lent for one call; holds no reference to its owner. */
  private static final class Pool {
    private final Model model;
    private final TaskDefinition task;
    private final ConcurrentLinkedQueue<Simulation> idle = new ConcurrentLinkedQueue<>();

    Pool(Model model, TaskDefinition task) {
      this.model = model;
      this.task = task;
    }

    Simulation take() {
      Simulation simulation = idle.poll();
      return simulation != null ? simulation : task.newSimulation(model);
    }

    void give(Simulation simulation) {
      idle.add(simulation);
    }

    void close() {
      idle.forEach(Simulation::close);
      model.close();
    }
  }
}
