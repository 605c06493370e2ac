package dev.difftop.learner.imitation;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The frozen policy of another run that a policy refines. Its hash is saved with what is learned
 * from it: another base is refused, when training resumes and when the policy is loaded.
 */
final class BasePolicy implements AutoCloseable {
  /** Attribute of the refining policy. */
  static final String HASH = "base sha-256";

  private final Path run;
  private final Policy policy;
  private final String hash;

  private BasePolicy(Path run, Policy policy) {
    this.run = run;
    this.policy = policy;
    this.hash = policy.state().sha256();
  }

  /**
   * Loads the policy of a run.
   *
   * @throws DataException if it is not a run folder or cannot be read
   * @throws IllegalArgumentException if that policy observes something else than this one, or its
   *     actions have another size
   */
  static BasePolicy load(Path run, LearnerContext context) {
    Policy policy = context.loadPolicy(run);
    int found = policy.signature().actionSize();
    if (found != context.signature().actionSize()) {
      policy.close();
      throw new IllegalArgumentException(
          "learner.base: the actions of %s have size %d, expected %d"
              .formatted(run, found, context.signature().actionSize()));
    }
    return new BasePolicy(run, policy);
  }

  /**
   * Loads the base of a policy that was saved.
   *
   * @throws DataException also if it is not the one that the policy was trained with
   */
  static BasePolicy load(Path run, LearnerContext context, PolicyState saved) {
    BasePolicy base = load(run, context);
    base.requireHash(saved.attributes().getOrDefault(HASH, ""));
    return base;
  }

  private void requireHash(String expected) {
    if (!hash.equals(expected)) {
      policy.close();
      throw new DataException(
          "CHANGED",
          run.toString(),
          "learner.base: not the policy that was refined (sha-256 found %s, recorded %s); put that run back, or train again"
              .formatted(hash, expected),
          null);
    }
  }

  Policy policy() {
    return policy;
  }

  /** The state of a policy that refines this one. */
  PolicyState in(PolicyState state) {
    return state.with(HASH, hash);
  }

  /** Part of a checkpoint: restoring refuses another base. */
  TrainingState.Extension record() {
    return new TrainingState.Extension() {
      @Override
      public void save(H5Group into) {
        byte[] text = hash.getBytes(StandardCharsets.US_ASCII);
        into.write("sha256", text, text.length);
      }

      @Override
      public void restore(H5Group from) {
        try (H5Dataset text = from.dataset("sha256")) {
          requireHash(new String(text.readBytes(H5Slab.all()), StandardCharsets.US_ASCII));
        }
      }
    };
  }

  /**
   * Its action in every demonstrated row, (rows, nu), in the environment's units. It acts through
   * each episode from its first row on, so that a policy with a memory has it.
   */
  double[] actions(Demonstrations data) {
    int nu = data.actionSize();
    double[] all = new double[data.rows() * nu];
    try (Policy.Actor actor = policy.actor()) {
      for (int episode = 0; episode < data.episodes(); episode++) {
        actor.reset(RandomStream.root(episode));
        for (int row = data.firstRow(episode); row < data.firstRow(episode + 1); row++) {
          System.arraycopy(
              actor.act(policy.signature().withElementTypes(data.observation(row))),
              0,
              all,
              row * nu,
              nu);
        }
      }
    }
    return all;
  }

  /**
   * Writes actions, normalised and held over the steps of a plan.
   *
   * @param actions of every row, as {@link #actions}
   * @param guess (B, H, c · nu)
   */
  static void hold(double[] actions, int[] rows, Normalizer normalizer, Array guess) {
    int plan = guess.size() / rows.length;
    int nu = normalizer.offset().length;
    for (int i = 0; i < guess.size(); i++) {
      int j = i % nu;
      guess.set(i, normalizer.normalize(actions[rows[i / plan] * nu + j], j));
    }
  }

  @Override
  public void close() {
    policy.close();
  }
}
