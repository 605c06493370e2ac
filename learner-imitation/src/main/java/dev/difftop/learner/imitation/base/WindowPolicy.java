package dev.difftop.learner.imitation.base;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A policy that plans a chunk from the last observations and executes its first actions before it
 * plans again. Before an episode has had enough observations, the first one stands for those
 * missing.
 */
public final class WindowPolicy implements Policy {
  private final PolicySignature signature;
  private final Normalizers normalizers;
  private final Execution execution;
  private final Supplier<ChunkPlanner> planners;
  private final PolicyState state;

  /**
   * A policy.
   *
   * @param planners makes one planner for each actor
   * @param state everything that makes it again but signature and normalisers
   */
  public WindowPolicy(
      PolicySignature signature,
      Normalizers normalizers,
      Execution execution,
      Supplier<ChunkPlanner> planners,
      PolicyState state) {
    this.signature = signature;
    this.normalizers = normalizers;
    this.execution = execution;
    this.planners = planners;
    this.state = state.with(normalizers);
  }

  @Override
  public PolicySignature signature() {
    return signature;
  }

  @Override
  public Actor actor() {
    return new ChunkActor();
  }

  @Override
  public PolicyState state() {
    return state;
  }

  @Override
  public void close() {
    // Planners belong to its actors.
  }

  /** One episode at a time. */
  private final class ChunkActor implements Actor {
    private final ChunkPlanner planner = planners.get();

    /** The last observations, normalised, (frames, n) each. */
    private final Map<String, float[]> history = new LinkedHashMap<>();

    private double[] chunk = new double[0];
    private int executed;
    private boolean first;

    ChunkActor() {
      signature
          .shapes()
          .forEach(
              (name, shape) -> history.put(name, new float[execution.frames() * shape.size()]));
      reset(RandomStream.root(0));
    }

    @Override
    public void reset(RandomStream random) {
      planner.reset(random);
      executed = execution.execute();
      first = true;
    }

    @Override
    public double[] act(Map<String, Array> observation) {
      signature.check(observation);
      history.forEach((name, rows) -> remember(observation.get(name), name, rows));
      first = false;
      if (executed == execution.execute()) {
        history.forEach(
            (name, rows) -> planner.observer().input("obs/" + name).write(0, rows, 0, rows.length));
        chunk = planner.plan();
        executed = 0;
      }
      int nu = signature.actionSize();
      return normalizers.restoreAction(chunk, (execution.first() + executed++) * nu);
    }

    private void remember(Array seen, String name, float[] rows) {
      int n = seen.size();
      Normalizer normalizer = normalizers.observations().get(name);
      float[] now = seen.toFloats();
      normalizer.normalize(now);
      if (first) {
        for (int at = 0; at < rows.length; at += n) {
          System.arraycopy(now, 0, rows, at, n);
        }
      } else {
        System.arraycopy(rows, n, rows, 0, rows.length - n);
        System.arraycopy(now, 0, rows, rows.length - n, n);
      }
    }

    @Override
    public void close() {
      planner.close();
    }
  }
}
