package dev.difftop.learning.run;

import dev.difftop.api.DataException;
import dev.difftop.api.PartFactory;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.storage.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The policy of a run folder, without dataset, environment or learner: observations by name in,
 * action out. One instance acts in one episode at a time; {@link #policy} gives more actors.
 */
public final class TrainedPolicy implements AutoCloseable {
  private final Policy policy;
  private final RunSpec spec;
  private final Policy.Actor actor;

  private TrainedPolicy(Policy policy, RunSpec spec) {
    this.policy = policy;
    this.spec = spec;
    this.actor = policy.actor();
    reset(RandomStream.root(0));
  }

  /** Which of the policies of a run. */
  public enum Which {
    /** The one that was trained last. */
    LATEST,
    /** The one of the best evaluation. */
    BEST
  }

  /**
   * Loads the policy that was trained last, with the plugins on the module path or class path.
   *
   * @throws DataException if the folder is not a run or cannot be read
   * @throws IllegalArgumentException if what was saved does not fit the plugins that are there
   */
  public static TrainedPolicy load(Path run) {
    return load(run, PartFactory.discover());
  }

  /** Loads the policy that was trained last; throws as {@link #load(Path)} does. */
  public static TrainedPolicy load(Path run, PartFactory factory) {
    return load(run, Which.LATEST, factory, List.of());
  }

  /**
   * Loads a policy; throws as {@link #load(Path)} does.
   *
   * @param overrides {@code key=value} of its configuration
   */
  public static TrainedPolicy load(
      Path run, Which which, PartFactory factory, List<String> overrides) {
    RunFolder folder = RunFolder.open(run);
    RunSpec spec = factory.read(RunSpec.class, folder.config(), overrides);
    PolicyState saved =
        Checkpoint.policy(which == Which.BEST ? folder.best() : folder.readableCheckpoint());
    LearnerContext context =
        new LearnerContext(
            spec,
            factory.withEngine(spec.engine()),
            saved.signature(),
            Optional.empty(),
            folder.path(),
            new Compute(),
            base -> load(base, factory).release(),
            line -> {});
    return new TrainedPolicy(make(spec, context, saved), spec);
  }

  /** The policy alone, the caller's to close; this one is closed without it. */
  public Policy release() {
    actor.close();
    return policy;
  }

  @SuppressWarnings("unchecked")
  private static <C extends Record> Policy make(
      RunSpec spec, LearnerContext context, PolicyState saved) {
    LearnerProvider<C> provider = (LearnerProvider<C>) spec.learner().provider();
    return provider.load((C) spec.learner().configuration(), context, saved);
  }

  /** What it observes, and how long its actions are. */
  public PolicySignature signature() {
    return policy.signature();
  }

  /** The policy itself. */
  public Policy policy() {
    return policy;
  }

  /** The configuration of its run. */
  public RunSpec spec() {
    return spec;
  }

  /** Begins an episode. */
  public void reset(RandomStream random) {
    actor.reset(random);
  }

  /**
   * The action for an observation.
   *
   * @param observation by name, in the environment's units and element types
   * @return shape (nu), in [-1, 1]
   * @throws IllegalArgumentException if an observation is missing or differs; names it
   */
  public double[] act(Map<String, Array> observation) {
    return actor.act(observation);
  }

  /** Figures of its solves since it was loaded. */
  public Metrics statistics() {
    return actor.statistics();
  }

  @Override
  public void close() {
    actor.close();
    policy.close();
  }
}
