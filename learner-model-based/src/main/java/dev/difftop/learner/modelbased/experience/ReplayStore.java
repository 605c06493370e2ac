package dev.difftop.learner.modelbased.experience;

import dev.difftop.hdf5.H5Group;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.replay.Replay;
import dev.difftop.learning.replay.ReplaySettings;
import java.util.Optional;

/**
 * The replay store of a run: episodes are files of the run folder, the index is part of the
 * checkpoint. Opened when it is first used, as the run folder does not exist before.
 */
public final class ReplayStore implements TrainingState.Extension, AutoCloseable {
  /** Its name in a checkpoint. */
  public static final String NAME = "replay";

  private static final String HAS_EPISODES = "numbers";

  private final ReplaySettings settings;
  private final int horizon;
  private Optional<Replay> replay = Optional.empty();

  public ReplayStore(ReplaySettings settings, int horizon) {
    this.settings = settings;
    this.horizon = horizon;
  }

  /** The store. */
  public Replay get() {
    if (replay.isEmpty()) {
      replay = Optional.of(Replay.create(settings, horizon));
    }
    return replay.get();
  }

  /** The store, if there is an episode. */
  public Optional<Replay> ifFilled() {
    return replay.filter(r -> r.episodes() > 0);
  }

  @Override
  public void save(H5Group into) {
    ifFilled().ifPresent(r -> r.save(into));
  }

  @Override
  public void saved() {
    ifFilled().ifPresent(Replay::saved);
  }

  @Override
  public void restore(H5Group from) {
    close();
    if (from.has(HAS_EPISODES)) {
      replay = Optional.of(Replay.resume(settings, horizon, from));
    } else {
      // Killed before the first checkpoint with an episode: those are collected again.
      Replay.discard(settings);
    }
  }

  @Override
  public void close() {
    replay.ifPresent(Replay::close);
    replay = Optional.empty();
  }
}
